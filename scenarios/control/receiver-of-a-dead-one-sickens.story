# A location dies of a request that its users send. The contingency can't know: whoever took them sickens too. There it ends.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1100, up to 1600, at 11
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  us-west-2 400 rps, ready 600, up to 1500, at 60
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lost us-east-1
tick 6
loads
----
3.00s   ! us-east-1 is lost: 5 of 6 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 5, table 1
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> ca-central-1 52 %, us-east-2 27 %, us-west-2 13 %, eu-west-1 8 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   table 2: us-east-1 -> ca-central-1 467 rps; us-east-1 -> eu-west-1 70 rps; us-east-1 -> us-east-2 240 rps; us-east-1 -> us-west-2 114 rps
  us-east-1 36 rps of 1200 ready
  us-east-2 933 rps of 1100 ready
  ca-central-1 764 rps of 900 ready
  us-west-2 510 rps of 600 ready
  eu-west-1 862 rps of 1100 ready
  ap-south-1 495 rps of 700 ready

says us-east-2 shaky 12 cart
tick 3
says us-east-2 failing 24 cart
tick 3
loads
status
contingencies
----
9.00s   us-east-2: healthy -> shaky  12.0 nats of 20.0  cause: cart 92 %
9.00s   [receiver-worse] us-east-2 worsened (it turned shaky): it gets nothing more of us-east-1
12.00s  us-east-2: shaky -> failing  24.0 nats of 20.0  cause: cart 92 %
12.00s  ! I stop all moves: us-east-2 sickened in us-east-1's way after taking its chunks (it turned failing): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . find what travels with these users; then `houston release`
12.00s  table 3: us-east-2 -> us-east-1 240 rps
  us-east-1 276 rps of 1200 ready
  us-east-2 693 rps of 1100 ready
  ca-central-1 764 rps of 900 ready
  us-west-2 510 rps of 600 ready
  eu-west-1 862 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
  us-east-1 evacuated, 70 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving
  stopped
  ap-south-1, ca-central-1, eu-west-1, us-west-2

says us-east-2 healthy
tick 60
loads
----
15.00s  us-east-2: failing -> healthy  0.0 nats of 20.0
60.00s  us-east-1 not healthy; 3600 rps; fullest 85 %; us-east-1 evacuated; automatic moves stopped
  us-east-1 276 rps of 1200 ready
  us-east-2 693 rps of 1100 ready
  ca-central-1 764 rps of 900 ready
  us-west-2 510 rps of 600 ready
  eu-west-1 862 rps of 1100 ready
  ap-south-1 495 rps of 700 ready

order p release
tick 4
loads
----
75.00s  p: released the stop
75.00s  scale ca-central-1 to 1217
75.00s  table 4: same places
75.00s  [receiver-not-ready] 53 rps of us-east-1 wait for receivers that are not ready
77.00s  us-east-1: 79 % out
77.00s  table 5: us-east-1 -> ca-central-1 53 rps
78.00s  us-east-1: 100 % out
78.00s  table 6: us-east-1 -> ca-central-1 187 rps
  us-east-1 36 rps of 1200 ready
  us-east-2 693 rps of 1100 ready
  ca-central-1 1004 rps of 1217 ready
  us-west-2 510 rps of 600 ready
  eu-west-1 862 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
