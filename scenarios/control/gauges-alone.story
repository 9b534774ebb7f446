# What gauges alone say is told and moves nobody; and when a neighbour dies, its users still come here.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-2 failing 0 disk
tick 3
----
3.00s   us-east-2: healthy -> failing  0.0 nats of 20.0  cause: disk 92 %
3.00s   us-east-2 is failing and I move nothing: its gauges alone say so
3.00s   [no-move] us-east-2 is failing; its gauges alone say so: moving is not the cure

lost us-east-1
tick 4
----
6.00s   ! us-east-1 is lost: 4 of 5 locations get no answer
6.00s   notice: us-east-1 is lost, seen by 4, table 1
6.00s   scale us-east-2 to 1471
6.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 58 %, eu-west-1 16 %, ca-central-1 14 %, ap-south-1 11 %; growing us-east-2 900 -> 1470
        . EDITOR stays: its only writer is in us-east-1
6.00s   table 2: us-east-1 -> ap-south-1 100 rps; us-east-1 -> ca-central-1 128 rps; us-east-1 -> eu-west-1 143 rps; us-east-1 -> us-east-2 72 rps
6.00s   [receiver-not-ready] 448 rps of us-east-1 wait for receivers that are not ready
8.00s   us-east-1: 88 % out
8.00s   table 3: us-east-1 -> us-east-2 340 rps
9.00s   us-east-1: 100 % out
9.00s   table 4: us-east-1 -> us-east-2 108 rps
9.25s   us-east-1: done, 100 % out after 3 s; receivers keep what they have grown to

loads
----
  us-east-1 32 rps of 1200 ready
  us-east-2 1213 rps of 1471 ready
  ca-central-1 425 rps of 500 ready
  eu-west-1 935 rps of 1100 ready
  ap-south-1 595 rps of 700 ready
