# A location dies, and then one that took its users. What was in both goes on by canary; when a third would die of it, nothing moves.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1100, up to 1600, at 11
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  us-west-2 400 rps, ready 900, up to 1500, at 60
  eu-west-1 800 rps, ready 1600, up to 2000, at 80
  eu-central-1 500 rps, ready 1100, up to 1500, at 100
  ap-south-1 500 rps, ready 700, up to 1500, at 180
  ap-northeast-1 500 rps, ready 700, up to 1500, at 200
  sa-east-1 200 rps, ready 300, up to 600, at 220
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lost us-east-1
tick 6
contingencies
----
3.00s   ! us-east-1 is lost: 8 of 9 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 8, table 1
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> ca-central-1 52 %, us-east-2 27 %, us-west-2 21 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   table 2: us-east-1 -> ca-central-1 467 rps; us-east-1 -> us-east-2 240 rps; us-east-1 -> us-west-2 184 rps
  ap-northeast-1, ap-south-1, ca-central-1, eu-central-1, eu-west-1, sa-east-1, us-east-2, us-west-2

lost us-east-2
tick 2
loads
----
9.00s   ! us-east-2 is lost: 7 of 9 locations get no answer
9.00s   notice: us-east-2 is lost, seen by 7, table 2
9.00s   ! us-east-2 is lost after taking users of us-east-1: if a request of theirs did it, a third would follow; 27 % of them go on by canary
9.00s   scale ca-central-1 to 1217
9.00s   ! PUBLIC, INTERNAL traffic of us-east-2 -> eu-west-1 73 %, us-west-2 27 %
        . EDITOR stays: its only writer is in us-east-1
9.00s   us-east-2: done, 100 % out after 0 s; receivers keep what they have grown to
9.00s   table 3: us-east-2 -> eu-west-1 509 rps; us-east-2 -> us-east-1 240 rps; us-east-2 -> us-west-2 184 rps
9.00s   [luggage] us-east-2 is lost after taking chunks of us-east-1: those go on by canary
9.00s   [receiver-not-ready] 53 rps of us-east-1 wait for receivers that are not ready
  us-east-1 288 rps of 1200 ready
  us-east-2 0 rps of 1100 ready
  ca-central-1 764 rps of 900 ready
  us-west-2 764 rps of 900 ready
  eu-west-1 1301 rps of 1600 ready
  eu-central-1 495 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
  ap-northeast-1 495 rps of 700 ready
  sa-east-1 198 rps of 300 ready

tick 1
lost ca-central-1
tick 4
loads
status
----
11.00s  us-east-1: 79 % out
11.00s  table 4: us-east-1 -> ca-central-1 53 rps
12.00s  ! ca-central-1 is lost: 6 of 9 locations get no answer
12.00s  notice: ca-central-1 is lost, seen by 6, table 4
12.00s  ! I stop all moves: ca-central-1 sickened in us-east-1's way after taking its chunks (it is lost too): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . find what travels with these users; then `houston release`
12.00s  ! PUBLIC, INTERNAL traffic of ca-central-1 -> eu-central-1 80 %, eu-west-1 20 %
        . EDITOR stays: its only writer is in us-east-1
12.00s  ca-central-1: done, 100 % out after 0 s; receivers keep what they have grown to
12.00s  table 5: ca-central-1 -> eu-central-1 237 rps; ca-central-1 -> eu-west-1 59 rps; ca-central-1 -> us-east-1 520 rps; ca-central-1 -> us-west-2 1 rps
  us-east-1 755 rps of 1200 ready
  us-east-2 0 rps of 1100 ready
  ca-central-1 0 rps of 1217 ready
  us-west-2 765 rps of 900 ready
  eu-west-1 1360 rps of 1600 ready
  eu-central-1 732 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
  ap-northeast-1 495 rps of 700 ready
  sa-east-1 198 rps of 300 ready
  us-east-1 evacuated, 20 % elsewhere
  us-east-2 evacuated, 100 % elsewhere
  ca-central-1 evacuated, 100 % elsewhere
  us-west-2 serving
  eu-west-1 serving
  eu-central-1 serving
  ap-south-1 serving
  ap-northeast-1 serving
  sa-east-1 serving
  stopped
