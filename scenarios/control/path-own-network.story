# Users of lyon fail on their way to everywhere: it is their own network. Two other places are tried with a few of them, and they stay.
world
  eu-west-1 800 rps, ready 1500, up to 2000, at 0
  eu-central-1 600 rps, ready 1100, up to 1800, at 20
  us-east-1 900 rps, ready 1500, up to 2000, at 80
  ap-south-1 500 rps, ready 900, up to 1500, at 180
  users of lyon, 200 rps, at 6
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

path lyon eu-west-1 60%
path lyon eu-central-1 60%
path lyon us-east-1 60%
path lyon ap-south-1 60%
tick 20
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
3.00s   eu-west-1: 4.9 % out
3.00s   scale eu-west-1 to 1500
3.00s   table 2: eu-west-1 -> eu-central-1 10 rps
3.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
4.00s   eu-central-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
4.00s   users of lyon of eu-west-1 are hurt at eu-central-1 too: they go back, and others are tried
4.00s   eu-west-1: 4.9 % out
4.00s   table 3: eu-central-1 -> us-east-1 10 rps
5.00s   eu-central-1: failing -> healthy  0.0 nats of 20.0
5.00s   us-east-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
5.00s   users of lyon of eu-west-1 are hurt at us-east-1 too: they go back, and they stay
5.00s   users of lyon are hurt wherever they are sent: the trouble is their own network's; they stay with eu-west-1
        . I don't move them again before 15 min are over
        . tell their network's provider
5.00s   table 4: us-east-1 -> eu-west-1 10 rps
6.00s   us-east-1: failing -> healthy  0.0 nats of 20.0

served lyon
status
incidents
----
  lyon at eu-west-1 200 rps
  eu-west-1 serving
  eu-central-1 serving
  us-east-1 serving
  ap-south-1 serving
  3  us-east-1 looks well again, and its users stay: nothing had to move. Likely users:lyon. You need to do nothing.
     What: us-east-1 looks well again, and its users stay: nothing had to move.
     Users: At worst 0.6 % of the requests it serves are hurt beyond the usual; 891 rps are there now, under 0.1 % of them failing.
     Why: checkout: 0.8 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely users:lyon (network, 92 % of the evidence). 2 of the other 3 locations are fine.
     Certain: 24.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing but watching it.
     Not doing: I move nobody out of us-east-1.
     You need to: do nothing
  2  eu-central-1 looks well again, and its users stay: nothing had to move. Likely users:lyon. You need to do nothing.
     What: eu-central-1 looks well again, and its users stay: nothing had to move.
     Users: At worst 0.9 % of the requests it serves are hurt beyond the usual; 594 rps are there now, under 0.1 % of them failing.
     Why: checkout: 1.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely users:lyon (network, 92 % of the evidence). 2 of the other 3 locations are fine.
     Certain: 24.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing but watching it.
     Not doing: I move nobody out of eu-central-1.
     You need to: do nothing
  1  Users of lyon are hurt on their way to eu-west-1, which is well, and stay: users of lyon are hurt wherever they are sent: the trouble is their own network's. Likely users:lyon. You need to ask their network's provider; no move of all users helps.
     What: Users of lyon are hurt on their way to eu-west-1, which is well, and stay: users of lyon are hurt wherever they are sent: the trouble is their own network's.
     Users: At worst 12 % of the requests it serves are hurt beyond the usual; 1020 rps are there now, under 0.1 % of them failing.
     Why: checkout: 11.9 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely users:lyon (network, 92 % of the evidence). The other 3 locations are fine.
     Certain: 24.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing but watching it.
     Not doing: I move nobody out of eu-west-1.
     You need to: ask their network's provider; no move of all users helps
