# A new location does not bear its first users: they go where they were, and belong there. Who of them is led elsewhere later comes back to there.
world
  us-east-1 900 rps, ready 1800, up to 2000, at 0
  us-east-2 400 rps, ready 800, up to 1600, at 11, later
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  us-west-2 400 rps, ready 900, up to 1500, at 60
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

joins us-east-2
tick 14
order alice restore us-east-2
tick 14
says us-east-2 healthy failed=0.1
tick 4
loads
status
----
3.00s   us-east-2 is new and has no users
        . I send nobody there before, not even when another location is lost
        . order `houston restore us-east-2` when it has been healthy for a while: it brings those who have it nearest, a few first
3.00s   scale ca-central-1 to 1493
3.00s   table 2: same places
9.00s   table 3: same places
17.00s  alice: us-east-2 gets its first users, who have it nearest
17.00s  us-east-2 gets its first users: 5 % first, a look of 5 s, then double
17.00s  us-east-2: 5 % of its users are there
17.00s  table 4: ca-central-1 -> us-east-2 20 rps
22.00s  us-east-2: 10 % of its users are there
22.00s  table 5: ca-central-1 -> us-east-2 20 rps
27.00s  us-east-2: 20 % of its users are there
27.00s  table 6: ca-central-1 -> us-east-2 40 rps
31.00s  us-east-2 does not bear its users (10.0 % of its requests fail, 0.1 % before): they go out again
        . when it is mended, `houston restore us-east-2` tries again
31.00s  table 7: us-east-2 -> ca-central-1 80 rps
  us-east-1 911 rps of 1800 ready
  us-east-2 0 rps of 800 ready
  ca-central-1 693 rps of 1493 ready
  us-west-2 396 rps of 900 ready
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving

says us-east-2 healthy
says ca-central-1 failing 21.6 dynamodb
tick 30
loads
says ca-central-1 healthy
tick 90
loads
status
restart
----
35.00s  ca-central-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
35.00s  scale us-east-1 to 1944
35.00s  PUBLIC, INTERNAL traffic of ca-central-1 -> us-east-1 100 %; grow us-east-1 1800 -> 1944 first
        . EDITOR stays: its only writer is in us-east-1
35.00s  ca-central-1: 4.9 % out
35.00s  table 8: ca-central-1 -> us-east-1 35 rps
36.00s  ca-central-1: 9.9 % out
36.00s  table 9: ca-central-1 -> us-east-1 35 rps
36.00s  [receiver-not-ready] 1 rps of ca-central-1 wait for receivers that are not ready
37.00s  ca-central-1: 20 % out
37.00s  table 10: ca-central-1 -> us-east-1 69 rps
38.00s  ca-central-1: 40 % out
38.00s  table 11: ca-central-1 -> us-east-1 138 rps
39.00s  ca-central-1: 80 % out
39.00s  table 12: ca-central-1 -> us-east-1 276 rps
40.00s  ca-central-1: 86 % out
40.00s  table 13: ca-central-1 -> us-east-1 46 rps
41.00s  [guard-share-per-minute] ca-central-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate ca-central-1` does not wait
60.00s  ca-central-1 not healthy; 2000 rps; fullest 78 %; ca-central-1 draining
  us-east-1 1509 rps of 1944 ready
  us-east-2 0 rps of 800 ready
  ca-central-1 95 rps of 1493 ready
  us-west-2 396 rps of 900 ready
65.00s  ca-central-1: failing -> healthy  0.0 nats of 20.0
75.00s  ca-central-1 gets its users back: 5 % first, a look of 5 s, then double
75.00s  [healed-on-the-way] ca-central-1 has been healthy for 10 s: no more leaves it
95.00s  ca-central-1: 4.9 % of those who had left are back
95.00s  table 14: us-east-1 -> ca-central-1 30 rps
100.00s ca-central-1: 9.9 % of those who had left are back
100.00s table 15: us-east-1 -> ca-central-1 30 rps
105.00s ca-central-1: 20 % of those who had left are back
105.00s table 16: us-east-1 -> ca-central-1 60 rps
110.00s ca-central-1: 40 % of those who had left are back
110.00s table 17: us-east-1 -> ca-central-1 119 rps
115.00s ca-central-1: 73 % of those who had left are back
115.00s table 18: us-east-1 -> ca-central-1 200 rps
120.00s ca-central-1: 99.7 % of those who had left are back
120.00s table 19: us-east-1 -> ca-central-1 159 rps
120.00s all 4 locations healthy; 2000 rps; fullest 55 %; ca-central-1 restoring
125.00s ca-central-1: 100 % of those who had left are back
125.00s table 20: us-east-1 -> ca-central-1 2 rps
130.00s ca-central-1 serves its own users again
130.00s scale us-east-1 to 1800
130.00s scale ca-central-1 to 1067
130.00s table 21: same places
136.00s table 22: same places
  us-east-1 911 rps of 1800 ready
  us-east-2 0 rps of 800 ready
  ca-central-1 693 rps of 1067 ready
  us-west-2 396 rps of 900 ready
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  the replayed state is the same, byte for byte
