# Three small services that share dynamodb turn a little worse. No one of them is bad enough alone for a long time;
# together they are, and what they share is named though its own counters are clean: nobody but they can tell.
world 7 locations 100 rps
----
ok

ails us-east-1 session fails 2%
ails us-east-1 stock fails 1.5%
ails us-east-1 wishlist fails 3%
run 30s
----
9s   us-east-1: healthy -> shaky   location, none   cause: dynamodb   12.0 nats
13s  us-east-1: shaky -> failing   location, leave   cause: dynamodb   20.3 nats

why us-east-1
----
session requests: 1.7 % of requests fail; at most 0.10 % is usual; 0.02 % elsewhere
stock requests: 1.2 % of requests fail; at most 0.10 % is usual; 0.03 % elsewhere
wishlist requests: 1.5 % of requests failed in the last minute; at most 0.10 % is usual; 0.07 % elsewhere
This alone would have been enough: all that share dynamodb, taken together, failing (24.1 nats of 19.2)
to healthy: 4.5 nats of proof that session is well: 9 s as usual at least; what counts is fewer than 0.61 % of its requests failing
