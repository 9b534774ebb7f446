# More machines would not help where something else is short: what that is, is named to people.
world headroom=location
  us-east-1 600 rps, ready 900, up to 2000, at 0
  us-east-2 300 rps, ready 500, up to 1600, at 11, limit database connections 550
  ca-central-1 200 rps, ready 400, up to 500, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

tick 130
first-line
room
----
60.00s  all 3 locations healthy; 1100 rps; fullest 67 %
60.25s  if us-east-1 went now, 53 % of its users would have no place; I grow us-east-2 by 50 rps and ca-central-1 by 100 rps
        . raise what the others may grow to (us-east-2: database connections): with all grown 32 % would still have no place
60.50s  scale us-east-2 to 550
60.50s  scale ca-central-1 to 500
66.00s  table 2: same places
120.00s all 3 locations healthy; 1100 rps; fullest 67 %
  All 3 locations serve and are healthy, but if us-east-1 went now, 32 % of its users would have no place. You need to raise what the others may grow to (us-east-2: database connections): with all grown 32 % would still have no place.
  us-east-1 ready 900 rps
  us-east-2 ready 550 rps
  ca-central-1 ready 500 rps

restart
----
  the replayed state is the same, byte for byte
