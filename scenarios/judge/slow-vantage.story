# With three places two vantages must agree. The network of one turns slow, and it gives up on every place that it looks at: the watcher is
# the suspect, and nobody moves.
world 3 locations
----
ok

probes us-east-2 -> * timeout
run 20s
----
1s   us-east-2: healthy -> healthy   watcher, none   1.30 nats

# Its network is well again but for one way.
well
probes us-east-2 -> us-east-1 timeout
run 20s
----
21s  us-east-1: healthy -> healthy   path, none   1.10 nats
21s  us-east-2: healthy -> healthy   location, none   1.30 nats
