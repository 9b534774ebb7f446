# Half certain moves nobody: receivers grow, and answers that name the place are kept for less long. The evidence swings, and nothing flaps.
world prepare=0.5 short-ttl=2 share-per-minute=1
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 shaky 9.5 dynamodb
tick 10
----
3.00s   us-east-1: healthy -> shaky  9.5 nats of 20.0  cause: dynamodb 92 %

says us-east-1 shaky 11.2 dynamodb
tick 10
loads
----
14.00s  us-east-1 may have to be left (11.2 nats of 20.0), and nobody moves yet: I grow us-east-2 by 700 rps and ca-central-1 by 113 rps, answers that name it are kept for 2 s
14.00s  scale us-east-2 to 1600
14.00s  scale ca-central-1 to 613
14.00s  table 2: same places
14.00s  [ttls-changed] answers are kept for less long: us-east-1 2 s
20.00s  table 3: same places
  us-east-1 918 rps of 1200 ready
  us-east-2 693 rps of 1600 ready
  ca-central-1 297 rps of 613 ready
  eu-west-1 792 rps of 1100 ready

says us-east-1 healthy
tick 20
----
23.00s  us-east-1: shaky -> healthy  0.0 nats of 20.0

says us-east-1 shaky 10.4 dynamodb
tick 10
----
43.00s  us-east-1: healthy -> shaky  10.4 nats of 20.0  cause: dynamodb 92 %

# It comes to a leave: everything is ready, and nobody waits for growth.
says us-east-1 failing 21.6 dynamodb
tick 20
----
53.00s  us-east-1: shaky -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
53.00s  scale ca-central-1 to 632
53.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
53.00s  us-east-1: 4.8 % out
53.00s  scale us-east-1 to 1200
53.00s  table 4: us-east-1 -> us-east-2 43 rps
54.00s  us-east-1: 9.7 % out
54.00s  table 5: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 40 rps
55.00s  us-east-1: 20 % out
55.00s  table 6: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 83 rps
56.00s  us-east-1: 39 % out
56.00s  table 7: us-east-1 -> ca-central-1 7 rps; us-east-1 -> us-east-2 167 rps
57.00s  us-east-1: 78 % out
57.00s  table 8: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 331 rps
58.00s  us-east-1: 83 % out
58.00s  table 9: us-east-1 -> ca-central-1 45 rps
58.00s  [receiver-not-ready] 150 rps of us-east-1 wait for receivers that are not ready
59.00s  us-east-1: 92 % out
59.00s  table 10: us-east-1 -> ca-central-1 83 rps
60.00s  us-east-1: 100 % out
60.00s  table 11: us-east-1 -> ca-central-1 67 rps
60.00s  us-east-1 not healthy; 2700 rps; fullest 85 %; us-east-1 draining
61.00s  us-east-1: done, 100 % out after 8 s; receivers keep what they have grown to

# Well again and home again: what was prepared is given back.
says us-east-1 healthy
tick 240
status
loads
----
73.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
83.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
83.00s  us-east-1: 5 % of those who had left are back
83.00s  table 12: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
88.00s  us-east-1: 10 % of those who had left are back
88.00s  table 13: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
93.00s  us-east-1: 20 % of those who had left are back
93.00s  table 14: ca-central-1 -> us-east-1 4 rps; us-east-2 -> us-east-1 87 rps
98.00s  us-east-1: 41 % of those who had left are back
98.00s  table 15: ca-central-1 -> us-east-1 7 rps; us-east-2 -> us-east-1 174 rps
103.00s us-east-1: 71 % of those who had left are back
103.00s table 16: ca-central-1 -> us-east-1 3 rps; us-east-2 -> us-east-1 267 rps
108.00s us-east-1: 100 % of those who had left are back
108.00s table 17: ca-central-1 -> us-east-1 209 rps; us-east-2 -> us-east-1 50 rps
113.00s us-east-1 serves its own users again
113.00s table 18: same places
113.25s scale ca-central-1 to 613
120.00s all 4 locations healthy; 2700 rps; fullest 77 %
173.00s scale us-east-2 to 1067
173.00s table 19: same places
173.00s [prepared-no-more] us-east-1: the evidence is gone, what was prepared is given back
173.00s [ttls-changed] answers are kept as long as usual
173.50s scale ca-central-1 to 500
179.00s table 20: same places
180.00s all 4 locations healthy; 2700 rps; fullest 77 %
240.00s all 4 locations healthy; 2700 rps; fullest 77 %
300.00s all 4 locations healthy; 2700 rps; fullest 77 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 918 rps of 1200 ready
  us-east-2 693 rps of 1067 ready
  ca-central-1 297 rps of 500 ready
  eu-west-1 792 rps of 1100 ready

restart
----
  the replayed state is the same, byte for byte
