# The same after a loss, where nobody can give anything back: a receiver that turns out to be full hands on what it can't take.
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

lies us-east-2 0.2
lost us-east-1
tick 8
loads
----
3.00s   ! us-east-1 is lost: 5 of 6 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 5, table 1
3.00s   scale us-east-2 to 1333
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 46 %, eu-west-1 16 %, ca-central-1 14 %, us-west-2 13 %, ap-south-1 11 %; growing us-east-2 900 -> 1332
        . EDITOR stays: its only writer is in us-east-1
3.00s   table 2: us-east-1 -> ap-south-1 100 rps; us-east-1 -> ca-central-1 128 rps; us-east-1 -> eu-west-1 143 rps; us-east-1 -> us-east-2 72 rps; us-east-1 -> us-west-2 114 rps
3.00s   [receiver-not-ready] 334 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 100 % out
5.00s   table 3: us-east-1 -> us-east-2 334 rps
5.25s   us-east-1: done, 100 % out after 2 s; receivers keep what they have grown to
6.00s   us-east-2 says it is ready for 1333 rps and takes 987: I plan with those
        . look what its new machines wait for
6.00s   scale ca-central-1 to 831
6.00s   [receiver-worse] us-east-2 worsened (its requests wait 600 ms, 2 ms before): it gets nothing more of us-east-1
6.00s   [guests-stay] us-east-2 has 1099 rps, more than it is ready for, and nobody has room for its guests yet
8.00s   us-east-2 is full: 259 rps that it took of us-east-1 go on to whoever has room
8.00s   table 4: us-east-2 -> ca-central-1 259 rps
  us-east-1 36 rps of 1200 ready
  us-east-2 840 rps of 1333 said to be ready, 987 really
  ca-central-1 684 rps of 831 ready
  us-west-2 510 rps of 600 ready
  eu-west-1 935 rps of 1100 ready
  ap-south-1 595 rps of 700 ready

tick 25
loads
status
----
  us-east-1 36 rps of 1200 ready
  us-east-2 840 rps of 1333 said to be ready, 987 really
  ca-central-1 684 rps of 831 ready
  us-west-2 510 rps of 600 ready
  eu-west-1 935 rps of 1100 ready
  ap-south-1 595 rps of 700 ready
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving
