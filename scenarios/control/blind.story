# A majority falls silent: fail static, said once.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

silent us-east-1 us-east-2 ca-central-1
tick 20
----
6.25s   ! I am blind: I hear 2 of 5 locations. I am moving nothing
        . servers go on answering from their last table
        . see whether this machine or its network is cut off

heard us-east-1 us-east-2 ca-central-1
tick 3
----
23.00s  I see again: 5 of 5 locations are heard
