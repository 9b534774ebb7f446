# One location's own users want more than it has ready (an attack, a match night): the excess is spilled or shed, and
# the place is not left.
world 7 locations
----
ok

load us-east-1 entered 900 shed 700 served 200
ails us-east-1 web slower 6x
ails us-east-1 edge slower 6x
run 20s
----
1s   us-east-1: healthy -> healthy   overload, spill   1.90 nats
8s   us-east-1: healthy -> shaky   overload, spill   cause: web   22.2 nats

why us-east-1
----
edge scope: 900 requests/s want in, 200 are ready; 700 are shed
edge latency: 127 ms typical; 19.8 ms is usual; x6.13 against the others
web latency: 89.6 ms typical; 15.0 ms is usual; x6.09 against the others
This alone would have been enough: edge being slow (26.9 nats of 19.2)
to location: still being unwell with at most 204 requests/s wanting in (now 900), or with 883 ready (now 200)
to healthy: 5.0 nats of proof that edge is well: 5 s as usual at least; what counts is less than x1.56 of its usual time
