# A trifle in much traffic: 0.2 % of catalog's requests fail. That is certain, and not worth moving anyone.
world 5 locations 3000 rps
----
ok

ails us-east-1 catalog fails 0.2%
run 30s
----
24s  us-east-1: healthy -> shaky   location, none   cause: catalog   20.0 nats

why us-east-1
----
catalog requests: 0.23 % of requests fail; at most 0.10 % is usual; 0.02 % elsewhere
This alone would have been enough: catalog failing (22.3 nats of 18.9)
to failing: 0.50 % of users' requests being hurt more than elsewhere; now it is 0.13 %
