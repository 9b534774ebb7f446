# What a full receiver hands on counts as a move by itself: of 72 rps no more go than a hundredth of all traffic, and the rest waits its
# minute. A plan for all of them would be refused as a whole.
world share-per-minute=0.01
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  us-west-2 400 rps, ready 600, up to 1500, at 60
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

no-growth us-east-2
lost us-east-1
tick 8
demand 1.2
tick 15
loads
----
3.00s   ! us-east-1 is lost: 5 of 6 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 5, table 1
3.00s   scale us-east-2 to 1333
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 46 %, eu-west-1 16 %, ca-central-1 14 %, us-west-2 13 %, ap-south-1 11 %; growing us-east-2 900 -> 1332
        . EDITOR stays: its only writer is in us-east-1
3.00s   table 2: us-east-1 -> ap-south-1 100 rps; us-east-1 -> ca-central-1 128 rps; us-east-1 -> eu-west-1 143 rps; us-east-1 -> us-east-2 72 rps; us-east-1 -> us-west-2 114 rps
3.00s   [receiver-not-ready] 334 rps of us-east-1 wait for receivers that are not ready
3.50s   us-east-2 can't grow: quota; I plan with the 900 rps that are ready
3.50s   scale ca-central-1 to 920
6.00s   us-east-1: 98 % out
6.00s   table 3: us-east-1 -> ca-central-1 319 rps
7.00s   us-east-1: 100 % out
7.00s   table 4: us-east-1 -> ca-central-1 15 rps
7.25s   us-east-1: done, 100 % out after 4 s; receivers keep what they have grown to
11.00s  scale us-west-2 to 942
11.00s  scale eu-west-1 to 1727
11.00s  scale ap-south-1 to 1099
12.00s  scale ca-central-1 to 1215
13.00s  us-east-2 is full: 38 rps that it took of us-east-1 go on to whoever has room
13.00s  table 5: us-east-2 -> us-west-2 38 rps
15.00s  [guard-share-per-minute] us-east-2 waits: automatic moves took 0.9 % of all traffic in the last minute, 1 % may; `houston evacuate us-east-2` does not wait
19.00s  table 6: same places
  us-east-1 43 rps of 1200 ready
  us-east-2 873 rps of 900 ready
  ca-central-1 911 rps of 1215 ready
  us-west-2 657 rps of 942 ready
  eu-west-1 1122 rps of 1727 ready
  ap-south-1 714 rps of 1099 ready
