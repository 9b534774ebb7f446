# What all locations depend on fails for all of them at once: no place is worse than the others, the thing that they share is named, and
# nobody is moved.
world 7 locations
----
ok

ails * dynamodb fails 25%
ails * cart fails 12%
ails * session fails 12%
ails * stock fails 12%
run 20s
----
4s   7 locations: healthy -> shaky   dependency, none   cause: dynamodb
6s   7 locations: shaky -> failing   dependency, none   cause: dynamodb

why eu-west-1
----
edge scope: 7 of 7 locations are worse than usual at the same time; they share dynamodb; moving can't help
dynamodb requests: 25 % of requests fail; at most 0.10 % is usual; 9.3 % elsewhere
session requests: 11 % of requests fail; at most 0.10 % is usual; 4.1 % elsewhere
stock requests: 14 % of requests fail; at most 0.10 % is usual; 4.0 % elsewhere
cart requests: 14 % of requests fail; at most 0.10 % is usual; 3.8 % elsewhere
This alone would have been enough: dynamodb failing (26.1 nats of 19.2)
to location: 4 of the 7 being as usual again while it is not, and 19.2 nats against the others: now there are 0.8
to healthy: 5.0 nats of proof that cart is well: 5 s as usual at least; what counts is fewer than 1.7 % of its requests failing
