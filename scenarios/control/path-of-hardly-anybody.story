# Two requests a second come over the bad way, and no more: all who send them go in one step, which is looked at like any other.
world
  eu-west-1 800 rps, ready 1500, up to 2000, at 0
  eu-central-1 600 rps, ready 1100, up to 1800, at 20
  us-east-1 900 rps, ready 1500, up to 2000, at 19
  ap-south-1 500 rps, ready 900, up to 1500, at 180
  users of lyon, 2 rps, at 6
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

# They are hurt at the first receiver too: they go back, and another one is tried.
tick 10
path lyon eu-west-1 100%
path lyon us-east-1 100%
tick 12
served lyon
----
13.00s  eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
13.00s  users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to us-east-1 100 % (7 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
13.00s  eu-west-1: 100 % out
13.00s  scale eu-west-1 to 1500
13.00s  table 2: eu-west-1 -> us-east-1 2 rps
13.00s  [move-zones] users of lyon out of eu-west-1: 100 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
14.00s  eu-west-1: failing -> healthy  0.0 nats of 20.0
14.00s  us-east-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
14.00s  users of lyon of eu-west-1 are hurt at us-east-1 too: they go back, and others are tried
14.00s  eu-west-1: 100 % out
14.00s  table 3: us-east-1 -> eu-central-1 2 rps
15.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
15.00s  eu-west-1: done, 100 % of users of lyon out after 2 s; receivers keep what they have grown to
  lyon at eu-central-1 2 rps
  lyon at eu-west-1 0 rps
