# Chunks had just moved when something that all locations need began to fail. Sender and receiver sicken in the same way, and so
# do those to whom nothing came: that is no trouble that follows the traffic.
world 7 locations
----
ok

ails us-east-1 catalog fails 20%
run 8s
----
4s   us-east-1: healthy -> shaky   location, none   cause: catalog   12.5 nats
6s   us-east-1: shaky -> failing   location, leave   cause: catalog   20.5 nats

moved us-east-1 us-east-2
ails * catalog fails 20%
run 20s
----
12s  us-east-1: failing -> failing   everywhere, none   cause: catalog   24.5 nats
12s  5 locations: healthy -> shaky   everywhere, none   cause: catalog
13s  ca-central-1: healthy -> shaky   everywhere, none   cause: catalog   14.2 nats
14s  5 locations: shaky -> failing   everywhere, none   cause: catalog
15s  ca-central-1: shaky -> failing   everywhere, none   cause: catalog   22.0 nats

why us-east-2
----
edge scope: 7 of 7 locations are worse than usual at the same time; moving can't help
catalog requests: 17 % of requests fail; at most 0.10 % is usual; 8.5 % elsewhere
This alone would have been enough: catalog failing (24.6 nats of 19.2)
to location: 4 of the 7 being as usual again while it is not, and 19.2 nats against the others: now there are 1.2
to healthy: 5.0 nats of proof that catalog is well: 5 s as usual at least; what counts is fewer than 2.4 % of its requests failing
