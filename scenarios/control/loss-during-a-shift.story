# The location that is being left dies in the middle, then one of its receivers.
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

says us-east-1 failing 21.6 dynamodb
tick 3
lost us-east-1
tick 4
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
6.00s   ! us-east-1 is lost: 6 of 7 locations get no answer
6.00s   notice: us-east-1 is lost, seen by 6, table 4
6.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 46 %, ca-central-1 27 %, eu-west-1 14 %, us-west-2 13 %
        . EDITOR stays: its only writer is in us-east-1
6.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
6.00s   table 5: us-east-1 -> ca-central-1 206 rps; us-east-1 -> eu-west-1 127 rps; us-east-1 -> us-east-2 271 rps; us-east-1 -> us-west-2 114 rps

lost ca-central-1
tick 4
loads
----
10.00s  ! ca-central-1 is lost: 5 of 7 locations get no answer
10.00s  notice: ca-central-1 is lost, seen by 5, table 5
10.00s  ! ca-central-1 is lost after taking users of us-east-1: if a request of theirs did it, a third would follow; 27 % of them go on by canary
10.00s  ! PUBLIC, INTERNAL traffic of ca-central-1 -> us-east-2 86 %, eu-central-1 8 %, eu-west-1 5 %
        . EDITOR stays: its only writer is in us-east-1
10.00s  ca-central-1: done, 100 % out after 0 s; receivers keep what they have grown to
10.00s  scale us-west-2 to 909
10.00s  table 6: ca-central-1 -> eu-central-1 24 rps; ca-central-1 -> eu-west-1 16 rps; ca-central-1 -> us-east-1 240 rps; ca-central-1 -> us-east-2 256 rps; ca-central-1 -> us-west-2 0 rps
10.00s  [luggage] ca-central-1 is lost after taking chunks of us-east-1: those go on by canary
10.00s  [receiver-not-ready] 45 rps of us-east-1 wait for receivers that are not ready
12.00s  us-east-1: 78 % out
12.00s  table 7: us-east-1 -> us-west-2 45 rps
13.00s  us-east-1: 98 % out
13.00s  table 8: us-east-1 -> us-west-2 174 rps
  us-east-1 62 rps of 1200 ready
  us-east-2 1360 rps of 1600 ready
  ca-central-1 0 rps of 632 ready
  us-west-2 729 rps of 909 ready
  eu-west-1 935 rps of 1100 ready
  eu-central-1 519 rps of 700 ready
  ap-south-1 495 rps of 700 ready
