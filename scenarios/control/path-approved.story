# In approve a person is asked before anybody leaves a bad way, and before anybody is brought back.
world mode=approve restore=person
  eu-west-1 800 rps, ready 1500, up to 2000, at 0
  eu-central-1 600 rps, ready 1100, up to 1800, at 20
  us-east-1 900 rps, ready 1500, up to 2000, at 80
  users of lyon, 200 rps, at 6
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

path lyon eu-west-1 60%
tick 2
incidents
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   ! May I move users of lyon out of eu-west-1: 60 % of their requests fail on the way?
        . choose within 5 min: [1] approve [2] deny. No answer: I do 2
        ? question-4-s44web
  1  Users of lyon are hurt on their way to eu-west-1, which is well, and stay: I wait for an answer. Likely users:lyon. Decide 1-2 by 22:18:23 UTC; else I do 2.
     What: Users of lyon are hurt on their way to eu-west-1, which is well, and stay: I wait for an answer.
     Users: At worst 12 % of the requests it serves are hurt beyond the usual; 1015 rps are there now, under 0.1 % of them failing.
     Why: checkout: 11.9 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely users:lyon (network, 92 % of the evidence). The other 2 locations are fine.
     Certain: 24.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing but watching it.
     Not doing: I move nobody out of eu-west-1.
     You need to: choose by 22:18:23 UTC: [1] approve [2] deny. No answer: I do 2

order ana answer question-4-s44web 1
tick 8
path lyon eu-west-1 0%
tick 25
served lyon
----
5.00s   ana: [1] approve
5.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to eu-central-1 100 % (8 ms further)
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
5.00s   eu-west-1: 4.9 % out
5.00s   scale eu-west-1 to 1500
5.00s   table 2: eu-west-1 -> eu-central-1 10 rps
5.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
6.00s   eu-west-1: 9.9 % out
6.00s   table 3: eu-west-1 -> eu-central-1 10 rps
6.00s   [receiver-not-ready] 0 rps of eu-west-1 wait for receivers that are not ready
7.00s   eu-west-1: 20 % out
7.00s   table 4: eu-west-1 -> eu-central-1 20 rps
8.00s   eu-west-1: 40 % out
8.00s   table 5: eu-west-1 -> eu-central-1 39 rps
9.00s   eu-west-1: 80 % out
9.00s   table 6: eu-west-1 -> eu-central-1 79 rps
10.00s  eu-west-1: 100 % out
10.00s  table 7: eu-west-1 -> eu-central-1 40 rps
11.00s  eu-west-1: failing -> healthy  0.0 nats of 20.0
11.00s  eu-west-1: done, 100 % of users of lyon out after 6 s; receivers keep what they have grown to
23.00s  ! Move users of lyon back to eu-west-1?
        . choose within 5 min: [1] move back, canary first [2] leave them where they are. No answer: I do 2
        ? question-23-s44wev
  lyon at eu-central-1 198 rps
  lyon at eu-west-1 2 rps
