# Everybody wants 1.3 times as much while a location is being left: receivers grow for both, and no step overfills one.
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
tick 4
demand 1.3
tick 20
loads
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
7.00s   scale ca-central-1 to 1085
7.00s   us-east-1: 55 % out
7.00s   table 6: us-east-1 -> ca-central-1 75 rps; us-east-1 -> us-east-2 109 rps
7.00s   [receiver-not-ready] 225 rps of us-east-1 wait for receivers that are not ready
8.00s   scale ca-central-1 to 1152
9.00s   scale ca-central-1 to 1196
9.00s   scale eu-west-1 to 1459
10.00s  scale ca-central-1 to 1227
10.00s  scale eu-west-1 to 1497
10.00s  scale ap-south-1 to 936
12.00s  scale ca-central-1 to 1263
12.00s  us-east-1: 70 % out
12.00s  table 7: us-east-1 -> ca-central-1 179 rps
13.00s  us-east-1: 82 % out
13.00s  table 8: us-east-1 -> ca-central-1 130 rps
14.00s  us-east-1: 100 % out
14.00s  table 9: us-east-1 -> ca-central-1 213 rps
15.00s  us-east-1: done, 100 % out after 12 s; receivers keep what they have grown to
15.00s  scale us-west-2 to 785
20.00s  table 10: same places
  us-east-1 47 rps of 1200 ready
  us-east-2 1374 rps of 1600 ready
  ca-central-1 1071 rps of 1263 ready
  us-west-2 515 rps of 785 ready
  eu-west-1 1030 rps of 1497 ready
  ap-south-1 644 rps of 936 ready
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving
