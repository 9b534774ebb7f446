# Every location fails alike since a deploy: moving can't help, and that is said once.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

all-say failing 2 checkout alone=30 deploy=2026.11.23-4
tick 30
status
----
3.00s   us-east-1: healthy -> failing  30.0 nats of 20.0  cause: checkout 92 %  scope: deploy
3.00s   us-east-2: healthy -> failing  30.0 nats of 20.0  cause: checkout 92 %  scope: deploy
3.00s   ca-central-1: healthy -> failing  30.0 nats of 20.0  cause: checkout 92 %  scope: deploy
3.00s   eu-west-1: healthy -> failing  30.0 nats of 20.0  cause: checkout 92 %  scope: deploy
3.00s   ap-south-1: healthy -> failing  30.0 nats of 20.0  cause: checkout 92 %  scope: deploy
3.00s   ! I am moving nothing: 5 of 5 locations fail alike (cause: checkout 92 %)
        . no location is better off; one that dies is still left at once
        . roll the deploy back
3.00s   table 2: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
