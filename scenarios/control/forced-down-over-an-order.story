# Forced down over an earlier evacuation: when that ends, the evacuation stands as it did.
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
order bob force us-east-1 down
tick 20
status
order bob force us-east-1 auto
tick 50
status
order ann evacuate us-east-1
tick 20
order bob force us-east-1 down for=10
tick 30
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
23.00s  bob: 100 % of PUBLIC, INTERNAL leaves us-east-1
23.00s  bob: us-east-1 is forced down: nobody goes back before `houston force us-east-1 auto`
23.00s  scale us-east-2 to 1600
23.00s  scale ca-central-1 to 632
23.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 1461 -> 1648, ca-central-1 556 -> 631 first
        . EDITOR stays: its only writer is in us-east-1; ann ordered 60 % of PUBLIC, INTERNAL out: so many stay out when it is well
23.00s  table 7: same places
24.00s  us-east-1: 76 % out
24.00s  table 8: us-east-1 -> us-east-2 137 rps
25.00s  us-east-1: 100 % out
25.00s  table 9: us-east-1 -> ca-central-1 101 rps; us-east-1 -> us-east-2 117 rps
26.00s  us-east-1: done, 100 % out after 3 s; receivers keep what they have grown to
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 is FORCED down by bob; measured: healthy. `houston force us-east-1 auto` ends it.
43.00s  bob: us-east-1 is forced down no more: what is measured counts
43.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
43.00s  us-east-1: 5 % of those who had left are back
43.00s  table 10: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
43.00s  [expired] us-east-1: bob forces it down no more
48.00s  us-east-1: 10 % of those who had left are back
48.00s  table 11: ca-central-1 -> us-east-1 15 rps; us-east-2 -> us-east-1 30 rps
53.00s  us-east-1: 20 % of those who had left are back
53.00s  table 12: ca-central-1 -> us-east-1 17 rps; us-east-2 -> us-east-1 73 rps
58.00s  us-east-1: 40 % of those who had left are back
58.00s  table 13: ca-central-1 -> us-east-1 34 rps; us-east-2 -> us-east-1 140 rps
60.00s  all 4 locations healthy; 2700 rps; fullest 72 %; us-east-1 restoring
63.00s  us-east-1 serves 40 % of its own users now
  us-east-1 draining, 58 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL, by ann. `houston restore us-east-1` ends it.
93.00s  ann: 100 % of PUBLIC, INTERNAL leaves us-east-1
93.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
93.75s  us-east-1: 79 % out
93.75s  table 14: us-east-1 -> us-east-2 170 rps
95.00s  us-east-1: 100 % out
95.00s  table 15: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 117 rps
96.00s  us-east-1: done, 100 % out after 3 s; receivers keep what they have grown to
113.00s bob: 100 % of PUBLIC, INTERNAL leaves us-east-1
113.00s bob: us-east-1 is forced down for 10 s: nobody goes back before `houston force us-east-1 auto`
113.00s PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1; ann ordered 100 % of PUBLIC, INTERNAL out: so many stay out when it is well
113.00s us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
113.00s table 16: same places
120.00s all 4 locations healthy; 2700 rps; fullest 85 %; us-east-1 evacuated
123.00s us-east-1 is forced down no more: the time that bob gave is over
123.00s table 17: same places
123.00s [expired] us-east-1: it is forced down no more: the time that bob gave is over
123.00s [order-goes-on] us-east-1: who is out is out by the order of ann again
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  the replayed state is the same, byte for byte
