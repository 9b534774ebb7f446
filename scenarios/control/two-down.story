# Two losses: nobody is ever sent into the second one.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  us-west-2 400 rps, ready 600, up to 1500, at 60
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  eu-central-1 500 rps, ready 700, up to 1500, at 100
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lost us-east-1
tick 3
----
3.00s   ! us-east-1 is lost: 6 of 7 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 6, table 1
3.00s   scale us-east-2 to 1211
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 34 %, eu-west-1 16 %, ca-central-1 14 %, us-west-2 13 %, ap-south-1 11 %, eu-central-1 11 %; growing us-east-2 900 -> 1211
        . EDITOR stays: its only writer is in us-east-1
3.00s   table 2: us-east-1 -> ap-south-1 100 rps; us-east-1 -> ca-central-1 128 rps; us-east-1 -> eu-central-1 100 rps; us-east-1 -> eu-west-1 143 rps; us-east-1 -> us-east-2 72 rps; us-east-1 -> us-west-2 114 rps
3.00s   [receiver-not-ready] 234 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 100 % out
5.00s   table 3: us-east-1 -> us-east-2 234 rps
5.25s   us-east-1: done, 100 % out after 2 s; receivers keep what they have grown to

lost us-east-2
tick 8
loads
status
----
6.00s   ! us-east-2 is lost: 5 of 7 locations get no answer
6.00s   ! us-east-2 is lost after taking users of us-east-1: if a request of theirs did it, a third would follow; 34 % of them go on by canary
6.00s   scale ca-central-1 to 887
6.00s   scale ca-central-1 to 1355
6.00s   ! PUBLIC, INTERNAL traffic of us-east-2 -> ca-central-1 100 %; growing ca-central-1 500 -> 1355
        . EDITOR stays: its only writer is in us-east-1
6.00s   table 4: us-east-2 -> us-east-1 306 rps
6.00s   [luggage] us-east-2 is lost after taking chunks of us-east-1: those go on by canary
6.00s   [receiver-not-ready] 693 rps of us-east-2 wait for receivers that are not ready
8.00s   us-east-1: 71 % out
8.00s   scale ca-central-1 to 1410
8.00s   us-east-2: 39 % out
8.00s   table 5: us-east-1 -> ca-central-1 45 rps; us-east-2 -> ca-central-1 274 rps
10.00s  us-east-1: 92 % out
10.00s  scale ca-central-1 to 1500
10.00s  scale us-west-2 to 714
10.00s  us-east-2: 58 % out
10.00s  table 6: us-east-1 -> ca-central-1 190 rps; us-east-2 -> ca-central-1 127 rps
11.00s  us-east-1: 92 % out
11.00s  table 7: us-east-1 -> ca-central-1 1 rps
12.00s  us-east-1: 100 % out
12.00s  scale us-west-2 to 799
12.00s  us-east-2: 92 % out
12.00s  table 8: us-east-1 -> ca-central-1 70 rps; us-east-2 -> ca-central-1 143 rps; us-east-2 -> us-west-2 97 rps
13.00s  us-east-1: done, 100 % out after 10 s; receivers keep what they have grown to
  us-east-1 41 rps of 1200 ready
  us-east-2 52 rps of 1211 ready
  ca-central-1 1275 rps of 1500 ready
  us-west-2 607 rps of 714 ready
  eu-west-1 935 rps of 1100 ready
  eu-central-1 595 rps of 700 ready
  ap-south-1 595 rps of 700 ready
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 evacuated, 92 % elsewhere
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  eu-central-1 serving
  ap-south-1 serving
