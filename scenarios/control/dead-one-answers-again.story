# A location dies of a request and its supervisor starts it again; a receiver dies of it all the same. What it carried is still luggage.
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
found us-east-1
tick 3
lost us-east-2
tick 4
loads
status
----
3.00s   ! us-east-1 is lost: 6 of 7 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 6, table 1
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> ca-central-1 52 %, us-east-2 27 %, us-west-2 21 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   table 2: us-east-1 -> ca-central-1 467 rps; us-east-1 -> us-east-2 240 rps; us-east-1 -> us-west-2 184 rps
9.00s   us-east-1 answers again; its users stay away until it has proved its health
9.00s   us-east-1: failing -> healthy  0.0 nats of 20.0
9.00s   scale us-east-1 to 1200
12.00s  ! us-east-2 is lost: 6 of 7 locations get no answer
12.00s  notice: us-east-2 is lost, seen by 6, table 2
12.00s  ! us-east-2 is lost after taking users of us-east-1: if a request of theirs did it, a third would follow; 27 % of them go on by canary
12.00s  ! PUBLIC, INTERNAL traffic of us-east-2 -> eu-west-1 73 %, us-west-2 27 %
        . EDITOR stays: its only writer is in us-east-1
12.00s  us-east-2: done, 100 % out after 0 s; receivers keep what they have grown to
12.00s  scale ca-central-1 to 1217
12.00s  table 3: us-east-2 -> eu-west-1 509 rps; us-east-2 -> us-east-1 240 rps; us-east-2 -> us-west-2 184 rps
12.00s  [luggage] us-east-2 is lost after taking chunks of us-east-1: those go on by canary
12.00s  [receiver-not-ready] 53 rps of us-east-1 wait for receivers that are not ready
14.00s  us-east-1: 79 % out
14.00s  table 4: us-east-1 -> ca-central-1 53 rps
15.00s  us-east-1: 100 % out
15.00s  table 5: us-east-1 -> ca-central-1 187 rps
  us-east-1 41 rps of 1200 ready
  us-east-2 0 rps of 1100 ready
  ca-central-1 1004 rps of 1217 ready
  us-west-2 764 rps of 900 ready
  eu-west-1 1301 rps of 1600 ready
  eu-central-1 495 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 evacuated, 100 % elsewhere
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  eu-central-1 serving
  ap-south-1 serving
