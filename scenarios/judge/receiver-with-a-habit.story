# A place stutters for two seconds now and then, as it did before anybody came: a tenth of what its catalog does fails, and all of it takes
# 200 ms longer. With twelve requests a second that is hardly seen.
world 7 locations 12 rps
----
ok

ails us-east-2 catalog fails 10% slower 26x for 2s
ails us-east-2 web fails 7% slower 14x for 2s
ails us-east-2 edge fails 7% slower 11x for 2s
run 20s
ails us-east-2 catalog fails 10% slower 26x for 2s
ails us-east-2 web fails 7% slower 14x for 2s
ails us-east-2 edge fails 7% slower 11x for 2s
run 15s
ails us-east-2 catalog fails 10% slower 26x for 2s
ails us-east-2 web fails 7% slower 14x for 2s
ails us-east-2 edge fails 7% slower 11x for 2s
run 17s
----
nothing changes
nothing changes
nothing changes

ails us-east-1 catalog fails 20%
ails us-east-1 web fails 12%
run 15s
----
59s  us-east-1: healthy -> shaky   location, none   cause: catalog   12.7 nats
61s  us-east-1: shaky -> failing   location, leave   cause: catalog   19.5 nats

# Then it takes the users of another that is ill by the same services, and of four times as many requests the same is seen well: it came with nobody.
moved us-east-1 us-east-2
rps us-east-2 60
run 12s
ails us-east-2 catalog fails 10% slower 26x for 2s
ails us-east-2 web fails 7% slower 14x for 2s
ails us-east-2 edge fails 7% slower 11x for 2s
run 6s
ails us-east-2 catalog fails 10% slower 26x for 2s
ails us-east-2 web fails 7% slower 14x for 2s
ails us-east-2 edge fails 7% slower 11x for 2s
run 15s
----
nothing changes
nothing changes
87s  us-east-2: healthy -> shaky   location, none   cause: catalog   12.8 nats
93s  us-east-2: shaky -> healthy   location, none   1.30 nats

# Four times as many that fail are no habit: that came with the users.
ails us-east-2 catalog fails 40% slower 26x
ails us-east-2 web fails 30% slower 14x
run 12s
why us-east-2
----
103s us-east-1: failing -> failing   follows-the-traffic, hold   cause: catalog   23.4 nats
103s us-east-2: healthy -> healthy   follows-the-traffic, hold   9.70 nats
104s us-east-2: healthy -> shaky   follows-the-traffic, hold   cause: catalog   13.7 nats
106s us-east-2: shaky -> failing   follows-the-traffic, hold   cause: catalog   21.5 nats
edge scope: us-east-2 sickened in the same way 45 s after chunks of us-east-1 came
catalog latency: 199 ms typical; 7.97 ms is usual; x21.83 against the others
catalog requests: 43 % of requests fail; at most 0.24 % is usual; 0.01 % elsewhere
web latency: 198 ms typical; 15.2 ms is usual; x12.44 against the others
web requests: 27 % of requests fail; at most 0.10 % is usual; 0.00 % elsewhere
This alone would have been enough: all that users need, taken together, failing (25.9 nats of 19.2)
to location: us-east-2 being as usual again; and from 120 s after the last move on, in 75 s, each is judged by itself
to healthy: 5.0 nats of proof that catalog is well: 5 s as usual at least; what counts is fewer than 5.1 % of its requests failing and less than x2.17 of its usual time
