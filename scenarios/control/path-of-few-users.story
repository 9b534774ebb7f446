# The users of one network's way to a small place are six a second: 5 % of them would tell nothing for a quarter of a minute. They go by two
# a second first, and a look ends as soon as it is known how they fare.
world
  eu-west-1 20 rps, ready 60, up to 90, at 0
  eu-central-1 14 rps, ready 60, up to 90, at 20
  us-east-1 20 rps, ready 60, up to 90, at 80
  ap-south-1 10 rps, ready 60, up to 90, at 180
  users of lyon, 6 rps, at 6
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

tick 10
path lyon eu-west-1 50%
tick 15
served lyon
----
13.00s  eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
13.00s  users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
13.00s  eu-west-1: 34 % out
13.00s  scale eu-west-1 to 60
13.00s  table 2: eu-west-1 -> eu-central-1 2 rps
13.00s  [move-zones] users of lyon out of eu-west-1: 50 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
14.00s  eu-west-1: 67 % out
14.00s  table 3: eu-west-1 -> eu-central-1 2 rps
15.00s  eu-west-1: failing -> healthy  0.0 nats of 20.0
15.00s  eu-west-1: 100 % out
15.00s  table 4: eu-west-1 -> eu-central-1 2 rps
16.00s  eu-west-1: done, 100 % of users of lyon out after 3 s; receivers keep what they have grown to
  lyon at eu-central-1 6 rps
  lyon at eu-west-1 0 rps
