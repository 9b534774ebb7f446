# Users of lyon left eu-west-1, for their way there is bad. Their receiver can't grow and fills up: they go on to who has room, never
# back over the bad way, though the place itself is open and nearest.
world share-per-minute=0.9
  eu-west-1 800 rps, ready 1900, up to 2400, at 0
  eu-central-1 500 rps, ready 1400, up to 1800, at 20
  us-east-1 900 rps, ready 1500, up to 2000, at 80
  users of lyon, 600 rps, at 6
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

no-growth eu-central-1
path lyon eu-west-1 60%
tick 13
served lyon
loads
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
3.00s   eu-west-1: 4.9 % out
3.00s   scale eu-west-1 to 1900
3.00s   table 2: eu-west-1 -> eu-central-1 30 rps
3.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
4.00s   eu-west-1: 9.9 % out
4.00s   table 3: eu-west-1 -> eu-central-1 30 rps
4.00s   [receiver-not-ready] 1 rps of eu-west-1 wait for receivers that are not ready
5.00s   eu-west-1: 20 % out
5.00s   table 4: eu-west-1 -> eu-central-1 59 rps
6.00s   eu-west-1: 40 % out
6.00s   table 5: eu-west-1 -> eu-central-1 118 rps
7.00s   eu-west-1: 80 % out
7.00s   table 6: eu-west-1 -> eu-central-1 237 rps
8.00s   eu-west-1: 100 % out
8.00s   table 7: eu-west-1 -> eu-central-1 121 rps
9.00s   eu-west-1: done, 100 % of users of lyon out after 6 s; receivers keep what they have grown to
  lyon at eu-central-1 594 rps
  lyon at eu-west-1 6 rps
  eu-west-1 820 rps of 1900 ready
  eu-central-1 1089 rps of 1400 ready
  us-east-1 891 rps of 1500 ready

flood eu-central-1 1.5
tick 14
served lyon
loads
----
17.00s  scale eu-central-1 to 1800
17.50s  eu-central-1 can't grow: quota; I plan with the 1400 rps that are ready
21.00s  eu-central-1 is full: 30 rps that it took of eu-west-1 go on to whoever has room
21.00s  table 8: eu-central-1 -> us-east-1 30 rps
27.00s  eu-central-1 is full: 30 rps that it took of eu-west-1 go on to whoever has room
27.00s  table 9: eu-central-1 -> us-east-1 30 rps
  lyon at eu-central-1 535 rps
  lyon at eu-west-1 6 rps
  lyon at us-east-1 59 rps
  eu-west-1 823 rps of 1900 ready
  eu-central-1 1277 rps of 1400 ready
  us-east-1 950 rps of 1500 ready
