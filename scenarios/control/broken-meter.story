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
