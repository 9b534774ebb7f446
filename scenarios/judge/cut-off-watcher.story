# One node sees everyone else failing: the watcher is the suspect, and nothing moves.
world 7 locations
----
ok

probes us-east-1 -> * timeout
run 30s
----
2s   us-east-1: healthy -> healthy   watcher, none   1.10 nats
