# A hold and a mode that end by themselves: what was before comes back, and is said.
world mode=approve
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ana mode act for=30
contingencies
tick 2
contingencies
----
3.00s   ana: mode is act for 30 s
3.00s   table 2: same places
  ap-south-1, ca-central-1, eu-west-1, us-east-1, us-east-2
  ap-south-1, ca-central-1, eu-west-1, us-east-1, us-east-2

# A hold of one location, and one of all; of two modes for a while, the one of before both comes back.
order bob hold us-east-1 for=10
order bob hold for=20
order ana mode observe for=40
tick 25
----
5.00s   bob: hold us-east-1 for 10 s: nothing moves by itself there
5.00s   table 3: same places
5.00s   bob: hold for 20 s: nothing moves by itself
5.00s   table 4: same places
5.00s   ana: mode is observe for 40 s
5.00s   table 5: same places
15.00s  the hold of bob on us-east-1 is over; mode is observe: still nothing moves
15.00s  table 6: same places
25.00s  the hold of bob is over; mode is observe: still nothing moves
25.00s  table 7: same places

tick 30
contingencies
restart
----
45.00s  the mode is approve again: its time is over
45.00s  table 8: same places
  none
  the replayed state is the same, byte for byte

order ana hold for=0
----
60.00s  refused: ana: a time is over 0 and at most 30 days
        . for example --for 10m
