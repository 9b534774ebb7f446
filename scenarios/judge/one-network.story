# The users of one network fail on their way to a place; all other users of it, and its own services, are well. Those users alone are
# better off elsewhere.
world 7 locations
----
ok

users us-east-1 de fails 0%
users us-east-1 fr fails 0%
users us-east-1 us fails 0%
run 70s
----
nothing changes

users us-east-1 de fails 60%
run 30s
----
74s  us-east-1: healthy -> shaky   path, none   cause: users:de   14.2 nats
76s  us-east-1: shaky -> failing   path, move-zones   cause: users:de   22.1 nats

why us-east-1
----
edge@users requests: 20 % of requests fail; at most 0.10 % is usual; 0.03 % elsewhere
This alone would have been enough: edge failing, as users tell (26.1 nats of 19.2)
to location: more than 30 % of the trouble being that of other networks' users
to healthy: 5.0 nats of proof that edge is well: 5 s as usual at least; what counts is fewer than 2.2 % of its requests failing
