# A hold in the middle: nobody moves, nobody is taken back. After the release it goes on where it was.
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
tick 1
order ana hold
tick 10
served lyon
incidents
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
3.00s   eu-west-1: 4.9 % out
3.00s   scale eu-west-1 to 1500
3.00s   table 2: eu-west-1 -> eu-central-1 10 rps
3.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
4.00s   ana: hold: nothing moves by itself until release
4.00s   table 3: same places
4.00s   [held] held by ana: nothing moves by itself
  lyon at eu-central-1 10 rps
  lyon at eu-west-1 190 rps
  1  Users of lyon leave eu-west-1, whose other users are well: 4.9 % out. Likely users:lyon. Receivers 55 % full at most. You need to decide: `houston release` lets me go on.
     What: The way of users of lyon to eu-west-1 is bad; it and all its other users are well. PUBLIC and INTERNAL of users of lyon are leaving it.
     Users: At worst 12 % of the requests it serves are hurt beyond the usual; 1010 rps are there now, under 0.1 % of them failing.
     Why: checkout: 11.9 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely users:lyon (network, 92 % of the evidence). The other 3 locations are fine.
     Certain: 24.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: 5 % first, a look at the receivers, then double: 4.9 % is out, to eu-central-1 100 % (55 % full).
     Not doing: EDITOR stays: its only writer is in eu-west-1. Its other users stay. I send these back when those of them who are still on the way are well, or a few after 5 min to see.
     You need to: decide: `houston release` lets me go on

order ana release
tick 10
served lyon
----
14.00s  ana: released the hold of ana
14.00s  eu-west-1: 9.9 % out
14.00s  table 4: eu-west-1 -> eu-central-1 10 rps
14.00s  [receiver-not-ready] 0 rps of eu-west-1 wait for receivers that are not ready
15.00s  eu-west-1: 20 % out
15.00s  table 5: eu-west-1 -> eu-central-1 20 rps
16.00s  eu-west-1: 40 % out
16.00s  table 6: eu-west-1 -> eu-central-1 39 rps
17.00s  eu-west-1: 80 % out
17.00s  table 7: eu-west-1 -> eu-central-1 79 rps
18.00s  eu-west-1: 100 % out
18.00s  table 8: eu-west-1 -> eu-central-1 40 rps
19.00s  eu-west-1: failing -> healthy  0.0 nats of 20.0
19.00s  eu-west-1: done, 100 % of users of lyon out after 16 s; receivers keep what they have grown to
  lyon at eu-central-1 198 rps
  lyon at eu-west-1 2 rps
