# What the next hours bring at most is ready before it comes; when nobody forecasts any more, floors go back.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

forecast 1.4 600
tick 20
----
3.00s   scale us-east-1 to 1499
3.00s   scale us-east-2 to 1142
8.00s   table 2: same places

loads
----
  us-east-1 910 rps of 1499 ready
  us-east-2 693 rps of 1142 ready
  ca-central-1 297 rps of 500 ready

# The morning comes, and nothing has to be done.
demand 1.4
tick 60
----
28.00s  table 3: same places
60.00s  all 3 locations healthy; 2660 rps; fullest 85 %

demand 1
tick 700
----
89.00s  table 4: same places
120.00s all 3 locations healthy; 1900 rps; fullest 61 %
180.00s all 3 locations healthy; 1900 rps; fullest 61 %
240.00s all 3 locations healthy; 1900 rps; fullest 61 %
300.00s all 3 locations healthy; 1900 rps; fullest 61 %
360.00s all 3 locations healthy; 1900 rps; fullest 61 %
420.00s all 3 locations healthy; 1900 rps; fullest 61 %
480.00s all 3 locations healthy; 1900 rps; fullest 61 %
540.00s all 3 locations healthy; 1900 rps; fullest 61 %
600.00s all 3 locations healthy; 1900 rps; fullest 61 %
603.25s scale us-east-1 to 1401
603.25s scale us-east-2 to 1067
660.00s all 3 locations healthy; 1900 rps; fullest 65 %
720.00s all 3 locations healthy; 1900 rps; fullest 65 %
780.00s all 3 locations healthy; 1900 rps; fullest 65 %

restart
----
  the replayed state is the same, byte for byte
