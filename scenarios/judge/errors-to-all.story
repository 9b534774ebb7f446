# A place answers everybody, and with errors only: whoever looks is told so. It can do nothing for anybody, and is left like a dead one.
world 7 locations
----
ok

probes * -> us-east-1 error
run 6s
----
2s   us-east-1: healthy -> healthy   path, none   1.10 nats
3s   us-east-1: healthy -> failing   location, leave   cause: edge   60.0 nats

why us-east-1
----
edge probe: 6 of 7 locations looked twice and got nothing but errors
4 vantages would have been enough (40.0 nats of 19.2)
to location: 3 of the 6 that get nothing but errors getting a good answer: then it is no longer lost, and judged by its own figures

# The page is well again.
well
run 5s
----
7s   us-east-1: failing -> healthy   location, none   1.20 nats
