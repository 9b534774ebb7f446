# A place had a fever of its own when it took users of a lost one: it has not caught it of them. Nothing stops, and it is left as any failing place.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1400, up to 2600, at 11
  ca-central-1 300 rps, ready 700, up to 1500, at 14
  us-west-2 400 rps, ready 900, up to 1500, at 60
  eu-west-1 800 rps, ready 1400, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-2 healthy 7 dynamodb failed=0.1
tick 2
lost us-east-1
tick 4
says us-east-2 failing 22 dynamodb failed=0.1
tick 3
status
----
5.00s   ! us-east-1 is lost: 4 of 5 locations get no answer
5.00s   notice: us-east-1 is lost, seen by 4, table 1
5.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 55 %, ca-central-1 33 %, us-west-2 11 %
        . EDITOR stays: its only writer is in us-east-1
5.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
5.00s   table 2: us-east-1 -> ca-central-1 297 rps; us-east-1 -> us-east-2 494 rps; us-east-1 -> us-west-2 100 rps
9.00s   us-east-2: healthy -> failing  22.0 nats of 20.0  cause: dynamodb 92 %
9.00s   scale ca-central-1 to 1500
9.00s   scale us-west-2 to 1215
9.00s   PUBLIC, INTERNAL traffic of us-east-2 -> ca-central-1 57 %, us-west-2 43 %; grow ca-central-1 700 -> 1545, us-west-2 900 -> 1214 first
        . EDITOR stays: its only writer is in us-east-1
9.00s   us-east-2: 2 % out
9.00s   scale us-east-2 to 1400
9.00s   table 3: us-east-2 -> us-west-2 25 rps
9.00s   [receiver-worse] us-east-2 worsened (it turned failing): it gets nothing more of us-east-1
10.00s  [receiver-not-ready] 34 rps of us-east-2 wait for receivers that are not ready
11.00s  us-east-2: 4.9 % out
11.00s  table 4: us-east-2 -> ca-central-1 34 rps
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 draining, 5 % elsewhere
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving

tick 20
loads
status
----
12.00s  us-east-2: 9.9 % out
12.00s  table 5: us-east-2 -> ca-central-1 32 rps; us-east-2 -> us-west-2 27 rps
13.00s  us-east-2: 20 % out
13.00s  table 6: us-east-2 -> ca-central-1 66 rps; us-east-2 -> us-west-2 48 rps
14.00s  us-east-2: 39 % out
14.00s  table 7: us-east-2 -> ca-central-1 133 rps; us-east-2 -> us-west-2 100 rps
15.00s  us-east-2: 78 % out
15.00s  table 8: us-east-2 -> ca-central-1 265 rps; us-east-2 -> us-west-2 193 rps
16.00s  [guard-share-per-minute] us-east-2 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-2` does not wait
  us-east-1 31 rps of 1200 ready
  us-east-2 265 rps of 1400 ready
  ca-central-1 1123 rps of 1500 ready
  us-west-2 889 rps of 1215 ready
  eu-west-1 792 rps of 1400 ready
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 draining, 78 % elsewhere
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
