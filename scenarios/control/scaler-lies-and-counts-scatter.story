# A small place that took users of a lost one takes less than it says, and its counts scatter: a second in which it counted more by chance does
# not keep it full. What it served on the average is what it takes.
world
  us-east-1 90 rps, ready 120, up to 200, at 0
  us-east-2 70 rps, ready 90, up to 160, at 11
  ca-central-1 30 rps, ready 60, up to 150, at 14
  us-west-2 40 rps, ready 60, up to 150, at 60
  eu-west-1 80 rps, ready 110, up to 200, at 80
  ap-south-1 50 rps, ready 70, up to 150, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lies us-east-2 0.5
lost us-east-1
tick 8
loads
----
3.00s   ! us-east-1 is lost: 5 of 6 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 5, table 1
3.00s   scale us-east-2 to 149
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 58 %, ca-central-1 18 %, eu-west-1 12 %, us-west-2 7 %, ap-south-1 5 %; growing us-east-2 90 -> 148
        . EDITOR stays: its only writer is in us-east-1
3.00s   table 2: us-east-1 -> ap-south-1 5 rps; us-east-1 -> ca-central-1 16 rps; us-east-1 -> eu-west-1 11 rps; us-east-1 -> us-east-2 3 rps; us-east-1 -> us-west-2 6 rps
3.00s   [receiver-not-ready] 49 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 86 % out
5.00s   table 3: us-east-1 -> us-east-2 36 rps
6.00s   us-east-1: 100 % out
6.00s   table 4: us-east-1 -> us-east-2 13 rps
6.25s   us-east-1: done, 100 % out after 3 s; receivers keep what they have grown to
7.00s   us-east-2 says it is ready for 149 rps and takes 120: I plan with those
        . look what its new machines wait for
7.00s   scale ca-central-1 to 89
7.00s   [receiver-worse] us-east-2 worsened (its requests wait 600 ms, 2 ms before): it gets nothing more of us-east-1
7.00s   [guests-stay] us-east-2 has 121 rps, more than it is ready for, and nobody has room for its guests yet
9.00s   us-east-2 is full: 22 rps that it took of us-east-1 go on to whoever has room
9.00s   table 5: us-east-2 -> ca-central-1 22 rps
  us-east-1 4 rps of 120 ready
  us-east-2 98 rps of 149 said to be ready, 120 really
  ca-central-1 68 rps of 89 ready
  us-west-2 46 rps of 60 ready
  eu-west-1 90 rps of 110 ready
  ap-south-1 54 rps of 70 ready

demand 1.27
tick 3
scatter us-east-2 1.12
tick 1
scatter us-east-2 0.95
tick 1
scatter us-east-2 1
tick 12
loads
----
11.00s  scale eu-west-1 to 137
11.00s  scale us-west-2 to 76
11.00s  scale eu-west-1 to 176
11.00s  scale ap-south-1 to 90
11.00s  [grows-instead] eu-west-1 is overloaded and grows; nothing is spilled
12.00s  scale ca-central-1 to 111
12.00s  scale us-west-2 to 79
12.00s  scale ap-south-1 to 95
13.00s  scale us-west-2 to 82
13.00s  scale ap-south-1 to 98
14.00s  scale ap-south-1 to 100
15.00s  us-east-2 is full: 15 rps that it took of us-east-1 go on to whoever has room
15.00s  ap-south-1 is full: 5 rps that it took of us-east-1 go on to whoever has room
15.00s  table 6: ap-south-1 -> ca-central-1 4 rps; ap-south-1 -> us-west-2 1 rps; us-east-2 -> ca-central-1 4 rps; us-east-2 -> eu-west-1 4 rps; us-east-2 -> us-west-2 6 rps
21.00s  table 7: same places
  us-east-1 5 rps of 120 ready
  us-east-2 107 rps of 149 said to be ready, 120 really
  ca-central-1 97 rps of 111 ready
  us-west-2 66 rps of 82 ready
  eu-west-1 120 rps of 176 ready
  ap-south-1 63 rps of 100 ready
