# A bad version arrives everywhere at once. Every place is worse than its past, and none is worse than the others.
world 7 locations
----
ok

deploys v4 *
ails * cart fails 18%
ails * checkout fails 18%
run 30s
----
4s   5 locations: healthy -> shaky   deploy, none   cause: cart
5s   2 locations: healthy -> shaky   deploy, none   cause: cart
6s   3 locations: shaky -> failing   deploy, none   cause: cart
7s   3 locations: shaky -> failing   deploy, none   cause: cart
8s   us-east-2: shaky -> failing   deploy, none   cause: cart   19.9 nats

why us-east-1
----
edge scope: 7 of 7 locations are worse than usual at the same time, since cart v4 arrived; moving can't help
cart requests: 20 % of requests fail; at most 0.10 % is usual; 8.6 % elsewhere
checkout requests: 9.1 % of requests fail; at most 0.10 % is usual; 9.2 % elsewhere
This alone would have been enough: cart failing (24.5 nats of 19.2)
to location: 4 of the 7 being as usual again while it is not, and 19.2 nats against the others: now there are 1.0
to healthy: 5.0 nats of proof that cart is well: 5 s as usual at least; what counts is fewer than 2.5 % of its requests failing
