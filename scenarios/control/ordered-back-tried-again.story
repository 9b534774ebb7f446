# Users who were ordered back did not get there: they are tried again, as was said. The same of a weight that was raised.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann evacuate us-east-1
tick 12
order bob restore us-east-1
tick 2
says us-east-1 healthy failed=0.1
tick 6
says us-east-1 healthy
tick 110
status
----
3.00s   ann: 100 % of PUBLIC, INTERNAL leaves us-east-1
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
15.00s  bob: us-east-1 gets its users back (overrides the order of ann)
15.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
15.00s  us-east-1: 5 % of those who had left are back
15.00s  table 8: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
17.00s  us-east-1 does not bear its users (10.0 % of its requests fail, 0.1 % before): they go out again; I try again in 60 s at the earliest
17.00s  us-east-1: done, 100 % out after 14 s; receivers keep what they have grown to
17.00s  table 9: us-east-1 -> ca-central-1 2 rps; us-east-1 -> us-east-2 43 rps
17.00s  [back-waits] us-east-1 failed on its way back, and is tried again when it has proved its health, in 60 s at the earliest
60.00s  all 4 locations healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
77.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
77.00s  us-east-1: 5 % of those who had left are back
77.00s  table 10: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
77.00s  [expired] us-east-1: bob ordered its users back
82.00s  us-east-1: 10 % of those who had left are back
82.00s  table 11: ca-central-1 -> us-east-1 15 rps; us-east-2 -> us-east-1 30 rps
87.00s  us-east-1: 20 % of those who had left are back
87.00s  table 12: ca-central-1 -> us-east-1 17 rps; us-east-2 -> us-east-1 73 rps
92.00s  us-east-1: 41 % of those who had left are back
92.00s  table 13: ca-central-1 -> us-east-1 34 rps; us-east-2 -> us-east-1 147 rps
97.00s  us-east-1: 71 % of those who had left are back
97.00s  table 14: ca-central-1 -> us-east-1 3 rps; us-east-2 -> us-east-1 267 rps
102.00s us-east-1: 100 % of those who had left are back
102.00s table 15: ca-central-1 -> us-east-1 155 rps; us-east-2 -> us-east-1 104 rps
107.00s us-east-1 serves its own users again
107.00s scale us-east-2 to 1067
107.00s scale ca-central-1 to 500
107.00s table 16: same places
113.00s table 17: same places
120.00s all 4 locations healthy; 2700 rps; fullest 77 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving

order ann weight us-east-1 0.4
tick 20
order bob weight us-east-1 0.8
tick 2
says us-east-1 healthy failed=0.1
tick 6
says us-east-1 healthy
tick 165
status
restart
----
133.00s ann: 60 % of PUBLIC, INTERNAL leaves us-east-1
133.00s ann: us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL
133.00s scale us-east-2 to 1325
133.00s scale ca-central-1 to 523
133.00s PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 1067 -> 1325, ca-central-1 500 -> 523 first
        . EDITOR stays: its only writer is in us-east-1
133.00s us-east-1: 4.8 % out
133.00s scale us-east-1 to 1200
133.00s table 18: us-east-1 -> us-east-2 43 rps
134.00s us-east-1: 9.7 % out
134.00s table 19: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 40 rps
135.00s scale us-east-2 to 1366
135.00s us-east-1: 20 % out
135.00s table 20: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 83 rps
136.00s scale us-east-2 to 1406
136.00s us-east-1: 39 % out
136.00s table 21: us-east-1 -> ca-central-1 7 rps; us-east-1 -> us-east-2 167 rps
137.00s scale us-east-2 to 1487
137.00s us-east-1: 55 % out
137.00s table 22: us-east-1 -> ca-central-1 45 rps; us-east-1 -> us-east-2 97 rps
137.00s [receiver-not-ready] 47 rps of us-east-1 wait for receivers that are not ready
138.00s scale us-east-2 to 1534
138.00s scale ca-central-1 to 552
138.00s us-east-1: 60 % out
138.00s table 23: us-east-1 -> ca-central-1 47 rps
139.00s us-east-1: done, 60 % out after 6 s; receivers keep what they have grown to
144.00s table 24: same places
153.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
153.00s bob: us-east-1 serves at most 80 % of its own PUBLIC, INTERNAL
153.00s us-east-1: 5.1 % of those who had left are back
153.00s table 25: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 27 rps
155.00s us-east-1 does not bear its users (10.0 % of its requests fail, 0.1 % before): they go out again; I try again in 2 min at the earliest
155.00s us-east-1: done, 60 % out after 2 s; receivers keep what they have grown to
155.00s table 26: us-east-1 -> ca-central-1 1 rps; us-east-1 -> us-east-2 27 rps
155.00s [back-waits] us-east-1 failed on its way back, and is tried again when it has proved its health, in 2 min at the earliest
180.00s all 4 locations healthy; 2700 rps; fullest 73 %; us-east-1 draining
215.00s [back-waits] us-east-1 failed on its way back, and is tried again when it has proved its health, in 60 s at the earliest
240.00s all 4 locations healthy; 2700 rps; fullest 73 %; us-east-1 draining
275.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
275.00s us-east-1: 5.1 % of those who had left are back
275.00s table 27: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 27 rps
280.00s us-east-1: 10 % of those who had left are back
280.00s table 28: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 27 rps
285.00s us-east-1: 21 % of those who had left are back
285.00s table 29: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 53 rps
290.00s us-east-1: 42 % of those who had left are back
290.00s table 30: ca-central-1 -> us-east-1 5 rps; us-east-2 -> us-east-1 107 rps
295.00s us-east-1: 67 % of those who had left are back
295.00s table 31: ca-central-1 -> us-east-1 5 rps; us-east-2 -> us-east-1 130 rps
300.00s us-east-1 serves 80 % of its own users now
300.00s all 4 locations healthy; 2700 rps; fullest 72 %; us-east-1 draining
  us-east-1 draining, 19 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 80 % of its own PUBLIC, INTERNAL, by bob. `houston restore us-east-1` ends it.
  the replayed state is the same, byte for byte
