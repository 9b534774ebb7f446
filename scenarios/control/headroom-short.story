# At rest each location's loss is tried out. When one would not fit in what is ready, that is said before anything is wrong, and those who could take it grow.
world headroom=location
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

tick 150
----
60.00s  all 4 locations healthy; 2700 rps; fullest 77 %
60.25s  if us-east-1 went now, 57 % of its users would have no place; I grow us-east-2 by 700 rps and ca-central-1 by 113 rps
60.50s  scale us-east-2 to 1600
60.50s  scale ca-central-1 to 613
66.00s  table 2: same places
75.25s  if us-east-2 went now, 28 % of its users would have no place; I grow ca-central-1 by 552 rps
75.50s  scale ca-central-1 to 1165
81.00s  table 3: same places
120.00s all 4 locations healthy; 2700 rps; fullest 77 %
120.25s if us-east-1 went now, all of its users would have a place again
135.25s if us-east-2 went now, all of its users would have a place again

loads
----
  us-east-1 918 rps of 1200 ready
  us-east-2 693 rps of 1600 ready
  ca-central-1 297 rps of 1165 ready
  eu-west-1 792 rps of 1100 ready

# Now it fits: the floors stay although all has been calm for long, and a loss needs no growth.
tick 300
----
180.00s all 4 locations healthy; 2700 rps; fullest 77 %
240.00s all 4 locations healthy; 2700 rps; fullest 77 %
300.00s all 4 locations healthy; 2700 rps; fullest 77 %
360.00s all 4 locations healthy; 2700 rps; fullest 77 %
420.00s all 4 locations healthy; 2700 rps; fullest 77 %

lost us-east-1
tick 10
----
453.00s ! us-east-1 is lost: 3 of 4 locations get no answer
453.00s notice: us-east-1 is lost, seen by 3, table 3
453.00s ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
453.00s us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
453.00s table 4: us-east-1 -> ca-central-1 226 rps; us-east-1 -> us-east-2 665 rps

restart
----
  the replayed state is the same, byte for byte
