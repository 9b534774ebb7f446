# A location that is forced up fails on its way back, and goes neither on nor out again: others that fail are left all the same.
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
order ann force us-east-1 up
order ann restore us-east-1
tick 2
says us-east-1 failing 21.6 dynamodb
tick 20
says eu-west-1 failing 21.6 payments
tick 60
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
43.00s  ann: us-east-1 is forced up: none of its users is moved out by itself, and what it has no room for is refused; who is out stays out until it is measured well or `houston restore us-east-1`
43.00s  table 8: same places
43.00s  ann: us-east-1 gets its users back (overrides the order of ann)
43.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
43.25s  us-east-1: 5 % of those who had left are back
43.25s  table 9: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
45.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
45.00s  [forced-up] us-east-1's way back goes neither on nor out again (it turned failing): us-east-1 is forced up by ann: nobody is moved out by itself
60.00s  us-east-1 not healthy; 2700 rps; fullest 83 %; us-east-1 restoring
65.00s  eu-west-1: healthy -> failing  21.6 nats of 20.0  cause: payments 92 %
65.00s  scale ca-central-1 to 1500
65.00s  PUBLIC, INTERNAL traffic of eu-west-1 -> ca-central-1 95 %, us-east-2 5 %; grow ca-central-1 632 -> 1545 first
        . EDITOR stays: its only writer is in us-east-1
65.00s  eu-west-1: 0.9 % out
65.00s  scale eu-west-1 to 1100
65.00s  table 10: eu-west-1 -> us-east-2 8 rps
66.00s  [receiver-not-ready] 33 rps of eu-west-1 wait for receivers that are not ready
67.00s  eu-west-1: 5 % out
67.00s  table 11: eu-west-1 -> ca-central-1 33 rps
68.00s  eu-west-1: 10 % out
68.00s  table 12: eu-west-1 -> ca-central-1 39 rps; eu-west-1 -> us-east-2 2 rps
69.00s  eu-west-1: 20 % out
69.00s  table 13: eu-west-1 -> ca-central-1 71 rps; eu-west-1 -> us-east-2 3 rps
70.00s  eu-west-1: 38 % out
70.00s  table 14: eu-west-1 -> ca-central-1 143 rps; eu-west-1 -> us-east-2 6 rps
71.00s  eu-west-1: 76 % out
71.00s  table 15: eu-west-1 -> ca-central-1 285 rps; eu-west-1 -> us-east-2 12 rps
72.00s  eu-west-1: 100 % out
72.00s  table 16: eu-west-1 -> ca-central-1 181 rps; eu-west-1 -> us-east-2 10 rps
73.00s  eu-west-1: done, 100 % out after 8 s; receivers keep what they have grown to
105.00s [forced-up] us-east-1's way back goes neither on nor out again (it turned failing): us-east-1 is forced up by ann: nobody is moved out by itself
120.00s us-east-1 and eu-west-1 not healthy; 2700 rps; fullest 85 %; us-east-1 restoring; eu-west-1 evacuated
  us-east-1 restoring, 92 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 evacuated, 100 % elsewhere
  us-east-1 is FORCED up by ann; measured: failing since 3s, 21.6 of 20.0 nats. `houston force us-east-1 auto` ends it.
