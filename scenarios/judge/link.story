# Two locations can't reach each other. Their users are well: it is the way between.
world 7 locations
----
ok

probes us-east-1 -> eu-west-1 timeout
probes eu-west-1 -> us-east-1 timeout
run 30s
----
2s   eu-west-1: healthy -> healthy   path, none   1.10 nats
3s   us-east-1: healthy -> healthy   path, none   1.10 nats
