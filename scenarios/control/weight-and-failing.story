# A weight stands, and the location fails: the rest leaves too, as of any location. Well again, it gets back all but those whom the weight keeps out.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann weight us-east-1 0.4
tick 20
says us-east-1 failing 21.6 dynamodb
tick 12
status
incidents
says us-east-1 healthy
tick 60
status
restart
----
3.00s   ann: 60 % of PUBLIC, INTERNAL leaves us-east-1
3.00s   ann: us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL
3.00s   scale us-east-2 to 1325
3.00s   scale ca-central-1 to 523
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1325, ca-central-1 500 -> 523 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   us-east-1: 9.7 % out
4.00s   table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
5.00s   scale us-east-2 to 1359
5.00s   us-east-1: 20 % out
5.00s   table 4: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 70 rps
6.00s   scale us-east-2 to 1393
6.00s   scale ca-central-1 to 540
6.00s   us-east-1: 39 % out
6.00s   table 5: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 140 rps
7.00s   scale us-east-2 to 1461
7.00s   scale ca-central-1 to 556
7.00s   us-east-1: 60 % out
7.00s   table 6: us-east-1 -> ca-central-1 58 rps; us-east-1 -> us-east-2 130 rps
8.00s   us-east-1: done, 60 % out after 5 s; receivers keep what they have grown to
23.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
23.00s  scale us-east-2 to 1600
23.00s  scale ca-central-1 to 632
23.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 1461 -> 1648, ca-central-1 556 -> 631 first
        . EDITOR stays: its only writer is in us-east-1; ann ordered 60 % of PUBLIC, INTERNAL out: so many stay out when it is well
23.00s  us-east-1: 65 % out
23.00s  table 7: us-east-1 -> us-east-2 43 rps
24.00s  us-east-1: 81 % out
24.00s  table 8: us-east-1 -> ca-central-1 50 rps; us-east-1 -> us-east-2 94 rps
24.00s  [receiver-not-ready] 168 rps of us-east-1 wait for receivers that are not ready
25.00s  us-east-1: 100 % out
25.00s  table 9: us-east-1 -> ca-central-1 51 rps; us-east-1 -> us-east-2 117 rps
26.00s  us-east-1: done, 100 % out after 3 s; receivers keep what they have grown to
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL, by ann. `houston restore us-east-1` ends it.
  1  us-east-1 left: 100 % out. Likely dynamodb. Receivers 85 % full at most. You need to do nothing now; look into dynamodb calmly.
     What: us-east-1 is not good enough. PUBLIC and INTERNAL have left it.
     Users: At worst 2 % of the requests it serves are hurt beyond the usual; 27 rps are there now, under 0.1 % of them failing.
     Why: checkout: 2.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 3 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 3 s: 100 % is out, to us-east-2 75 % (85 % full), ca-central-1 25 % (83 % full). Receivers keep what they have grown to.
     Not doing: EDITOR stays: its only writer is in us-east-1. ann ordered 60 % of PUBLIC, INTERNAL out: so many stay out when it is well. I go back only after proof of health, a canary first.
     You need to: do nothing now; look into dynamodb calmly
35.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
45.00s  us-east-1 gets its users back, but for 60 % of PUBLIC, INTERNAL whom ann ordered out: 5 % first, a look of 5 s, then double
45.00s  us-east-1: 5 % of those who had left are back
45.00s  table 10: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
50.00s  us-east-1: 10 % of those who had left are back
50.00s  table 11: ca-central-1 -> us-east-1 15 rps; us-east-2 -> us-east-1 30 rps
55.00s  us-east-1: 20 % of those who had left are back
55.00s  table 12: ca-central-1 -> us-east-1 17 rps; us-east-2 -> us-east-1 73 rps
60.00s  us-east-1: 40 % of those who had left are back
60.00s  table 13: ca-central-1 -> us-east-1 34 rps; us-east-2 -> us-east-1 140 rps
60.00s  all 4 locations healthy; 2700 rps; fullest 77 %; us-east-1 restoring
65.00s  us-east-1 serves its own users again, but for 60 % of PUBLIC, INTERNAL whom ann ordered out
  us-east-1 draining, 58 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL, by ann. `houston restore us-east-1` ends it.
  the replayed state is the same, byte for byte

# It fails once more, soon, and the weight's time is over meanwhile: nobody comes back into a sick location, and all do when it is well.
order ann weight us-east-1 0.4 for=20
says us-east-1 failing 21.6 dynamodb
tick 40
status
says us-east-1 healthy
tick 110
status
----
95.00s  ann: 60 % of PUBLIC, INTERNAL leaves us-east-1
95.00s  ann: us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL for 20 s
95.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 70 %, ca-central-1 30 %
        . EDITOR stays: its only writer is in us-east-1
95.00s  us-east-1: done, 60 % out after 0 s; receivers keep what they have grown to
95.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
95.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1; ann ordered 60 % of PUBLIC, INTERNAL out: so many stay out when it is well
95.00s  us-east-1: 65 % out
95.00s  table 14: us-east-1 -> us-east-2 43 rps
95.00s  [left-again] us-east-1 is left again 30 s after it had its users back: next try in 60 s
96.00s  us-east-1: 100 % out
96.00s  table 15: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 244 rps
97.00s  us-east-1: done, 100 % out after 2 s; receivers keep what they have grown to
115.00s us-east-1: the time that ann gave is over; it is being left by itself, and all come back when it is well
120.00s us-east-1 not healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
135.00s us-east-1: failing -> healthy  0.0 nats of 20.0
145.00s [back-waits] us-east-1 failed on its way back: next try in 10 s
155.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
155.00s us-east-1: 5 % of those who had left are back
155.00s table 16: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
160.00s us-east-1: 10 % of those who had left are back
160.00s table 17: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
165.00s us-east-1: 20 % of those who had left are back
165.00s table 18: ca-central-1 -> us-east-1 4 rps; us-east-2 -> us-east-1 87 rps
170.00s us-east-1: 41 % of those who had left are back
170.00s table 19: ca-central-1 -> us-east-1 61 rps; us-east-2 -> us-east-1 120 rps
175.00s us-east-1: 71 % of those who had left are back
175.00s table 20: ca-central-1 -> us-east-1 53 rps; us-east-2 -> us-east-1 217 rps
180.00s us-east-1: 90 % of those who had left are back
180.00s table 21: ca-central-1 -> us-east-1 51 rps; us-east-2 -> us-east-1 124 rps
180.00s all 4 locations healthy; 2700 rps; fullest 72 %; us-east-1 restoring
185.00s [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
215.00s us-east-1: 96 % of those who had left are back
215.00s table 22: ca-central-1 -> us-east-1 18 rps; us-east-2 -> us-east-1 30 rps
220.00s us-east-1: 100 % of those who had left are back
220.00s table 23: ca-central-1 -> us-east-1 37 rps
225.00s us-east-1 serves its own users again
225.00s scale us-east-2 to 1067
225.00s scale ca-central-1 to 500
225.00s table 24: same places
231.00s table 25: same places
240.00s all 4 locations healthy; 2700 rps; fullest 77 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving

# The order comes while the location is left by itself: it stands beside that. Raised, and then taken back.
says us-east-1 failing 21.6 dynamodb
tick 12
order ann weight us-east-1 0.7
order bob weight us-east-1 0.8 for=600
tick 2
status
order bob weight us-east-1 1
status
order cid evacuate us-east-1 share=0.1 for=300
says us-east-1 healthy
tick 150
status
restart
----
245.00s us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
245.00s scale us-east-2 to 1600
245.00s scale ca-central-1 to 632
245.00s PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 1067 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
245.00s us-east-1: 4.8 % out
245.00s scale us-east-1 to 1200
245.00s table 26: us-east-1 -> us-east-2 43 rps
245.00s [left-again] us-east-1 is left again 20 s after it had its users back: next try in 2 min
246.00s us-east-1: 9.7 % out
246.00s table 27: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 40 rps
247.00s us-east-1: 20 % out
247.00s table 28: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 83 rps
248.00s us-east-1: 39 % out
248.00s table 29: us-east-1 -> ca-central-1 7 rps; us-east-1 -> us-east-2 167 rps
249.00s us-east-1: 78 % out
249.00s table 30: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 331 rps
250.00s [guard-share-per-minute] us-east-1 waits: automatic moves took 29 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
257.00s ann: 30 % of PUBLIC, INTERNAL leaves us-east-1; it is left by itself already, and so many stay out when it is well
257.00s ann: us-east-1 serves at most 70 % of its own PUBLIC, INTERNAL
257.00s bob: 20 % of PUBLIC, INTERNAL leaves us-east-1; it is left by itself already, and so many stay out when it is well
257.00s bob: us-east-1 serves at most 80 % of its own PUBLIC, INTERNAL for 10 min
  us-east-1 draining, 76 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 80 % of its own PUBLIC, INTERNAL, by bob until 857s. `houston restore us-east-1` ends it.
259.00s bob: us-east-1 has no weight any more; it is failing, and all of its users come back when it is well
  us-east-1 draining, 76 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
259.00s cid: 10 % of PUBLIC, INTERNAL leaves us-east-1 for 300 s; it is left by itself already, and so many stay out when it is well
259.00s us-east-1: failing -> healthy  0.0 nats of 20.0
269.00s [healed-on-the-way] us-east-1 has been healthy for 10 s: no more leaves it
269.00s [back-waits] us-east-1 failed on its way back: next try in 96 s
300.00s all 4 locations healthy; 2700 rps; fullest 85 %; us-east-1 draining
329.00s [healed-on-the-way] us-east-1 has been healthy for 10 s: no more leaves it
329.00s [back-waits] us-east-1 failed on its way back: next try in 36 s
360.00s all 4 locations healthy; 2700 rps; fullest 85 %; us-east-1 draining
365.00s us-east-1 gets its users back, but for 10 % of PUBLIC, INTERNAL whom cid ordered out: 5 % first, a look of 5 s, then double
365.00s us-east-1: 5 % of those who had left are back
365.00s table 31: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 33 rps
370.00s us-east-1: 10 % of those who had left are back
370.00s table 32: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 33 rps
375.00s us-east-1: 20 % of those who had left are back
375.00s table 33: ca-central-1 -> us-east-1 3 rps; us-east-2 -> us-east-1 67 rps
380.00s us-east-1: 40 % of those who had left are back
380.00s table 34: ca-central-1 -> us-east-1 6 rps; us-east-2 -> us-east-1 134 rps
385.00s us-east-1: 79 % of those who had left are back
385.00s table 35: ca-central-1 -> us-east-1 3 rps; us-east-2 -> us-east-1 267 rps
390.00s us-east-1: 87 % of those who had left are back
390.00s table 36: ca-central-1 -> us-east-1 10 rps; us-east-2 -> us-east-1 47 rps
395.00s us-east-1 serves its own users again, but for 10 % of PUBLIC, INTERNAL whom cid ordered out
  us-east-1 draining, 10 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  the replayed state is the same, byte for byte
