# One service's clock is an hour ahead, another's an hour behind. What they say is of no known moment: it is set aside,
# and both are named. A fault that those who call them feel is found all the same.
world 7 locations
----
ok

clock us-east-1 orders 3600s
clock us-east-1 payment -3600s
run 60s
----
nothing changes

why us-east-1
----
edge set-aside: set aside: orders' clock is 3,600 s ahead; payment's readings are 3,600 s old: no new stamp, or a clock that is behind
to failing: 18.1 nats more: if 5.0 % of edge's 62 requests a second failed, it would be certain after about 7 s

ails us-east-1 orders fails 20%
ails us-east-1 checkout fails 20%
ails us-east-1 web fails 10%
run 30s
----
64s  us-east-1: healthy -> shaky   location, none   cause: checkout   12.4 nats
66s  us-east-1: shaky -> failing   location, leave   cause: checkout   20.4 nats
