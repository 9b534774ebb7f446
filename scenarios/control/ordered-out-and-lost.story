# A location is evacuated by hand for work on it, and is switched off: when it answers again nobody goes back before a person says so.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann evacuate us-east-1
tick 40
lost us-east-1
tick 30
found us-east-1
tick 90
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
43.00s  ! us-east-1 is lost: 3 of 4 locations get no answer
43.00s  ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
43.00s  us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
60.00s  us-east-1 not healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
73.00s  us-east-1 answers again; its users stay away until it has proved its health
73.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
83.00s  us-east-1 is well again; ann ordered its users out before it was lost: they stay out
        . order `houston restore us-east-1` when they may come back
120.00s all 4 locations healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving

order ann restore us-east-1
tick 60
status
restart
----
163.00s ann: us-east-1 gets its users back (overrides the order of ann)
163.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
163.00s us-east-1: 5 % of those who had left are back
163.00s table 8: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
168.00s us-east-1: 10 % of those who had left are back
168.00s table 9: ca-central-1 -> us-east-1 15 rps; us-east-2 -> us-east-1 30 rps
173.00s us-east-1: 20 % of those who had left are back
173.00s table 10: ca-central-1 -> us-east-1 17 rps; us-east-2 -> us-east-1 73 rps
178.00s us-east-1: 41 % of those who had left are back
178.00s table 11: ca-central-1 -> us-east-1 34 rps; us-east-2 -> us-east-1 147 rps
180.00s all 4 locations healthy; 2700 rps; fullest 72 %; us-east-1 restoring
183.00s us-east-1: 71 % of those who had left are back
183.00s table 12: ca-central-1 -> us-east-1 3 rps; us-east-2 -> us-east-1 267 rps
188.00s us-east-1: 100 % of those who had left are back
188.00s table 13: ca-central-1 -> us-east-1 155 rps; us-east-2 -> us-east-1 104 rps
193.00s us-east-1 serves its own users again
193.00s scale us-east-2 to 1067
193.00s scale ca-central-1 to 500
193.00s table 14: same places
199.00s table 15: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  the replayed state is the same, byte for byte

# The same of a weight; and of one whose time is over meanwhile: then they come back by themselves.
order ann weight us-east-1 0.4
tick 30
lost us-east-1
tick 30
found us-east-1
tick 90
status
order ann weight us-east-1 0.4
tick 60
status
----
223.00s ann: 60 % of PUBLIC, INTERNAL leaves us-east-1
223.00s ann: us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL
223.00s scale us-east-2 to 1325
223.00s scale ca-central-1 to 523
223.00s PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 1067 -> 1325, ca-central-1 500 -> 523 first
        . EDITOR stays: its only writer is in us-east-1
223.00s us-east-1: 4.8 % out
223.00s scale us-east-1 to 1200
223.00s table 16: us-east-1 -> us-east-2 43 rps
224.00s us-east-1: 9.7 % out
224.00s table 17: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 40 rps
225.00s scale us-east-2 to 1366
225.00s us-east-1: 20 % out
225.00s table 18: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 83 rps
226.00s scale us-east-2 to 1406
226.00s us-east-1: 39 % out
226.00s table 19: us-east-1 -> ca-central-1 7 rps; us-east-1 -> us-east-2 167 rps
227.00s scale us-east-2 to 1487
227.00s us-east-1: 55 % out
227.00s table 20: us-east-1 -> ca-central-1 45 rps; us-east-1 -> us-east-2 97 rps
227.00s [receiver-not-ready] 47 rps of us-east-1 wait for receivers that are not ready
228.00s scale us-east-2 to 1534
228.00s scale ca-central-1 to 552
228.00s us-east-1: 60 % out
228.00s table 21: us-east-1 -> ca-central-1 47 rps
229.00s us-east-1: done, 60 % out after 6 s; receivers keep what they have grown to
234.00s table 22: same places
240.00s all 4 locations healthy; 2700 rps; fullest 73 %; us-east-1 draining
253.00s ! us-east-1 is lost: 3 of 4 locations get no answer
253.00s notice: us-east-1 is lost, seen by 3, table 22
253.00s ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 68 %, ca-central-1 19 %, eu-west-1 13 %
        . EDITOR stays: its only writer is in us-east-1
253.00s us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
253.00s table 23: us-east-1 -> ca-central-1 64 rps; us-east-1 -> eu-west-1 114 rps; us-east-1 -> us-east-2 177 rps
253.00s [left-again] us-east-1 is left again 60 s after it had its users back: next try in 60 s
283.00s us-east-1 answers again; its users stay away until it has proved its health
283.00s us-east-1: failing -> healthy  0.0 nats of 20.0
300.00s all 4 locations healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
313.25s ! us-east-1 is well again; ann ordered its users out before it was lost: they stay out
        . order `houston restore us-east-1` when they may come back, or `houston weight us-east-1 SHARE` for some of them
360.00s all 4 locations healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
373.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
373.00s ann: us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL
373.00s us-east-1: 5 % of those who had left are back
373.00s table 24: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
378.00s us-east-1: 10 % of those who had left are back
378.00s table 25: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
383.00s us-east-1: 20 % of those who had left are back
383.00s table 26: ca-central-1 -> us-east-1 4 rps; us-east-2 -> us-east-1 87 rps
388.00s us-east-1: 40 % of those who had left are back
388.00s table 27: ca-central-1 -> us-east-1 7 rps; us-east-2 -> us-east-1 167 rps
393.00s us-east-1 serves 40 % of its own users now
420.00s all 4 locations healthy; 2700 rps; fullest 82 %; us-east-1 draining
  us-east-1 draining, 58 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL, by ann. `houston restore us-east-1` ends it.

order ann weight us-east-1 0.5 for=40
tick 10
lost us-east-1
tick 60
found us-east-1
tick 70
----
433.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
433.00s ann: us-east-1 serves at most 50 % of its own PUBLIC, INTERNAL for 40 s
433.00s us-east-1: 5.1 % of those who had left are back
433.00s table 28: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 27 rps
438.00s us-east-1: 10 % of those who had left are back
438.00s table 29: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 27 rps
443.00s ! us-east-1 is lost: 3 of 4 locations get no answer
443.00s notice: us-east-1 is lost, seen by 3, table 29
443.00s us-east-1 does not bear its users (it is failing again): they go out again; I try again in 2 min at the earliest
443.00s ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 69 %, ca-central-1 19 %, eu-west-1 13 %
        . EDITOR stays: its only writer is in us-east-1
443.00s us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
443.00s table 30: us-east-1 -> ca-central-1 14 rps; us-east-1 -> us-east-2 397 rps
480.00s us-east-1 not healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
503.00s us-east-1 answers again; its users stay away until it has proved its health
503.00s us-east-1: failing -> healthy  0.0 nats of 20.0
503.25s table 31: same places
513.00s [back-waits] us-east-1 failed on its way back: next try in 50 s
540.00s all 4 locations healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
563.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
563.00s us-east-1: 5 % of those who had left are back
563.00s table 32: us-east-2 -> us-east-1 45 rps
568.00s us-east-1: 10 % of those who had left are back
568.00s table 33: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 45 rps
