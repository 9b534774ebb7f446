# While users of lyon leave eu-west-1 for a bad way the place itself turns bad: the evacuation takes over. When it is well again all come
# back, but for those whose way is still bad.
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
tick 1
says eu-west-1 failing 25 dynamodb
tick 12
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
3.00s   eu-west-1: 4.9 % out
3.00s   scale eu-west-1 to 1500
3.00s   table 2: eu-west-1 -> eu-central-1 10 rps
3.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
4.00s   eu-west-1: still failing  25.0 nats of 20.0  cause: dynamodb 92 %
4.00s   scale eu-central-1 to 1800
4.00s   PUBLIC, INTERNAL traffic of eu-west-1 -> eu-central-1 95 %, us-east-1 5 %; grow eu-central-1 1100 -> 1854 first
        . EDITOR stays: its only writer is in eu-west-1
4.00s   eu-west-1: 4.9 % out
4.00s   table 3: eu-west-1 -> eu-central-1 39 rps
5.00s   eu-west-1: 9.7 % out
5.00s   table 4: eu-west-1 -> eu-central-1 45 rps; eu-west-1 -> us-east-1 3 rps
6.00s   eu-west-1: 20 % out
6.00s   table 5: eu-west-1 -> eu-central-1 94 rps; eu-west-1 -> us-east-1 3 rps
7.00s   eu-west-1: 39 % out
7.00s   table 6: eu-west-1 -> eu-central-1 187 rps; eu-west-1 -> us-east-1 6 rps
8.00s   eu-west-1: 78 % out
8.00s   table 7: eu-west-1 -> eu-central-1 374 rps; eu-west-1 -> us-east-1 13 rps
9.00s   eu-west-1: 91 % out
9.00s   table 8: eu-west-1 -> eu-central-1 120 rps; eu-west-1 -> us-east-1 4 rps
10.00s  [guard-share-per-minute] eu-west-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate eu-west-1` does not wait

served lyon
status
----
  lyon at eu-central-1 179 rps
  lyon at eu-west-1 21 rps
  eu-west-1 draining, 88 % elsewhere
  eu-central-1 serving
  us-east-1 serving
  ap-south-1 serving

says eu-west-1 healthy
path lyon eu-west-1 60%
tick 110
----
16.00s  eu-west-1: still failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
60.00s  eu-west-1 not healthy; 3000 rps; fullest 81 %; eu-west-1 draining
64.00s  eu-west-1: 96 % out
64.00s  table 9: eu-west-1 -> eu-central-1 49 rps; eu-west-1 -> us-east-1 2 rps
65.00s  eu-west-1: 100 % out
65.00s  table 10: eu-west-1 -> eu-central-1 19 rps; eu-west-1 -> us-east-1 24 rps
66.00s  eu-west-1: failing -> healthy  0.0 nats of 20.0
66.00s  eu-west-1: done, 100 % out after 62 s; receivers keep what they have grown to
76.00s  eu-west-1 gets its users back: 5 % first, a look of 5 s, then double
76.00s  eu-west-1: 5 % of those who had left are back
76.00s  table 11: eu-central-1 -> eu-west-1 39 rps; us-east-1 -> eu-west-1 2 rps
81.00s  eu-west-1: 10 % of those who had left are back
81.00s  table 12: eu-central-1 -> eu-west-1 39 rps; us-east-1 -> eu-west-1 2 rps
86.00s  eu-west-1: 20 % of those who had left are back
86.00s  table 13: eu-central-1 -> eu-west-1 77 rps; us-east-1 -> eu-west-1 3 rps
91.00s  eu-west-1: 41 % of those who had left are back
91.00s  table 14: eu-central-1 -> eu-west-1 154 rps; us-east-1 -> eu-west-1 7 rps
96.00s  eu-west-1: 78 % of those who had left are back
96.00s  table 15: eu-central-1 -> eu-west-1 300 rps; us-east-1 -> eu-west-1 0 rps
101.00s eu-west-1: 100 % of those who had left are back
101.00s table 16: eu-central-1 -> eu-west-1 131 rps; us-east-1 -> eu-west-1 40 rps
106.00s eu-west-1 serves its own users again, but for users of lyon: their way to it is bad
106.00s scale eu-central-1 to 1217
106.00s table 17: same places
112.00s table 18: same places
120.00s all 4 locations healthy; 3000 rps; fullest 65 %

served lyon
status
----
  lyon at eu-central-1 197 rps
  lyon at eu-west-1 2 rps
  lyon at us-east-1 1 rps
  eu-west-1 serving, 19 % elsewhere
  eu-central-1 serving
  us-east-1 serving
  ap-south-1 serving
