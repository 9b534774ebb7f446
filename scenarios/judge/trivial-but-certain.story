# A trifle in much traffic: 0.2 % of catalog's requests fail. That is certain, and not worth moving anyone.
world 5 locations 3000 rps
----
ok

ails us-east-1 catalog fails 0.2%
run 30s
----
19s  us-east-1: healthy -> shaky   location, none   cause: catalog   19.0 nats
20s  us-east-1: shaky -> healthy   location, none   18.5 nats
23s  us-east-1: healthy -> shaky   location, none   cause: catalog   19.8 nats

why us-east-1
----
catalog requests: 0.23 % of requests fail; at most 0.10 % is usual; 0.02 % elsewhere
