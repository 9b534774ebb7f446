# A location dies, a person holds everything, and then a receiver dies: a hold is a hold, and after the release it goes on by canary.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1100, up to 1600, at 11
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  us-west-2 400 rps, ready 900, up to 1500, at 60
  eu-west-1 800 rps, ready 1600, up to 2000, at 80
  eu-central-1 500 rps, ready 1100, up to 1500, at 100
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lost us-east-1
tick 6
order alice hold
lost us-east-2
tick 5
loads
----
3.00s   ! us-east-1 is lost: 6 of 7 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 6, table 1
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> ca-central-1 52 %, us-east-2 27 %, us-west-2 21 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   table 2: us-east-1 -> ca-central-1 467 rps; us-east-1 -> us-east-2 240 rps; us-east-1 -> us-west-2 184 rps
9.00s   alice: hold: nothing moves by itself until release
9.00s   table 3: same places
9.00s   [held] held by alice: nothing moves by itself
9.00s   ! us-east-2 is lost: 5 of 7 locations get no answer
9.00s   ! us-east-2 is lost and its users stay with it: held by alice: nothing moves by itself
        . `houston release` lets me move them
9.00s   [carrier-ill-held] us-east-2 caught what left us-east-1, and I do nothing: held by alice: nothing moves by itself
9.00s   [held] us-east-2 is lost, and nothing moves: held by alice: nothing moves by itself
  us-east-1 41 rps of 1200 ready
  us-east-2 933 rps of 1100 ready
  ca-central-1 764 rps of 900 ready
  us-west-2 580 rps of 900 ready
  eu-west-1 792 rps of 1600 ready
  eu-central-1 495 rps of 1100 ready
  ap-south-1 495 rps of 700 ready

order alice release
tick 8
loads
----
14.00s  alice: released the hold of alice
14.00s  ! us-east-2 is lost after taking users of us-east-1: if a request of theirs did it, a third would follow; 27 % of them go on by canary
14.00s  scale ca-central-1 to 1217
14.00s  scale ca-central-1 to 1500
14.00s  scale us-west-2 to 923
14.00s  ! PUBLIC, INTERNAL traffic of us-east-2 -> ca-central-1 74 %, us-west-2 26 %; growing ca-central-1 900 -> 1545
        . EDITOR stays: its only writer is in us-east-1
14.00s  us-east-2: 26 % out
14.00s  table 4: us-east-2 -> us-east-1 240 rps; us-east-2 -> us-west-2 181 rps
14.00s  [luggage] us-east-2 is lost after taking chunks of us-east-1: those go on by canary
14.00s  [receiver-not-ready] 53 rps of us-east-1 wait for receivers that are not ready
14.00s  [receiver-not-ready] 512 rps of us-east-2 wait for receivers that are not ready
16.00s  us-east-1: 79 % out
16.00s  scale us-west-2 to 988
16.00s  us-east-2: 68 % out
16.00s  table 5: us-east-1 -> ca-central-1 53 rps; us-east-2 -> ca-central-1 265 rps; us-east-2 -> us-west-2 23 rps
17.00s  us-east-1: 100 % out
17.00s  scale us-west-2 to 1215
17.00s  us-east-2: 69 % out
17.00s  table 6: us-east-1 -> ca-central-1 187 rps; us-east-2 -> ca-central-1 5 rps
18.00s  us-east-1: done, 100 % out after 15 s; receivers keep what they have grown to
19.00s  us-east-2: 100 % out
19.00s  table 7: us-east-2 -> us-west-2 218 rps
19.25s  us-east-2: done, 100 % out after 5 s; receivers keep what they have grown to
  us-east-1 41 rps of 1200 ready
  us-east-2 0 rps of 1100 ready
  ca-central-1 1274 rps of 1500 ready
  us-west-2 1003 rps of 1215 ready
  eu-west-1 792 rps of 1600 ready
  eu-central-1 495 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
