# Forced up: it is measured failing, and stays; what is measured is shown beside it, and counts again when the time is over.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann force us-east-1 up for=60 the probe is broken
order ann force us-east-9 up
says us-east-1 failing 24 dynamodb
tick 20
status
contingencies
----
3.00s   ann: us-east-1 is forced up for 1 min (the probe is broken): none of its users is moved out by itself, and what it has no room for is refused
3.00s   table 2: same places
3.00s   refused: ann: there is no location us-east-9
        . `houston status` lists them
3.00s   us-east-1: healthy -> failing  24.0 nats of 20.0  cause: dynamodb 92 %
3.00s   [forced-up] us-east-1 is forced up by ann: nobody is moved out by itself
5.00s   table 3: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 is FORCED up by ann until 63s (the probe is broken); measured: failing since 3s, 24.0 of 20.0 nats. `houston force us-east-1 auto` ends it.
  ca-central-1, eu-west-1, us-east-2

tick 100
says us-east-1 healthy
tick 200
status
----
60.00s  us-east-1 not healthy; 2700 rps; fullest 77 %
63.00s  us-east-1 is forced up no more: the time that ann gave is over
63.00s  scale us-east-2 to 1600
63.00s  scale ca-central-1 to 632
63.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
63.00s  us-east-1: 4.8 % out
63.00s  scale us-east-1 to 1200
63.00s  table 4: us-east-1 -> us-east-2 43 rps
64.00s  us-east-1: 9.7 % out
64.00s  table 5: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
65.00s  us-east-1: 20 % out
65.00s  table 6: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 70 rps
66.00s  us-east-1: 39 % out
66.00s  table 7: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 140 rps
67.00s  us-east-1: 78 % out
67.00s  table 8: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 281 rps
68.00s  us-east-1: 91 % out
68.00s  table 9: us-east-1 -> ca-central-1 8 rps; us-east-1 -> us-east-2 104 rps
69.00s  [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
120.00s us-east-1 not healthy; 2700 rps; fullest 85 %; us-east-1 draining
123.00s us-east-1: failing -> healthy  0.0 nats of 20.0
123.00s us-east-1: 96 % out
123.00s table 10: us-east-1 -> ca-central-1 45 rps
123.00s [receiver-not-ready] 0 rps of us-east-1 wait for receivers that are not ready
124.00s us-east-1: 100 % out
124.00s table 11: us-east-1 -> ca-central-1 39 rps
125.00s us-east-1: done, 100 % out after 62 s; receivers keep what they have grown to
133.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
133.00s us-east-1: 5 % of those who had left are back
133.00s table 12: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
138.00s us-east-1: 10 % of those who had left are back
138.00s table 13: ca-central-1 -> us-east-1 15 rps; us-east-2 -> us-east-1 30 rps
143.00s us-east-1: 20 % of those who had left are back
143.00s table 14: ca-central-1 -> us-east-1 17 rps; us-east-2 -> us-east-1 73 rps
148.00s us-east-1: 41 % of those who had left are back
148.00s table 15: ca-central-1 -> us-east-1 34 rps; us-east-2 -> us-east-1 147 rps
153.00s us-east-1: 71 % of those who had left are back
153.00s table 16: ca-central-1 -> us-east-1 3 rps; us-east-2 -> us-east-1 267 rps
158.00s us-east-1: 81 % of those who had left are back
158.00s table 17: ca-central-1 -> us-east-1 56 rps; us-east-2 -> us-east-1 37 rps
163.00s [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
180.00s all 4 locations healthy; 2700 rps; fullest 72 %; us-east-1 restoring
183.00s us-east-1: 86 % of those who had left are back
183.00s table 18: ca-central-1 -> us-east-1 3 rps; us-east-2 -> us-east-1 43 rps
193.00s us-east-1: 96 % of those who had left are back
193.00s table 19: ca-central-1 -> us-east-1 60 rps; us-east-2 -> us-east-1 23 rps
198.00s us-east-1: 100 % of those who had left are back
198.00s table 20: ca-central-1 -> us-east-1 38 rps
203.00s us-east-1 serves its own users again
203.00s scale us-east-2 to 1067
203.00s scale ca-central-1 to 500
203.00s table 21: same places
209.00s table 22: same places
240.00s all 4 locations healthy; 2700 rps; fullest 77 %
300.00s all 4 locations healthy; 2700 rps; fullest 77 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving

# Forced down: it is left by steps, and no health, no restore and no other order brings anybody back before auto.
order bob force eu-west-1 down new switches
tick 120
order cara restore eu-west-1
order cara evacuate eu-west-1 share=0.1
tick 60
status
----
323.00s bob: 100 % of PUBLIC, INTERNAL leaves eu-west-1
323.00s bob: eu-west-1 is forced down (new switches): nobody goes back before `houston force eu-west-1 auto`
323.00s scale ca-central-1 to 1320
323.00s PUBLIC, INTERNAL traffic of eu-west-1 -> ca-central-1 100 %; grow ca-central-1 500 -> 1320 first
        . EDITOR stays: its only writer is in us-east-1
323.00s eu-west-1: 4.9 % out
323.00s scale eu-west-1 to 1100
323.00s table 23: eu-west-1 -> ca-central-1 40 rps
324.00s eu-west-1: 9.9 % out
324.00s table 24: eu-west-1 -> ca-central-1 40 rps
324.00s [receiver-not-ready] 1 rps of eu-west-1 wait for receivers that are not ready
325.00s eu-west-1: 20 % out
325.00s table 25: eu-west-1 -> ca-central-1 79 rps
326.00s eu-west-1: 40 % out
326.00s table 26: eu-west-1 -> ca-central-1 158 rps
327.00s eu-west-1: 80 % out
327.00s table 27: eu-west-1 -> ca-central-1 316 rps
328.00s eu-west-1: 100 % out
328.00s table 28: eu-west-1 -> ca-central-1 161 rps
329.00s eu-west-1: done, 100 % out after 6 s; receivers keep what they have grown to
360.00s all 4 locations healthy; 2700 rps; fullest 83 %; eu-west-1 evacuated
420.00s all 4 locations healthy; 2700 rps; fullest 83 %; eu-west-1 evacuated
443.00s refused: cara: eu-west-1 is forced down by bob, and nobody goes back before that ends
        . `houston force eu-west-1 auto` ends it
443.00s refused: cara: eu-west-1 is forced down by bob, and is being left for that
        . `houston force eu-west-1 auto` ends it
480.00s all 4 locations healthy; 2700 rps; fullest 83 %; eu-west-1 evacuated
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 evacuated, 100 % elsewhere
  eu-west-1 is FORCED down by bob (new switches); measured: healthy. `houston force eu-west-1 auto` ends it.

order bob force eu-west-1 auto
order bob force eu-west-1 auto
tick 100
status
restart
----
503.00s bob: eu-west-1 is forced down no more: what is measured counts
503.00s eu-west-1 gets its users back: 5 % first, a look of 5 s, then double
503.00s eu-west-1: 5 % of those who had left are back
503.00s table 29: ca-central-1 -> eu-west-1 40 rps
503.00s [expired] eu-west-1: bob forces it down no more
503.00s refused: bob: eu-west-1 is not forced
        . nothing to do: what is measured counts
508.00s eu-west-1: 10 % of those who had left are back
508.00s table 30: ca-central-1 -> eu-west-1 40 rps
513.00s eu-west-1: 20 % of those who had left are back
513.00s table 31: ca-central-1 -> eu-west-1 80 rps
518.00s eu-west-1: 41 % of those who had left are back
518.00s table 32: ca-central-1 -> eu-west-1 161 rps
523.00s eu-west-1: 75 % of those who had left are back
523.00s table 33: ca-central-1 -> eu-west-1 270 rps
528.00s eu-west-1: 100 % of those who had left are back
528.00s table 34: ca-central-1 -> eu-west-1 200 rps
533.00s eu-west-1 serves its own users again
533.00s scale ca-central-1 to 500
539.00s table 35: same places
540.00s all 4 locations healthy; 2700 rps; fullest 77 %
600.00s all 4 locations healthy; 2700 rps; fullest 77 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  the replayed state is the same, byte for byte
