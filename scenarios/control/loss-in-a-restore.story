# A location that gets its users back dies on the way, and then one that still has some of them.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  us-west-2 400 rps, ready 600, up to 1500, at 60
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 12
says us-east-1 healthy
tick 22
status
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 632
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   us-east-1: 9.7 % out
4.00s   table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
5.00s   us-east-1: 20 % out
5.00s   table 4: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 70 rps
6.00s   us-east-1: 39 % out
6.00s   table 5: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 140 rps
7.00s   us-east-1: 78 % out
7.00s   table 6: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 281 rps
8.00s   us-east-1: 100 % out
8.00s   table 7: us-east-1 -> ca-central-1 91 rps; us-east-1 -> us-east-2 104 rps
9.00s   us-east-1: done, 100 % out after 6 s; receivers keep what they have grown to
15.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
25.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
25.00s  us-east-1: 5 % of those who had left are back
25.00s  table 8: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
30.00s  us-east-1: 10 % of those who had left are back
30.00s  table 9: ca-central-1 -> us-east-1 15 rps; us-east-2 -> us-east-1 30 rps
35.00s  us-east-1: 20 % of those who had left are back
35.00s  table 10: ca-central-1 -> us-east-1 17 rps; us-east-2 -> us-east-1 73 rps
  us-east-1 restoring, 77 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving

lost us-east-1
tick 5
loads
status
----
37.00s  ! us-east-1 is lost: 5 of 6 locations get no answer
37.00s  notice: us-east-1 is lost, seen by 5, table 10
37.00s  us-east-1 does not bear its users (it is failing again): they go out again; I try again in 60 s at the earliest
37.00s  ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
37.00s  us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
37.00s  table 11: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 147 rps
  us-east-1 36 rps of 1200 ready
  us-east-2 1358 rps of 1600 ready
  ca-central-1 523 rps of 632 ready
  us-west-2 396 rps of 600 ready
  eu-west-1 792 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving

lost us-east-2
tick 12
loads
status
----
42.00s  ! us-east-2 is lost: 4 of 6 locations get no answer
42.00s  notice: us-east-2 is lost, seen by 4, table 11
42.00s  scale ca-central-1 to 1500
42.00s  scale us-west-2 to 920
42.00s  ! PUBLIC, INTERNAL traffic of us-east-2 -> ca-central-1 55 %, us-west-2 27 %, eu-west-1 11 %, ap-south-1 7 %; growing ca-central-1 632 -> 1545, us-west-2 600 -> 920
        . EDITOR stays: its only writer is in us-east-1
42.00s  table 12: us-east-2 -> ap-south-1 100 rps; us-east-2 -> ca-central-1 14 rps; us-east-2 -> eu-west-1 143 rps; us-east-2 -> us-west-2 114 rps
42.00s  [receiver-not-ready] 987 rps of us-east-2 wait for receivers that are not ready
44.00s  us-east-2: 69 % out
44.00s  table 13: us-east-2 -> ca-central-1 319 rps; us-east-2 -> us-west-2 250 rps
45.00s  us-east-2: 93 % out
45.00s  table 14: us-east-2 -> ca-central-1 319 rps
46.00s  us-east-2: 100 % out
46.00s  table 15: us-east-2 -> ca-central-1 99 rps
46.25s  us-east-2: done, 100 % out after 4 s; receivers keep what they have grown to
  us-east-1 36 rps of 1200 ready
  us-east-2 0 rps of 1600 ready
  ca-central-1 1274 rps of 1500 ready
  us-west-2 760 rps of 920 ready
  eu-west-1 935 rps of 1100 ready
  ap-south-1 595 rps of 700 ready
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 evacuated, 100 % elsewhere
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving

# The first answers again: its users go back later than the first time, for it failed on its way back.
found us-east-1
tick 90
status
----
54.00s  us-east-1 answers again; its users stay away until it has proved its health
54.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
60.00s  us-east-2 not healthy; 3600 rps; fullest 85 %; us-east-1 evacuated; us-east-2 evacuated
64.00s  [back-waits] us-east-1 failed on its way back: next try in 33 s
97.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
97.00s  us-east-1: 5 % of those who had left are back
97.00s  table 16: ca-central-1 -> us-east-1 45 rps
102.00s us-east-1: 10 % of those who had left are back
102.00s table 17: ca-central-1 -> us-east-1 45 rps
106.25s table 18: same places
107.00s us-east-1: 20 % of those who had left are back
107.00s table 19: ca-central-1 -> us-east-1 90 rps
112.00s us-east-1: 41 % of those who had left are back
112.00s table 20: ca-central-1 -> us-east-1 181 rps
117.00s us-east-1: 81 % of those who had left are back
117.00s table 21: ca-central-1 -> us-east-1 110 rps; us-west-2 -> us-east-1 250 rps
120.00s us-east-2 not healthy; 3600 rps; fullest 85 %; us-east-1 restoring; us-east-2 evacuated
122.00s us-east-1: 100 % of those who had left are back
122.00s table 22: ca-central-1 -> us-east-1 169 rps
127.00s us-east-1 serves its own users again
127.00s table 23: same places
  us-east-1 serving
  us-east-2 evacuated, 100 % elsewhere
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving
