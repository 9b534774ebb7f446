# Houston is killed in the middle of a shift: the log gives the same state, and it goes on.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 4
restart
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
  the replayed state is the same, byte for byte

tick 8
restart
status
----
7.00s   us-east-1: 78 % out
7.00s   table 6: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 281 rps
8.00s   us-east-1: 100 % out
8.00s   table 7: us-east-1 -> ca-central-1 91 rps; us-east-1 -> us-east-2 104 rps
9.00s   us-east-1: done, 100 % out after 6 s; receivers keep what they have grown to
  the replayed state is the same, byte for byte
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
