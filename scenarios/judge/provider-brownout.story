# dynamodb turns slower (x10) and fails (10 %), a little more each second for three minutes: it is left while fewer than
# one request in a hundred fails there.
world 7 locations 100 rps
----
ok

ails us-east-1 dynamodb fails 10% slower 10x over 180s
ails us-east-1 cart fails 10% slower 4x over 180s
ails us-east-1 session fails 10% slower 5x over 180s
run 30s
----
12s  us-east-1: healthy -> shaky   location, none   cause: dynamodb   16.6 nats
16s  us-east-1: shaky -> failing   location, leave   cause: dynamodb   25.3 nats

why us-east-1
----
dynamodb latency: 4.58 ms typical; 2.00 ms is usual; x2.47 against the others
session latency: 6.67 ms typical; 3.96 ms is usual; x1.85 against the others
dynamodb requests: 1.00 % of requests fail; at most 0.10 % is usual; 0.02 % elsewhere
session requests: 1.7 % of requests fail; at most 0.10 % is usual; 0.02 % elsewhere
cart latency: 9.78 ms typical; 7.12 ms is usual; x1.60 against the others
This alone would have been enough: dynamodb being slow (25.9 nats of 19.2)
to healthy: 5.0 nats of proof that cart is well: 39 s as usual at least; what counts is fewer than 0.31 % of its requests failing and less than x1.06 of its usual time

# It is mended: a proof of its own, and soon.
well
run 60s
----
38s  us-east-1: failing -> failing   location, leave   cause: session   15.9 nats
44s  us-east-1: failing -> healthy   location, none   2.40 nats
