# A lost location's users have nothing to lose: the contingency that every table carries is followed at once.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lost us-east-1
tick 6
----
3.00s   ! us-east-1 is lost: 4 of 5 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 4, table 1
3.00s   scale us-east-2 to 1471
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 58 %, eu-west-1 16 %, ca-central-1 14 %, ap-south-1 11 %; growing us-east-2 900 -> 1470
        . EDITOR stays: its only writer is in us-east-1
3.00s   table 2: us-east-1 -> ap-south-1 100 rps; us-east-1 -> ca-central-1 128 rps; us-east-1 -> eu-west-1 143 rps; us-east-1 -> us-east-2 72 rps
3.00s   [receiver-not-ready] 448 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 88 % out
5.00s   table 3: us-east-1 -> us-east-2 340 rps
6.00s   us-east-1: 100 % out
6.00s   table 4: us-east-1 -> us-east-2 108 rps
6.25s   us-east-1: done, 100 % out after 3 s; receivers keep what they have grown to

loads
----
  us-east-1 32 rps of 1200 ready
  us-east-2 1213 rps of 1471 ready
  ca-central-1 425 rps of 500 ready
  eu-west-1 935 rps of 1100 ready
  ap-south-1 595 rps of 700 ready

# The rest moved as receivers grew. It serves again, proves its health, and gets them back.
found us-east-1
tick 60
----
9.00s   us-east-1 answers again; its users stay away until it has proved its health
9.00s   us-east-1: failing -> healthy  0.0 nats of 20.0
9.00s   scale us-east-1 to 1200
19.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
19.00s  us-east-1: 5 % of those who had left are back
19.00s  table 5: us-east-2 -> us-east-1 45 rps
24.00s  us-east-1: 10 % of those who had left are back
24.00s  table 6: ca-central-1 -> us-east-1 18 rps; eu-west-1 -> us-east-1 1 rps; us-east-2 -> us-east-1 27 rps
29.00s  us-east-1: 20 % of those who had left are back
29.00s  table 7: ap-south-1 -> us-east-1 2 rps; ca-central-1 -> us-east-1 87 rps; eu-west-1 -> us-east-1 2 rps
34.00s  us-east-1: 41 % of those who had left are back
34.00s  table 8: ap-south-1 -> us-east-1 11 rps; ca-central-1 -> us-east-1 23 rps; eu-west-1 -> us-east-1 140 rps; us-east-2 -> us-east-1 6 rps
39.00s  us-east-1: 77 % of those who had left are back
39.00s  table 9: ap-south-1 -> us-east-1 87 rps; us-east-2 -> us-east-1 233 rps
44.00s  us-east-1: 100 % of those who had left are back
44.00s  table 10: us-east-2 -> us-east-1 209 rps
49.00s  us-east-1 serves its own users again
49.00s  table 11: same places
60.00s  all 5 locations healthy; 3200 rps; fullest 77 %
63.25s  scale us-east-2 to 1067

status
----
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
