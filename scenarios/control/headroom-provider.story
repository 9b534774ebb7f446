# Any one location may go, and all of a provider's at once may not: that is said in the first line, before anything is wrong.
world headroom=provider
  us-east-1 400 rps, ready 900, up to 1000, at 0, of aws
  us-west-2 300 rps, ready 900, up to 1000, at 60, of aws
  us-central1 300 rps, ready 800, up to 900, at 30, of google
  europe-north1 200 rps, ready 300, up to 600, at 90, of google
  uaenorth 100 rps, ready 200, up to 300, at 160, of azure
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

tick 4
first-line
----
  All 5 locations serve and are healthy. You need to do nothing.

tick 130
first-line
----
60.00s  all 5 locations healthy; 1300 rps; fullest 66 %
105.25s if aws with its 2 locations went now, 25 % of their users would have no place; I grow us-central1 by 16 rps and europe-north1 by 283 rps
105.50s scale europe-north1 to 583
111.00s table 2: same places
120.00s all 5 locations healthy; 1300 rps; fullest 50 %
  All 5 locations serve and are healthy, but if aws with its 2 locations went now, 25 % of their users would have no place; I grow us-central1 by 16 rps and europe-north1 by 283 rps.

# It has grown, and at the next look the line is calm again.
tick 60
first-line
loads
----
166.50s if aws went now, all users of aws would have a place again
180.00s all 5 locations healthy; 1300 rps; fullest 50 %
  All 5 locations serve and are healthy. You need to do nothing.
  us-east-1 409 rps of 900 ready
  us-west-2 297 rps of 900 ready
  us-central1 297 rps of 800 ready
  europe-north1 198 rps of 583 ready
  uaenorth 99 rps of 200 ready
