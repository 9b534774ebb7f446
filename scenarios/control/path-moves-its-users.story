# Users of lyon fail on their way to eu-west-1; the place itself, and all other users of it, are well. They alone move: a canary, a
# look at the receiver and at how they fare there, then double.
world
  eu-west-1 800 rps, ready 1500, up to 2000, at 0
  eu-central-1 600 rps, ready 1100, up to 1800, at 20
  us-east-1 900 rps, ready 1500, up to 2000, at 80
  ap-south-1 500 rps, ready 900, up to 1500, at 180
  users of lyon, 200 rps, at 6
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

tick 10
path lyon eu-west-1 60%
tick 10
----
13.00s  eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
13.00s  users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
13.00s  eu-west-1: 4.9 % out
13.00s  scale eu-west-1 to 1500
13.00s  table 2: eu-west-1 -> eu-central-1 10 rps
13.00s  [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
14.00s  eu-west-1: 9.9 % out
14.00s  table 3: eu-west-1 -> eu-central-1 10 rps
14.00s  [receiver-not-ready] 0 rps of eu-west-1 wait for receivers that are not ready
15.00s  eu-west-1: 20 % out
15.00s  table 4: eu-west-1 -> eu-central-1 20 rps
16.00s  eu-west-1: 40 % out
16.00s  table 5: eu-west-1 -> eu-central-1 39 rps
17.00s  eu-west-1: 80 % out
17.00s  table 6: eu-west-1 -> eu-central-1 79 rps
18.00s  eu-west-1: 100 % out
18.00s  table 7: eu-west-1 -> eu-central-1 40 rps
19.00s  eu-west-1: failing -> healthy  0.0 nats of 20.0
19.00s  eu-west-1: done, 100 % of users of lyon out after 6 s; receivers keep what they have grown to

served lyon
status
incidents
----
  lyon at eu-central-1 198 rps
  lyon at eu-west-1 2 rps
  eu-west-1 serving, 19 % elsewhere
  eu-central-1 serving
  us-east-1 serving
  ap-south-1 serving
  1  Users of lyon left eu-west-1, whose other users are well: 100 % out. Likely users:lyon. Receivers 72 % full at most. You need to do nothing now; look into users:lyon calmly.
     What: The way of users of lyon to eu-west-1 is bad; it and all its other users are well. PUBLIC and INTERNAL of users of lyon are served elsewhere.
     Users: At worst 12 % of the requests it serves are hurt beyond the usual; 822 rps are there now, under 0.1 % of them failing.
     Why: checkout: 11.9 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely users:lyon (network, 92 % of the evidence). The other 3 locations are fine.
     Certain: 24.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 6 s: 100 % is out, to eu-central-1 100 % (72 % full). Receivers keep what they have grown to.
     Not doing: EDITOR stays: its only writer is in eu-west-1. Its other users stay. I send these back when those of them who are still on the way are well, or a few after 5 min to see.
     You need to: do nothing now; look into users:lyon calmly

# Its editors could not move, for their writer is there: they tell how the way is. When it is mended all come back, slower than they went.
tick 30
path lyon eu-west-1 0%
tick 55
----
60.00s  all 4 locations healthy; 3000 rps; fullest 72 %
63.00s  eu-west-1 gets users of lyon back: 5 % first, a look of 5 s, then double
63.00s  eu-west-1: 5 % of those who had left are back
63.00s  table 8: eu-central-1 -> eu-west-1 10 rps
68.00s  eu-west-1: 10 % of those who had left are back
68.00s  table 9: eu-central-1 -> eu-west-1 10 rps
73.00s  eu-west-1: 20 % of those who had left are back
73.00s  table 10: eu-central-1 -> eu-west-1 20 rps
78.00s  eu-west-1: 41 % of those who had left are back
78.00s  table 11: eu-central-1 -> eu-west-1 40 rps
83.00s  eu-west-1: 81 % of those who had left are back
83.00s  table 12: eu-central-1 -> eu-west-1 80 rps
88.00s  eu-west-1: 100 % of those who had left are back
88.00s  table 13: eu-central-1 -> eu-west-1 37 rps
93.00s  eu-west-1 serves users of lyon again

served lyon
restart
----
  lyon at eu-west-1 200 rps
  the replayed state is the same, byte for byte
