# The words of a bad deploy: one incident for all places, nothing moves, and it says what to roll back.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

all-say failing 30 checkout alone=30 hurt=0.18 deploy=2026.11.23-4
tick 30
incidents
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
  1  Bad everywhere, not a place: checkout 2026.11.23-4. Nothing moves, nothing should. You need to roll checkout back from 2026.11.23-4.
     What: I am moving nothing: 5 of 5 locations fail alike since checkout 2026.11.23-4.
     Users: 18 % of requests are hurt beyond the usual where it is worst.
     Why: 5 of 5 locations are worse than usual at the same time, since checkout 2026.11.23-4 arrived; moving can't help; checkout: 18.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely checkout (92 % of the evidence); checkout 2026.11.23-4 came to all of them.
     Certain: 30.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing: moving can't help, for no location is better off.
     Not doing: I move nobody for this fault; a location that dies is still left at once.
     You need to: roll checkout back from 2026.11.23-4

# Rolled back: two minutes later the book closes it.
all-say healthy
tick 130
incidents
----
33.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
33.00s  us-east-2: failing -> healthy  0.0 nats of 20.0
33.00s  ca-central-1: failing -> healthy  0.0 nats of 20.0
33.00s  eu-west-1: failing -> healthy  0.0 nats of 20.0
33.00s  ap-south-1: failing -> healthy  0.0 nats of 20.0
33.00s  table 3: same places
60.00s  all 5 locations healthy; 3200 rps; fullest 77 %
120.00s all 5 locations healthy; 3200 rps; fullest 77 %
  1 (closed)  As usual everywhere again. Nothing was moved.
     What: All locations are as usual again; 5 of 5 had failed alike. Nothing was moved for it.
     Users: 18 % of requests were hurt beyond the usual where it was worst.
     Why: 5 of 5 locations are worse than usual at the same time, since checkout 2026.11.23-4 arrived; moving can't help; checkout: 18.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely checkout (92 % of the evidence); checkout 2026.11.23-4 came to all of them.
     Certain: 30.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing more; it lasted 2 min.
     Not doing: Nothing is left to do.
     You need to: do nothing
