# cart's counters come no more, while those who call it go on and its node lives: it is named. Then nothing at all comes
# through, but the others' looks get answers: the pipe, and nobody moves.
world 7 locations
----
ok

silent us-east-1 cart
run 40s
----
nothing changes

why us-east-1
----
edge set-aside: set aside: cart has told nothing for 40 s, and those who call it go on
to failing: 17.9 nats more: if 5.0 % of edge's 54 requests a second failed, it would be certain after about 8 s

silent us-east-1 *
run 40s
----
56s  us-east-1: healthy -> shaky   watcher, none   1.30 nats

why us-east-1
----
edge silence: its node has heard nothing of its services for 40 s; 6 of 6 other locations get answers there: the pipe that brings its counters, not the place
to location: its own services being heard again by its node
to failing: 4 of 7 locations getting no answer twice in a row, then it is lost: now 0 get none

well
run 20s
----
81s  us-east-1: shaky -> healthy   location, none   1.30 nats

why us-east-1
----
to failing: 18.0 nats more: if 5.0 % of edge's 59 requests a second failed, it would be certain after about 8 s
