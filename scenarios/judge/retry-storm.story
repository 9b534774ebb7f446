# One in three of a place's checkouts fails, and everyone who fails asks again, and again: soon four times as many want in as it has ready.
# What suffers is the excess, so it is spilled and the place is not left. The chunks bring their retries along: where they come the same
# thing fails, so the trouble follows the traffic, and nothing more moves.
world 7 locations
----
ok

ails us-east-1 checkout fails 30%
load us-east-1 entered 800 shed 600 served 200
run 15s
----
1s   us-east-1: healthy -> healthy   overload, spill   1.60 nats
5s   us-east-1: healthy -> shaky   overload, spill   cause: checkout   11.5 nats
6s   us-east-1: shaky -> healthy   overload, spill   11.4 nats
7s   us-east-1: healthy -> shaky   overload, spill   cause: checkout   15.3 nats

moved us-east-1 us-east-2
load us-east-2 entered 420 shed 220 served 200
ails us-east-2 checkout fails 30%
run 15s
----
16s  us-east-2: healthy -> healthy   overload, spill   1.50 nats
20s  us-east-1: shaky -> failing   follows-the-traffic, hold   cause: checkout   24.6 nats
20s  us-east-2: healthy -> healthy   follows-the-traffic, hold   11.3 nats
23s  us-east-2: healthy -> shaky   follows-the-traffic, hold   cause: checkout   14.8 nats
26s  us-east-2: shaky -> failing   follows-the-traffic, hold   cause: checkout   22.7 nats

why us-east-2
----
edge scope: us-east-2 sickened in the same way 15 s after chunks of us-east-1 came
checkout requests: 37 % of requests fail; at most 0.10 % is usual; 0.00 % elsewhere
This alone would have been enough: checkout failing (24.3 nats of 19.2)
to location: us-east-2 being as usual again; and from 120 s after the last move on, in 105 s, each is judged by itself
to healthy: 5.0 nats of proof that checkout is well: 9 s as usual at least; what counts is fewer than 3.8 % of its requests failing

load us-east-1 entered 100 shed 0 served 100
load us-east-2 entered 100 shed 0 served 100
well
run 60s
----
36s  us-east-1: failing -> healthy   location, none   1.10 nats
37s  us-east-2: failing -> healthy   location, none   1.20 nats
