# A full receiver hands guests on to one that has had none: its conditions are asked first, it gets a canary, and each next part waits
# for a look, as any step does.
world share-per-minute=0.9 conditions=tls
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
flood eu-central-1 1.6
tick 14
served lyon
loads
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
3.00s   asks eu-central-1
3.00s   scale eu-west-1 to 1900
3.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
3.00s   [asks-first] eu-west-1 asks eu-central-1 again first, for at most 1.5 s
3.25s   eu-west-1: 4.9 % out
3.25s   table 2: eu-west-1 -> eu-central-1 30 rps
4.75s   eu-west-1: 9.9 % out
4.75s   table 3: eu-west-1 -> eu-central-1 30 rps
4.75s   [receiver-not-ready] 1 rps of eu-west-1 wait for receivers that are not ready
6.00s   eu-west-1: 20 % out
6.00s   table 4: eu-west-1 -> eu-central-1 59 rps
7.00s   eu-west-1: 40 % out
7.00s   table 5: eu-west-1 -> eu-central-1 118 rps
8.00s   asks eu-central-1
8.25s   eu-west-1: 80 % out
8.25s   table 6: eu-west-1 -> eu-central-1 237 rps
9.75s   eu-west-1: 100 % out
9.75s   table 7: eu-west-1 -> eu-central-1 121 rps
11.00s  eu-west-1: done, 100 % of users of lyon out after 8 s; receivers keep what they have grown to
17.00s  scale eu-central-1 to 1800
17.50s  eu-central-1 can't grow: quota; I plan with the 1400 rps that are ready
19.00s  asks us-east-1
19.00s  [asks-first] eu-central-1 asks us-east-1 again first, for at most 1.5 s
19.25s  eu-central-1 is full: 30 rps that it took of eu-west-1 go on to whoever has room
19.25s  table 8: eu-central-1 -> us-east-1 30 rps
20.75s  eu-central-1 is full: 30 rps that it took of eu-west-1 go on to whoever has room
20.75s  table 9: eu-central-1 -> us-east-1 30 rps
22.00s  eu-central-1 is full: 59 rps that it took of eu-west-1 go on to whoever has room
22.00s  table 10: eu-central-1 -> us-east-1 59 rps
  lyon at eu-central-1 475 rps
  lyon at eu-west-1 6 rps
  lyon at us-east-1 119 rps
  eu-west-1 823 rps of 1900 ready
  eu-central-1 1267 rps of 1400 ready
  us-east-1 1010 rps of 1500 ready
