# A location that is new in houston.yaml moves nobody. When a person says so those who have it nearest come: after proof of health, a few first.
world
  us-east-1 900 rps, ready 1800, up to 2000, at 0
  us-east-2 400 rps, ready 800, up to 1600, at 11, later
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  us-west-2 400 rps, ready 600, up to 1500, at 60
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

joins us-east-2
tick 4
order alice restore us-east-2
loads
----
3.00s   us-east-2 is new and has no users
        . I send nobody there before, not even when another location is lost
        . order `houston restore us-east-2` when it has been healthy for a while: it brings those who have it nearest, a few first
3.00s   scale ca-central-1 to 1493
3.00s   table 2: same places
7.00s   refused: alice: us-east-2 is new and has not proved its health yet
        . order it again when it has been healthy for 10 s: `houston why us-east-2`
  us-east-1 911 rps of 1800 ready
  us-east-2 0 rps of 800 ready
  ca-central-1 693 rps of 1493 ready
  us-west-2 396 rps of 600 ready

tick 8
order alice restore us-east-2
tick 60
loads
status
----
9.00s   table 3: same places
15.00s  alice: us-east-2 gets its first users, who have it nearest
15.00s  us-east-2 gets its first users: 5 % first, a look of 5 s, then double
15.00s  us-east-2: 5 % of its users are there
15.00s  table 4: ca-central-1 -> us-east-2 20 rps
20.00s  us-east-2: 10 % of its users are there
20.00s  table 5: ca-central-1 -> us-east-2 20 rps
25.00s  us-east-2: 20 % of its users are there
25.00s  table 6: ca-central-1 -> us-east-2 40 rps
30.00s  us-east-2: 41 % of its users are there
30.00s  table 7: ca-central-1 -> us-east-2 80 rps
35.00s  us-east-2: 81 % of its users are there
35.00s  table 8: ca-central-1 -> us-east-2 161 rps
40.00s  us-east-2: 100 % of its users are there
40.00s  table 9: ca-central-1 -> us-east-2 74 rps
45.00s  us-east-2 serves those who have it nearest
45.00s  table 10: same places
60.00s  all 4 locations healthy; 2000 rps; fullest 66 %
63.25s  scale ca-central-1 to 900
69.00s  table 11: same places
  us-east-1 911 rps of 1800 ready
  us-east-2 396 rps of 800 ready
  ca-central-1 297 rps of 900 ready
  us-west-2 396 rps of 600 ready
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving

order bob restore us-east-2
restart
----
75.00s  refused: bob: us-east-2 is not left
        . nothing to do
  the replayed state is the same, byte for byte

# When it is left, and well again, it gets back whom it had.
says us-east-2 failing 21.6 dynamodb
tick 20
says us-east-2 healthy
tick 90
loads
status
----
75.00s  us-east-2: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
75.00s  PUBLIC, INTERNAL traffic of us-east-2 -> ca-central-1 100 %
        . EDITOR stays: its only writer is in us-east-1
75.00s  us-east-2: 4.9 % out
75.00s  scale us-east-2 to 800
75.00s  table 12: us-east-2 -> ca-central-1 20 rps
75.00s  [left-again] us-east-2 is left again 30 s after it had its users back: next try in 60 s
76.00s  us-east-2: 9.9 % out
76.00s  table 13: us-east-2 -> ca-central-1 20 rps
76.00s  [receiver-not-ready] 1 rps of us-east-2 wait for receivers that are not ready
77.00s  us-east-2: 20 % out
77.00s  table 14: us-east-2 -> ca-central-1 39 rps
78.00s  us-east-2: 40 % out
78.00s  table 15: us-east-2 -> ca-central-1 79 rps
79.00s  us-east-2: 80 % out
79.00s  table 16: us-east-2 -> ca-central-1 158 rps
80.00s  us-east-2: 100 % out
80.00s  table 17: us-east-2 -> ca-central-1 80 rps
81.00s  us-east-2: done, 100 % out after 6 s; receivers keep what they have grown to
95.00s  us-east-2: failing -> healthy  0.0 nats of 20.0
105.00s [back-waits] us-east-2 failed on its way back: next try in 30 s
120.00s all 4 locations healthy; 2000 rps; fullest 77 %; us-east-2 evacuated
135.00s us-east-2 gets its users back: 5 % first, a look of 5 s, then double
135.00s us-east-2: 5 % of those who had left are back
135.00s table 18: ca-central-1 -> us-east-2 20 rps
140.00s us-east-2: 10 % of those who had left are back
140.00s table 19: ca-central-1 -> us-east-2 20 rps
145.00s us-east-2: 20 % of those who had left are back
145.00s table 20: ca-central-1 -> us-east-2 40 rps
150.00s us-east-2: 41 % of those who had left are back
150.00s table 21: ca-central-1 -> us-east-2 80 rps
155.00s us-east-2: 81 % of those who had left are back
155.00s table 22: ca-central-1 -> us-east-2 161 rps
160.00s us-east-2: 100 % of those who had left are back
160.00s table 23: ca-central-1 -> us-east-2 74 rps
165.00s us-east-2 serves its own users again
165.00s table 24: same places
180.00s all 4 locations healthy; 2000 rps; fullest 66 %
  us-east-1 911 rps of 1800 ready
  us-east-2 396 rps of 800 ready
  ca-central-1 297 rps of 900 ready
  us-west-2 396 rps of 600 ready
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
