# Two places have bursts in which a tenth of their requests fail, as they had before anything was wrong: what they take does not bring that.
world share-per-minute=0.9
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1600, up to 1600, at 11
  ca-central-1 300 rps, ready 1400, up to 1500, at 14
  eu-west-1 800 rps, ready 1800, up to 2000, at 80
  ap-south-1 500 rps, ready 900, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-2 healthy 0 unknown failed=0.1
tick 2
says us-east-2 healthy
says ca-central-1 healthy 0 unknown failed=0.08
tick 2
says ca-central-1 healthy
tick 16
says us-east-2 healthy 0 unknown failed=0.09
says ca-central-1 healthy 0 unknown failed=0.1
tick 2
says us-east-2 healthy
says ca-central-1 healthy
tick 10
----
nothing

# Both have one while they take users: nobody goes back, and all go on.
says us-east-1 failing 21.6 dynamodb
tick 2
says us-east-2 healthy 0 unknown failed=0.12
tick 2
----
35.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
35.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
35.00s  us-east-1: 4.8 % out
35.00s  scale us-east-1 to 1200
35.00s  table 2: us-east-1 -> us-east-2 43 rps
36.00s  us-east-1: 9.7 % out
36.00s  table 3: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 40 rps
37.00s  us-east-1: 20 % out
37.00s  table 4: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 83 rps
38.00s  us-east-1: 39 % out
38.00s  table 5: us-east-1 -> ca-central-1 7 rps; us-east-1 -> us-east-2 167 rps

# Four times as bad is no habit: its last chunk goes back, and it is gone round.
says us-east-2 healthy 0 unknown failed=0.4
tick 2
----
39.00s  us-east-2 worsened: 40.0 % of its requests fail, 12.0 % before. Its last chunk of us-east-1 goes back; I go round it for 2 min
39.00s  table 6: us-east-2 -> us-east-1 167 rps
39.00s  [caught-waits] us-east-1 waits for what its receiver may have caught

# Then the other has one as well, long enough to be unsure of itself, and by the same cause. It is what it had before: its chunk goes back, nothing
# stops, and all go on when it is well.
says us-east-2 healthy
tick 6
says ca-central-1 shaky 13 dynamodb failed=0.1 habit=30
tick 2
says ca-central-1 healthy
tick 14
status
----
44.00s  us-east-1: 25 % out
44.00s  table 7: us-east-1 -> ca-central-1 44 rps
44.00s  [receiver-not-ready] 137 rps of us-east-1 wait for receivers that are not ready
45.00s  us-east-1: 32 % out
45.00s  table 8: us-east-1 -> ca-central-1 58 rps
46.00s  us-east-1: 45 % out
46.00s  table 9: us-east-1 -> ca-central-1 116 rps
47.00s  ca-central-1: healthy -> shaky  13.0 nats of 20.0  cause: dynamodb 92 %
47.00s  ca-central-1 worsened: it turned shaky. Its last chunk of us-east-1 goes back; I go round it for 2 min
47.00s  us-east-1: 37 % out
47.00s  table 10: ca-central-1 -> eu-west-1 45 rps; ca-central-1 -> us-east-1 72 rps
48.00s  us-east-1: 42 % out
48.00s  table 11: us-east-1 -> eu-west-1 45 rps
49.00s  ca-central-1: shaky -> healthy  0.0 nats of 20.0
49.00s  us-east-1: 52 % out
49.00s  table 12: us-east-1 -> eu-west-1 89 rps
50.00s  us-east-1: 74 % out
50.00s  table 13: us-east-1 -> eu-west-1 196 rps
51.00s  us-east-1: 100 % out
51.00s  table 14: us-east-1 -> eu-west-1 234 rps
52.00s  us-east-1: done, 100 % out after 17 s; receivers keep what they have grown to
60.00s  us-east-1 not healthy; 3200 rps; fullest 78 %; us-east-1 evacuated
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving

# Failing by the same cause is no habit.
world share-per-minute=0.9
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1600, up to 1600, at 11
  ca-central-1 300 rps, ready 1400, up to 1500, at 14
  eu-west-1 800 rps, ready 1800, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-2 healthy 0 unknown failed=0.1
tick 2
says us-east-2 healthy
tick 8
says us-east-2 healthy 0 unknown failed=0.1
tick 2
says us-east-2 healthy
tick 8
says us-east-1 failing 21.6 dynamodb
tick 2
says us-east-2 failing 21 dynamodb failed=0.1
tick 2
----
23.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
23.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
23.00s  us-east-1: 4.8 % out
23.00s  scale us-east-1 to 1200
23.00s  table 2: us-east-1 -> us-east-2 43 rps
24.00s  us-east-1: 9.7 % out
24.00s  table 3: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 40 rps
25.00s  us-east-1: still failing  21.6 nats of 20.0  cause: dynamodb 92 %  scope: follows-the-traffic
25.00s  us-east-2: healthy -> failing  21.0 nats of 20.0  cause: dynamodb 92 %  scope: follows-the-traffic
25.00s  ! I stop all moves: us-east-2 sickened in us-east-1's way after taking its chunks (it turned failing): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . find what travels with these users; then `houston release`
25.00s  table 4: ca-central-1 -> us-east-1 4 rps; us-east-2 -> us-east-1 83 rps
