# Two ways at once, to two places that are each other's nearest: each zone's users go round the place that is well for all others, and
# not for them.
world
  eu-west-1 800 rps, ready 1500, up to 2000, at 0
  eu-central-1 600 rps, ready 1100, up to 1800, at 20
  us-east-1 900 rps, ready 1500, up to 2000, at 80
  ap-south-1 500 rps, ready 900, up to 1500, at 180
  users of lyon, 200 rps, at 6
  users of graz, 100 rps, at 16
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

path lyon eu-west-1 60%
path lyon eu-central-1 60%
path graz eu-central-1 40%
tick 20
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   eu-central-1: healthy -> failing  24.0 nats of 20.0  cause: users:graz 92 %  scope: path
3.00s   users of graz at eu-central-1: path; PUBLIC, INTERNAL moved to eu-west-1 100 % (12 ms further)
        . all other users of eu-central-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
3.00s   eu-central-1: 4.9 % out
3.00s   scale eu-west-1 to 1500
3.00s   scale eu-central-1 to 1100
3.00s   table 2: eu-central-1 -> eu-west-1 5 rps
3.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
3.00s   [move-zones] users of graz out of eu-central-1: 40 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
3.00s   [canary-elsewhere] eu-west-1 waits: one canary at a time
4.00s   eu-central-1: 9.9 % out
4.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
4.00s   eu-west-1: 4.9 % out
4.00s   table 3: eu-central-1 -> eu-west-1 5 rps; eu-west-1 -> eu-central-1 10 rps
4.00s   [receiver-not-ready] 0 rps of eu-central-1 wait for receivers that are not ready
5.00s   users of lyon of eu-west-1 are hurt at eu-central-1 too: they go back, and others are tried
5.00s   eu-central-1: 20 % out
5.00s   eu-west-1: 4.9 % out
5.00s   table 4: eu-central-1 -> eu-west-1 10 rps; eu-central-1 -> us-east-1 10 rps
6.00s   eu-central-1: 40 % out
6.00s   eu-west-1: 9.9 % out
6.00s   table 5: eu-central-1 -> eu-west-1 20 rps; eu-west-1 -> us-east-1 10 rps
6.00s   [receiver-not-ready] 0 rps of eu-west-1 wait for receivers that are not ready
7.00s   eu-central-1: 80 % out
7.00s   eu-west-1: 20 % out
7.00s   table 6: eu-central-1 -> eu-west-1 39 rps; eu-west-1 -> us-east-1 20 rps
8.00s   eu-central-1: 100 % out
8.00s   eu-west-1: 40 % out
8.00s   table 7: eu-central-1 -> eu-west-1 20 rps; eu-west-1 -> us-east-1 39 rps
9.00s   eu-central-1: failing -> healthy  0.0 nats of 20.0
9.00s   eu-central-1: done, 100 % of users of graz out after 6 s; receivers keep what they have grown to
9.00s   eu-west-1: 80 % out
9.00s   table 8: eu-west-1 -> us-east-1 79 rps
10.00s  eu-west-1: 100 % out
10.00s  table 9: eu-west-1 -> us-east-1 40 rps
11.00s  eu-west-1: failing -> healthy  0.0 nats of 20.0
11.00s  eu-west-1: done, 100 % of users of lyon out after 8 s; receivers keep what they have grown to

served lyon
served graz
status
----
  lyon at eu-west-1 2 rps
  lyon at us-east-1 198 rps
  graz at eu-west-1 100 rps
  eu-west-1 serving, 19 % elsewhere
  eu-central-1 serving, 14 % elsewhere
  us-east-1 serving
  ap-south-1 serving
