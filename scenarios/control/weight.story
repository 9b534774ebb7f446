# A weight: what is beyond goes elsewhere by steps; raised, as many come back as it lets; at 100 % all do.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann weight us-east-1 0.4 for=600
tick 60
status
----
3.00s   ann: 60 % of PUBLIC, INTERNAL leaves us-east-1
3.00s   ann: us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL for 10 min
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
60.00s  all 4 locations healthy; 2700 rps; fullest 76 %; us-east-1 draining
  us-east-1 draining, 58 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 40 % of its own PUBLIC, INTERNAL, by ann until 603s. `houston restore us-east-1` ends it.

order ann weight us-east-1 0.7
tick 90
status
----
63.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
63.00s  ann: us-east-1 serves at most 70 % of its own PUBLIC, INTERNAL
63.00s  us-east-1: 5.1 % of those who had left are back
63.00s  table 7: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 27 rps
68.00s  us-east-1: 10 % of those who had left are back
68.00s  table 8: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 27 rps
73.00s  us-east-1: 21 % of those who had left are back
73.00s  table 9: ca-central-1 -> us-east-1 16 rps; us-east-2 -> us-east-1 40 rps
78.00s  us-east-1: 42 % of those who had left are back
78.00s  table 10: ca-central-1 -> us-east-1 18 rps; us-east-2 -> us-east-1 94 rps
83.00s  us-east-1: 50 % of those who had left are back
83.00s  table 11: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
88.00s  us-east-1 serves 70 % of its own users now
120.00s all 4 locations healthy; 2700 rps; fullest 72 %; us-east-1 draining
  us-east-1 draining, 29 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 70 % of its own PUBLIC, INTERNAL, by ann. `houston restore us-east-1` ends it.

order ann weight us-east-1 1
tick 60
status
restart
----
153.00s ann: us-east-1 gets its users back (overrides the order of ann)
153.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
153.00s us-east-1: 5.1 % of those who had left are back
153.00s table 12: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 13 rps
158.00s us-east-1: 10 % of those who had left are back
158.00s table 13: ca-central-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 13 rps
163.00s us-east-1: 21 % of those who had left are back
163.00s table 14: ca-central-1 -> us-east-1 4 rps; us-east-2 -> us-east-1 23 rps
168.00s us-east-1: 42 % of those who had left are back
168.00s table 15: ca-central-1 -> us-east-1 26 rps; us-east-2 -> us-east-1 30 rps
173.00s us-east-1: 83 % of those who had left are back
173.00s table 16: ca-central-1 -> us-east-1 11 rps; us-east-2 -> us-east-1 100 rps
178.00s us-east-1: 100 % of those who had left are back
178.00s table 17: ca-central-1 -> us-east-1 45 rps
180.00s all 4 locations healthy; 2700 rps; fullest 77 %; us-east-1 restoring
183.00s us-east-1 serves its own users again
183.00s scale us-east-2 to 1067
183.00s scale ca-central-1 to 500
183.00s table 18: same places
189.00s table 19: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  the replayed state is the same, byte for byte
