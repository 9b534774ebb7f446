# Users of lyon have left eu-west-1 for a bad way, and the place that took them is lost. No contingency leads them back over the bad way
# while others have room.
world
  eu-west-1 800 rps, ready 1500, up to 2000, at 0
  eu-central-1 600 rps, ready 1100, up to 1800, at 20
  us-east-1 900 rps, ready 1500, up to 2000, at 80
  ap-south-1 500 rps, ready 900, up to 1500, at 180
  users of lyon, 200 rps, at 6
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

path lyon eu-west-1 60%
tick 10
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
3.00s   eu-west-1: 4.9 % out
3.00s   scale eu-west-1 to 1500
3.00s   table 2: eu-west-1 -> eu-central-1 10 rps
3.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
4.00s   eu-west-1: 9.9 % out
4.00s   table 3: eu-west-1 -> eu-central-1 10 rps
4.00s   [receiver-not-ready] 0 rps of eu-west-1 wait for receivers that are not ready
5.00s   eu-west-1: 20 % out
5.00s   table 4: eu-west-1 -> eu-central-1 20 rps
6.00s   eu-west-1: 40 % out
6.00s   table 5: eu-west-1 -> eu-central-1 39 rps
7.00s   eu-west-1: 80 % out
7.00s   table 6: eu-west-1 -> eu-central-1 79 rps
8.00s   eu-west-1: 100 % out
8.00s   table 7: eu-west-1 -> eu-central-1 40 rps
9.00s   eu-west-1: failing -> healthy  0.0 nats of 20.0
9.00s   eu-west-1: done, 100 % of users of lyon out after 6 s; receivers keep what they have grown to

lost eu-central-1
tick 5
----
13.00s  ! eu-central-1 is lost: 3 of 4 locations get no answer
13.00s  notice: eu-central-1 is lost, seen by 3, table 7
13.00s  ! PUBLIC, INTERNAL traffic of eu-central-1 -> eu-west-1 57 %, us-east-1 43 %
        . EDITOR stays: its only writer is in eu-west-1
13.00s  eu-central-1: done, 100 % out after 0 s; receivers keep what they have grown to
13.00s  table 8: eu-central-1 -> eu-west-1 452 rps; eu-central-1 -> us-east-1 340 rps

served lyon
served at-eu-central-1
----
  lyon at eu-west-1 2 rps
  lyon at us-east-1 198 rps
  at-eu-central-1 at eu-west-1 458 rps
  at-eu-central-1 at us-east-1 142 rps
