# In forbidden hours nothing moves by itself: who fails keeps its users until they are over. Hard losses are left, and what a person orders moves.
world mode=act forbidden=22:13-22:15
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 5
incidents
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   us-east-1 is failing and I don't move its users: nothing moves by itself in the hours 22:13-22:15 (UTC)
3.00s   table 2: same places
3.00s   [forbidden-hours] us-east-1 stays: nothing moves by itself in the hours 22:13-22:15 (UTC)
  1  us-east-1 is not good enough, and its users stay: nothing moves by itself in the hours 22:13-22:15 (UTC). Likely dynamodb. You need to look at it: `houston why us-east-1`, `houston evacuate us-east-1` moves its users.
     What: us-east-1 is not good enough, and its users stay: nothing moves by itself in the hours 22:13-22:15 (UTC).
     Users: At worst 2 % of the requests it serves are hurt beyond the usual; 923 rps are there now, under 0.1 % of them failing.
     Why: checkout: 2.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing but watching it.
     Not doing: I move nobody out of us-east-1.
     You need to: look at it: `houston why us-east-1`, `houston evacuate us-east-1` moves its users

lost ap-south-1
tick 4
----
8.00s   ! ap-south-1 is lost: 4 of 5 locations get no answer
8.00s   notice: ap-south-1 is lost, seen by 4, table 2
8.00s   scale eu-west-1 to 1318
8.00s   ! PUBLIC, INTERNAL traffic of ap-south-1 -> eu-west-1 60 %, ca-central-1 26 %, us-east-2 15 %; growing eu-west-1 1100 -> 1317
        . EDITOR stays: its only writer is in us-east-1
8.00s   table 3: ap-south-1 -> ca-central-1 128 rps; ap-south-1 -> eu-west-1 143 rps; ap-south-1 -> us-east-2 72 rps
8.00s   [receiver-not-ready] 152 rps of ap-south-1 wait for receivers that are not ready
10.00s  ap-south-1: 100 % out
10.00s  table 4: ap-south-1 -> eu-west-1 152 rps
10.25s  ap-south-1: done, 100 % out after 2 s; receivers keep what they have grown to

order ana evacuate ca-central-1 share=0.1
tick 3
----
12.00s  ana: 10 % of PUBLIC, INTERNAL leaves ca-central-1
12.00s  scale us-east-2 to 963
12.00s  PUBLIC, INTERNAL traffic of ca-central-1 -> us-east-2 70 %, eu-west-1 30 %; grow us-east-2 900 -> 963 first
        . EDITOR stays: its only writer is in us-east-1
12.00s  ca-central-1: 1.3 % out
12.00s  scale ca-central-1 to 500
12.00s  table 5: ca-central-1 -> eu-west-1 6 rps
13.00s  [receiver-not-ready] 15 rps of ca-central-1 wait for receivers that are not ready
14.00s  ca-central-1: 4.8 % out
14.00s  table 6: ca-central-1 -> us-east-2 15 rps

# 22:15
tick 86
----
15.00s  ca-central-1: 9.9 % out
15.00s  table 7: ca-central-1 -> eu-west-1 8 rps; ca-central-1 -> us-east-2 14 rps
16.00s  ca-central-1: done, 9.9 % out after 4 s; receivers keep what they have grown to
60.00s  us-east-1 and ap-south-1 not healthy; 3200 rps; fullest 83 %; ca-central-1 draining; ap-south-1 evacuated
63.00s  [forbidden-hours] us-east-1 stays: nothing moves by itself in the hours 22:13-22:15 (UTC)
70.25s  table 8: same places
100.00s scale us-east-2 to 1600
100.00s scale eu-west-1 to 1727
100.00s PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 64 %, eu-west-1 36 %; grow us-east-2 963 -> 1648, eu-west-1 1318 -> 1727 first
        . EDITOR stays: its only writer is in us-east-1
100.00s us-east-1: 2.6 % out
100.00s scale us-east-1 to 1200
100.00s table 9: us-east-1 -> us-east-2 23 rps
