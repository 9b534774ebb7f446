# One vantage's probes of one location fail now and then: a flap, and nothing moves.
world 7 locations
----
ok

probes eu-west-1 -> us-east-1 timeout
run 4s
----
3s   us-east-1: healthy -> healthy   path, none   1.10 nats

well
run 6s
----
5s   us-east-1: healthy -> healthy   location, none   1.20 nats

probes us-east-2 -> us-east-1 refused
run 2s
----
12s  us-east-1: healthy -> healthy   path, none   1.20 nats

well
run 10s
----
13s  us-east-1: healthy -> healthy   location, none   1.20 nats
