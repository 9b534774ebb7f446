# Forbidden hours begin while a location is left: what is out stays out, the rest waits, loudly, and goes on by itself when they are over.
world mode=act forbidden=22:14-22:15
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

# 22:13:57
tick 34
----
nothing

says us-east-1 failing 21.6 dynamodb
tick 15
first-line
incidents
----
37.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
37.00s  scale us-east-2 to 1600
37.00s  scale ca-central-1 to 632
37.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
37.00s  us-east-1: 4.8 % out
37.00s  scale us-east-1 to 1200
37.00s  table 2: us-east-1 -> us-east-2 43 rps
38.00s  us-east-1: 9.7 % out
38.00s  table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
39.00s  us-east-1: 20 % out
39.00s  table 4: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 70 rps
40.00s  ! us-east-1 waits half-way, 20 % out: nothing moves by itself in the hours 22:14-22:15 (UTC)
        . who is out stays out, and no more leave
        . decide: `houston evacuate us-east-1` moves the rest now; else I go on by myself when the hours are over, if there is still reason to
40.00s  [forbidden-hours] us-east-1 waits: nothing moves by itself in the hours 22:14-22:15 (UTC)
45.00s  table 5: same places
  Leaving us-east-1: 20 % out. Likely dynamodb. Receivers 52 % full at most. You need to decide: `houston evacuate us-east-1` moves the rest now; else I go on by myself when the hours are over, if there is still reason to.
  1  Leaving us-east-1: 20 % out. Likely dynamodb. Receivers 52 % full at most. You need to decide: `houston evacuate us-east-1` moves the rest now; else I go on by myself when the hours are over, if there is still reason to.
     What: us-east-1 is not good enough. PUBLIC and INTERNAL are leaving it.
     Users: At worst 2 % of the requests it serves are hurt beyond the usual; 749 rps are there now, under 0.1 % of them failing.
     Why: checkout: 2.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: 5 % first, a look at the receivers, then double: 20 % is out, to us-east-2 75 % (52 % full), ca-central-1 25 % (52 % full).
     Not doing: It waits: nothing moves by itself in the hours 22:14-22:15 (UTC). EDITOR stays: its only writer is in us-east-1. I go back only after proof of health, a canary first.
     You need to: decide: `houston evacuate us-east-1` moves the rest now; else I go on by myself when the hours are over, if there is still reason to

# 22:15
tick 62
incidents
----
60.00s  us-east-1 not healthy; 3200 rps; fullest 72 %; us-east-1 draining
100.00s us-east-1: the forbidden hours are over, what waited goes on while there is still reason to
100.00s us-east-1: 39 % out
100.00s table 6: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 140 rps
101.00s us-east-1: 78 % out
101.00s table 7: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 281 rps
102.00s us-east-1: 100 % out
102.00s table 8: us-east-1 -> ca-central-1 91 rps; us-east-1 -> us-east-2 104 rps
103.00s us-east-1: done, 100 % out after 66 s; receivers keep what they have grown to
  1  us-east-1 left: 100 % out. Likely dynamodb. Receivers 85 % full at most. You need to do nothing now; look into dynamodb calmly.
     What: us-east-1 is not good enough. PUBLIC and INTERNAL have left it.
     Users: At worst 2 % of the requests it serves are hurt beyond the usual; 32 rps are there now, under 0.1 % of them failing.
     Why: checkout: 2.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 66 s: 100 % is out, to us-east-2 75 % (85 % full), ca-central-1 25 % (83 % full). Receivers keep what they have grown to.
     Not doing: EDITOR stays: its only writer is in us-east-1. I go back only after proof of health, a canary first.
     You need to: do nothing now; look into dynamodb calmly
