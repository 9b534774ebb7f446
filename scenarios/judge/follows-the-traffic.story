# One tenant's requests sicken whoever serves them. Its chunk goes to a second place, which sickens in the same way:
# nothing more moves, and the bucket is named.
world 7 locations
----
ok

ails us-east-1 catalog fails 20%
ails us-east-1 web fails 15%
suspects us-east-1 public 7 60% 9 nats
run 10s
----
4s   us-east-1: healthy -> shaky   location, none   cause: catalog   13.6 nats
6s   us-east-1: shaky -> failing   location, leave   cause: catalog   20.9 nats

moved us-east-1 us-east-2
ails us-east-2 catalog fails 20%
ails us-east-2 web fails 15%
suspects us-east-2 public 7 70% 6 nats
run 10s
----
14s  us-east-1: failing -> failing   follows-the-traffic, hold   cause: catalog   25.8 nats
14s  us-east-2: healthy -> shaky   follows-the-traffic, hold   cause: catalog   12.8 nats
16s  us-east-2: shaky -> failing   follows-the-traffic, hold   cause: catalog   20.7 nats

why us-east-2
----
edge scope: us-east-2 sickened in the same way 10 s after chunks of us-east-1 came; public bucket 7 holds 70 % of the trouble
catalog requests: 20 % of requests fail; at most 0.10 % is usual; 0.05 % elsewhere
web requests: 15 % of requests fail; at most 0.10 % is usual; 0.03 % elsewhere
This alone would have been enough: all that users need, taken together, failing (24.9 nats of 19.2)
to location: us-east-2 being as usual again; and from 120 s after the last move on, in 110 s, each is judged by itself
to healthy: 5.0 nats of proof that catalog is well: 5 s as usual at least; what counts is fewer than 2.2 % of its requests failing
