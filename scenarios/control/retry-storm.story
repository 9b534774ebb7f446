# Users of a receiver that is full ask again, half as much once more: it sheds, and that is no failure of the receiver. Nothing stops, and nobody is sent away from it as from a sick place.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  us-west-2 400 rps, ready 600, up to 1500, at 60
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

no-growth us-east-2 ca-central-1
lost us-east-1
tick 4
retries us-east-2 1.5
tick 10
loads
status
----
3.00s   ! us-east-1 is lost: 5 of 6 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 5, table 1
3.00s   scale us-east-2 to 1333
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 46 %, eu-west-1 16 %, ca-central-1 14 %, us-west-2 13 %, ap-south-1 11 %; growing us-east-2 900 -> 1332
        . EDITOR stays: its only writer is in us-east-1
3.00s   table 2: us-east-1 -> ap-south-1 100 rps; us-east-1 -> ca-central-1 128 rps; us-east-1 -> eu-west-1 143 rps; us-east-1 -> us-east-2 72 rps; us-east-1 -> us-west-2 114 rps
3.00s   [receiver-not-ready] 334 rps of us-east-1 wait for receivers that are not ready
3.50s   us-east-2 can't grow: quota; I plan with the 900 rps that are ready
3.50s   scale ca-central-1 to 920
4.00s   ca-central-1 can't grow: quota; I plan with the 500 rps that are ready
4.00s   scale us-west-2 to 1023
6.00s   us-east-1: 98 % out
6.00s   table 3: us-east-1 -> us-west-2 319 rps
7.00s   us-east-1: 100 % out
7.00s   table 4: us-east-1 -> us-west-2 16 rps
7.00s   [demand-settling] us-east-2 counts 1147 rps, its zones 765 so far
7.25s   us-east-1: done, 100 % out after 4 s; receivers keep what they have grown to
  us-east-1 36 rps of 1200 ready
  us-east-2 765 rps of 900 ready
  ca-central-1 425 rps of 500 ready
  us-west-2 844 rps of 1023 ready
  eu-west-1 935 rps of 1100 ready
  ap-south-1 595 rps of 700 ready
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving

retries us-east-2 1
tick 20
status
incidents
----
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  eu-west-1 serving
  ap-south-1 serving
  1  us-east-1 is lost: 100 % out. Receivers 85 % full at most. You need to do nothing now; look into us-east-1 calmly.
     What: us-east-1 is lost. Its users are served elsewhere.
     Users: None of its users was served until others served them.
     Why: 5 of 6 locations looked twice and got no answer. The other 5 locations are fine.
     Certain: 50.0 nats of evidence, 19.1 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 4 s: 100 % is out, to us-west-2 50 % (83 % full), eu-west-1 16 % (85 % full), ca-central-1 14 % (85 % full), ap-south-1 11 % (85 % full), us-east-2 8 % (85 % full). Receivers keep what they have grown to.
     Not doing: EDITOR stays: its only writer is in us-east-1. I go back only after proof of health, a canary first.
     You need to: do nothing now; look into us-east-1 calmly
