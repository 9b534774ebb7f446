# A location is new and near, and nobody has opened it: who leaves another goes elsewhere, and so does who is lost. Opened, it takes others too.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 400 rps, ready 1500, up to 1600, at 11, later
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  us-west-2 400 rps, ready 900, up to 1500, at 60
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

joins us-east-2
tick 30
contingency us-east-1
says us-west-2 failing 21.6 dynamodb
tick 12
status
lost us-east-1
tick 20
loads
----
3.00s   us-east-2 is new and has no users
        . I send nobody there before, not even when another location is lost
        . order `houston restore us-east-2` when it has been healthy for a while: it brings those who have it nearest, a few first
3.00s   scale ca-central-1 to 1493
3.00s   table 2: same places
9.00s   table 3: same places
  at-us-east-1: ca-central-1 162, us-west-2 94
33.00s  us-west-2: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
33.00s  PUBLIC, INTERNAL traffic of us-west-2 -> ca-central-1 100 %
        . EDITOR stays: its only writer is in us-east-1
33.00s  us-west-2: 4.9 % out
33.00s  scale us-west-2 to 900
33.00s  table 4: us-west-2 -> ca-central-1 20 rps
34.00s  us-west-2: 9.9 % out
34.00s  table 5: us-west-2 -> ca-central-1 20 rps
34.00s  [receiver-not-ready] 1 rps of us-west-2 wait for receivers that are not ready
35.00s  us-west-2: 20 % out
35.00s  table 6: us-west-2 -> ca-central-1 39 rps
36.00s  us-west-2: 40 % out
36.00s  table 7: us-west-2 -> ca-central-1 79 rps
37.00s  us-west-2: 80 % out
37.00s  table 8: us-west-2 -> ca-central-1 158 rps
38.00s  us-west-2: 100 % out
38.00s  table 9: us-west-2 -> ca-central-1 80 rps
39.00s  us-west-2: done, 100 % out after 6 s; receivers keep what they have grown to
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 evacuated, 100 % elsewhere
45.00s  ! us-east-1 is lost: 3 of 4 locations get no answer
45.00s  notice: us-east-1 is lost, seen by 3, table 9
45.00s  ! PUBLIC, INTERNAL traffic of us-east-1 -> ca-central-1 100 %; growing ca-central-1 1493 -> 1545
        . EDITOR stays: its only writer is in us-east-1
        . answer my question: some find no room
45.00s  table 10: us-east-1 -> ca-central-1 180 rps
45.00s  [receiver-not-ready] 6 rps of us-east-1 wait for receivers that are not ready
48.00s  ! 705 rps of us-east-1 have no place. What now?
        . choose within 5 min: [1] leave them in us-east-1 [2] fill receivers to 95 % for 30 min (85 % is what the guards allow; never proven). No answer: I do 1
        ? question-27-s44wfk
60.00s  us-east-1 and us-west-2 not healthy; 2000 rps; fullest 85 %; us-east-1 evacuated; us-west-2 evacuated; 1 open question
  us-east-1 731 rps of 1200 ready
  us-east-2 0 rps of 1500 ready
  ca-central-1 1269 rps of 1493 ready
  us-west-2 0 rps of 900 ready

found us-east-1
says us-west-2 healthy
tick 160
order ann restore us-east-2
tick 90
contingency us-east-1
status
restart
----
65.00s  us-east-1 answers again; its users stay away until it has proved its health
65.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
65.00s  us-west-2: failing -> healthy  0.0 nats of 20.0
65.00s  scale us-east-1 to 1200
75.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
75.00s  us-west-2 gets its users back: 5 % first, a look of 5 s, then double
75.00s  us-east-1: 5.6 % of those who had left are back
75.00s  us-west-2: 5 % of those who had left are back
75.00s  table 11: ca-central-1 -> us-east-1 10 rps; ca-central-1 -> us-west-2 20 rps
80.00s  us-east-1: 11 % of those who had left are back
80.00s  us-west-2: 10 % of those who had left are back
80.00s  table 12: ca-central-1 -> us-east-1 10 rps; ca-central-1 -> us-west-2 20 rps
85.00s  us-east-1: 23 % of those who had left are back
85.00s  us-west-2: 20 % of those who had left are back
85.00s  table 13: ca-central-1 -> us-east-1 20 rps; ca-central-1 -> us-west-2 40 rps
90.00s  us-east-1: 45 % of those who had left are back
90.00s  us-west-2: 31 % of those who had left are back
90.00s  table 14: ca-central-1 -> us-east-1 41 rps; ca-central-1 -> us-west-2 41 rps
95.00s  us-east-1: 89 % of those who had left are back
95.00s  table 15: ca-central-1 -> us-east-1 78 rps
95.00s  [guard-share-per-minute] us-west-2 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-west-2` does not wait
96.00s  us-west-2: 51 % of those who had left are back
96.00s  table 16: ca-central-1 -> us-west-2 79 rps
100.00s us-east-1: 100 % of those who had left are back
100.00s table 17: ca-central-1 -> us-east-1 20 rps
101.00s us-west-2: 100 % of those who had left are back
101.00s table 18: ca-central-1 -> us-west-2 196 rps
105.00s us-east-1 serves its own users again
105.00s table 19: same places
106.00s us-west-2 serves its own users again
106.00s scale ca-central-1 to 1067
107.00s table 20: same places
113.00s table 21: same places
120.00s all 4 locations healthy; 2000 rps; fullest 76 %; 1 open question
180.00s all 4 locations healthy; 2000 rps; fullest 76 %
225.00s ann: us-east-2 gets its first users, who have it nearest
225.00s us-east-2 gets its first users: 5 % first, a look of 5 s, then double
225.00s us-east-2: 5 % of its users are there
225.00s table 22: ca-central-1 -> us-east-2 20 rps
230.00s us-east-2: 10 % of its users are there
230.00s table 23: ca-central-1 -> us-east-2 20 rps
235.00s us-east-2: 20 % of its users are there
235.00s table 24: ca-central-1 -> us-east-2 40 rps
240.00s us-east-2: 41 % of its users are there
240.00s table 25: ca-central-1 -> us-east-2 80 rps
240.00s all 4 locations healthy; 2000 rps; fullest 76 %; us-east-2 restoring
245.00s us-east-2: 81 % of its users are there
245.00s table 26: ca-central-1 -> us-east-2 161 rps
250.00s us-east-2: 100 % of its users are there
250.00s table 27: ca-central-1 -> us-east-2 74 rps
255.00s us-east-2 serves those who have it nearest
255.00s table 28: same places
300.00s all 4 locations healthy; 2000 rps; fullest 76 %
  at-us-east-1: us-east-2 256
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  the replayed state is the same, byte for byte
