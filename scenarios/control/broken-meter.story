# A meter that goes mad is not believed.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

flood us-east-1 NaN
tick 15
status
----
3.00s   [meter-broken] us-east-1: counts NaN rps of public at-us-east-1; the last good figures stay
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving

# What it tells is negative, then ten times what its own edge counts: the last good figures stay, and so does the plan.
flood us-east-1 1
tick 50
meter us-east-1 -1
tick 61
meter us-east-1 10
tick 5
status
----
60.00s  all 5 locations healthy; 3200 rps; fullest 77 %
68.00s  [meter-broken] us-east-1: counts -855 rps of public at-us-east-1; the last good figures stay
120.00s all 5 locations healthy; 3200 rps; fullest 77 %
128.00s [meter-broken] us-east-1: counts -855 rps of public at-us-east-1; the last good figures stay
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving

# A loss is planned with the last good figures too.
lost us-east-2
tick 6
loads
----
134.00s ! us-east-2 is lost: 4 of 5 locations get no answer
134.00s notice: us-east-2 is lost, seen by 4, table 1
134.00s scale ca-central-1 to 788
134.00s ! PUBLIC, INTERNAL traffic of us-east-2 -> ca-central-1 51 %, eu-west-1 21 %, ap-south-1 14 %, us-east-1 14 %; growing ca-central-1 500 -> 788
        . EDITOR stays: its only writer is in us-east-1
134.00s table 2: us-east-2 -> ap-south-1 100 rps; us-east-2 -> ca-central-1 128 rps; us-east-2 -> eu-west-1 143 rps; us-east-2 -> us-east-1 97 rps
134.00s [receiver-not-ready] 225 rps of us-east-2 wait for receivers that are not ready
136.00s us-east-2: 100 % out
136.00s table 3: us-east-2 -> ca-central-1 225 rps
136.25s us-east-2: done, 100 % out after 2 s; receivers keep what they have grown to
  us-east-1 1020 rps of 1200 ready
  us-east-2 0 rps of 900 ready
  ca-central-1 650 rps of 788 ready
  eu-west-1 935 rps of 1100 ready
  ap-south-1 595 rps of 700 ready
