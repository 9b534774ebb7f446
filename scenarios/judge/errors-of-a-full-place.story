# More want in than a place can take, and its page fails for it too. That is a flood: it is spilled, and not carried to the next place.
world 7 locations
----
ok

load us-east-1 entered 900 shed 700 served 200
probes * -> us-east-1 error
run 20s
----
1s   us-east-1: healthy -> healthy   overload, spill   1.10 nats
