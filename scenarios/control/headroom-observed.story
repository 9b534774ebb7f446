# Who only observes asks nobody: it says what to grow, and what cannot be grown enough.
world headroom=location mode=observe
  us-east-1 900 rps, ready 1200, up to 1200, at 0
  us-east-2 700 rps, ready 900, up to 1000, at 11
  ca-central-1 300 rps, ready 500, up to 600, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

tick 130
----
60.00s  all 3 locations healthy; 1900 rps; fullest 77 %
60.25s  if us-east-1 went now, 74 % of its users would have no place; grow us-east-2 by 100 rps and ca-central-1 by 100 rps
        . raise what the others may grow to: with all grown 56 % would still have no place
80.25s  if us-east-2 went now, 60 % of its users would have no place; grow ca-central-1 by 100 rps
        . raise what the others may grow to: with all grown 49 % would still have no place
100.25s if ca-central-1 went now, 30 % of its users would have no place; grow us-east-2 by 100 rps
        . raise what the others may grow to: with all grown 9.5 % would still have no place
120.00s all 3 locations healthy; 1900 rps; fullest 77 %
