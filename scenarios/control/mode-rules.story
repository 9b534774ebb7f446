# Mode by rules: public users of a location that is gone move by themselves, up to 20 % of all traffic; about all else a person is asked.
world mode=approve rules=act/public/hard-down/0.2
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

# Only locations that are small enough have a contingency, and in it only public users.
contingencies
----
  ap-south-1, ca-central-1

# 28 % of all traffic: all of them wait for a person.
lost us-east-1
tick 4
----
3.00s   ! us-east-1 is lost: 4 of 5 locations get no answer
3.00s   ! May I leave us-east-1 at once: it is lost?
        . choose within 5 min: [1] approve [2] deny. No answer: I do 2
        ? question-4-s44web
3.00s   table 2: same places

found us-east-1
tick 90
----
7.00s   us-east-1 answers again; its users stay away until it has proved its health
7.00s   us-east-1: failing -> healthy  0.0 nats of 20.0
7.00s   table 3: same places
60.00s  all 5 locations healthy; 3200 rps; fullest 77 %; 1 open question

# 9 %: PUBLIC goes at once, INTERNAL waits for a person.
lost ca-central-1
tick 4
incidents
----
97.00s  ! ca-central-1 is lost: 4 of 5 locations get no answer
97.00s  notice: ca-central-1 is lost, seen by 4, table 3
97.00s  ! May I let INTERNAL leave ca-central-1 at once: it is lost?
        . choose within 5 min: [1] approve [2] deny. No answer: I do 2
        ? question-13-s44wgx
97.00s  ! PUBLIC traffic of ca-central-1 -> eu-west-1 45 %, us-east-1 30 %, us-east-2 25 %
        . EDITOR stays: its only writer is in us-east-1; INTERNAL stays: it may not go unasked now
97.00s  ca-central-1: done, 100 % out after 0 s; receivers keep what they have grown to
97.00s  table 4: ca-central-1 -> eu-west-1 129 rps; ca-central-1 -> us-east-1 85 rps; ca-central-1 -> us-east-2 71 rps
  2  ca-central-1 is lost: 100 % out. Receivers 85 % full at most. Decide 1-2 by 22:19:57 UTC; else I do 2.
     What: ca-central-1 is lost. Its users are served elsewhere.
     Users: None of its users was served until others served them.
     Why: 4 of 5 locations looked twice and got no answer. The other 4 locations are fine.
     Certain: 40.0 nats of evidence, 18.9 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 0 s: 100 % is out, to eu-west-1 45 % (84 % full), us-east-1 30 % (84 % full), us-east-2 25 % (85 % full). Receivers keep what they have grown to.
     Not doing: EDITOR stays: its only writer is in us-east-1. INTERNAL stays: it may not go unasked now. I go back only after proof of health, a canary first.
     You need to: choose by 22:19:57 UTC: [1] approve [2] deny. No answer: I do 2
  1 (closed)  us-east-1 is well again, and its users are with it.
     What: us-east-1 is well again, and its users are with it.
     Users: None of its users was served until others served them.
     Why: 4 of 5 locations looked twice and got no answer. The other 4 locations are fine.
     Certain: 40.0 nats of evidence, 18.9 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing more; it lasted 65 s.
     Not doing: Nothing is left to do.
     You need to: do nothing

order bob answer question-13-s44wgx 1
tick 3
----
101.00s bob: [1] approve
101.00s scale us-east-2 to 941
101.00s ! PUBLIC, INTERNAL traffic of ca-central-1 -> eu-west-1 43 %, us-east-1 28 %, us-east-2 28 %; growing us-east-2 900 -> 941
        . EDITOR stays: its only writer is in us-east-1
101.00s ca-central-1: 96 % out
101.00s table 5: ca-central-1 -> us-east-2 1 rps
101.00s [joins] INTERNAL of ca-central-1 may go too
101.00s [receiver-not-ready] 11 rps of ca-central-1 wait for receivers that are not ready
103.00s ca-central-1: 100 % out
103.00s table 6: ca-central-1 -> us-east-2 11 rps
103.25s ca-central-1: done, 100 % out after 6 s; receivers keep what they have grown to
