# A place takes ten times as long as it used to, for every vantage: they give up on it, as its users do. It is as surely lost as a dead one.
world 3 locations
----
ok

probes * -> us-east-1 timeout
run 8s
----
2s   us-east-1: healthy -> healthy   path, none   1.30 nats
3s   us-east-1: healthy -> failing   location, leave   cause: edge   20.0 nats
