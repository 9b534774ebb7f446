# One location's own demand is tenfold: neighbours take what they have room for, the rest is shed; it is not evacuated.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

flood us-east-1 10
tick 12
loads
status
----
3.00s   [meter-broken] us-east-1: counts 9000 rps after 900, and its own edge does not; the last good figures stay
3.00s   scale us-east-1 to 2000
3.00s   [demand-settling] us-east-1 counts 9023 rps, its zones 923 so far
7.00s   table 2: same places
8.00s   us-east-1 is overloaded: 9023 of 1700 rps; I spill what neighbours have room for, at most 33 %
        . I don't evacuate it: a flood would only follow. The rest is shed, lowest class first
8.00s   us-east-1: 0.5 % out
8.00s   table 3: us-east-1 -> ca-central-1 51 rps
9.00s   [no-room] 7919 rps of us-east-1 find no room
14.00s  table 4: same places
  us-east-1 8971 rps of 2000 ready
  us-east-2 693 rps of 900 ready
  ca-central-1 349 rps of 500 ready
  eu-west-1 792 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
  us-east-1 serving, 1 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
