# The words of a brownout that is left: what a person reads at each of its moments, in every face.
world restore=person
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

# Leaving.
says us-east-1 failing 21.6 dynamodb hurt=0.041 failed=0.04
tick 3
incidents
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 632
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   us-east-1: 9.7 % out
4.00s   table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
5.00s   us-east-1: 20 % out
5.00s   table 4: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 70 rps
  1  Leaving us-east-1: 20 % out. Likely dynamodb. Receivers 59 % full at most. You need to do nothing.
     What: us-east-1 is not good enough. PUBLIC and INTERNAL are leaving it.
     Users: At worst 4.1 % of the requests it serves are hurt beyond the usual; 836 rps are there now, 4 % of them failing.
     Why: checkout: 4.2 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: 5 % first, a look at the receivers, then double: 20 % is out, to us-east-2 75 % (59 % full), ca-central-1 25 % (50 % full). Growing us-east-2 1300 -> 1600 rps.
     Not doing: EDITOR stays: its only writer is in us-east-1. I will not go back without you.
     You need to: do nothing

# Left: it stays so until a person says otherwise, however well it looks.
tick 20
says us-east-1 healthy
tick 5
incidents
----
6.00s   us-east-1: 39 % out
6.00s   table 5: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 140 rps
7.00s   us-east-1: 78 % out
7.00s   table 6: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 281 rps
8.00s   us-east-1: 100 % out
8.00s   table 7: us-east-1 -> ca-central-1 91 rps; us-east-1 -> us-east-2 104 rps
9.00s   us-east-1: done, 100 % out after 6 s; receivers keep what they have grown to
26.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
  1  us-east-1 left: 100 % out. Likely dynamodb. Receivers 85 % full at most. You need to do nothing now; look into dynamodb calmly.
     What: us-east-1 looks well again. PUBLIC and INTERNAL are still elsewhere.
     Users: At worst 4.1 % of the requests it serves are hurt beyond the usual; 32 rps are there now, under 0.1 % of them failing.
     Why: checkout: 4.2 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 6 s: 100 % is out, to us-east-2 75 % (85 % full), ca-central-1 25 % (83 % full). Receivers keep what they have grown to.
     Not doing: EDITOR stays: its only writer is in us-east-1. I will not go back without you.
     You need to: do nothing now; look into dynamodb calmly

# Houston asks, and does not go back without an answer.
tick 30
incidents
----
36.00s  ! us-east-1 is healthy again. Move its users back?
        . choose within 5 min: [1] move back, canary first [2] leave them where they are. No answer: I do 2
        ? question-22-s44wf8
60.00s  all 5 locations healthy; 3200 rps; fullest 85 %; us-east-1 evacuated; 1 open question
  1  us-east-1 left: 100 % out. Likely dynamodb. Receivers 85 % full at most. Decide 1-2 by 22:18:56 UTC; else I do 2.
     What: us-east-1 looks well again. PUBLIC and INTERNAL are still elsewhere.
     Users: At worst 4.1 % of the requests it serves are hurt beyond the usual; 32 rps are there now, under 0.1 % of them failing.
     Why: checkout: 4.2 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 6 s: 100 % is out, to us-east-2 75 % (85 % full), ca-central-1 25 % (83 % full). Receivers keep what they have grown to.
     Not doing: EDITOR stays: its only writer is in us-east-1. I will not go back without you.
     You need to: choose by 22:18:56 UTC: [1] move back, canary first [2] leave them where they are. No answer: I do 2

# A person says yes.
order alice answer question-22-s44wf8 1
tick 60
incidents
----
61.00s  alice: [1] move back, canary first
61.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
61.00s  us-east-1: 5 % of those who had left are back
61.00s  table 8: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
66.00s  us-east-1: 10 % of those who had left are back
66.00s  table 9: ca-central-1 -> us-east-1 15 rps; us-east-2 -> us-east-1 30 rps
71.00s  us-east-1: 20 % of those who had left are back
71.00s  table 10: ca-central-1 -> us-east-1 17 rps; us-east-2 -> us-east-1 73 rps
76.00s  us-east-1: 41 % of those who had left are back
76.00s  table 11: ca-central-1 -> us-east-1 34 rps; us-east-2 -> us-east-1 147 rps
81.00s  us-east-1: 77 % of those who had left are back
81.00s  table 12: ca-central-1 -> us-east-1 53 rps; us-east-2 -> us-east-1 267 rps
86.00s  us-east-1: 100 % of those who had left are back
86.00s  table 13: ca-central-1 -> us-east-1 106 rps; us-east-2 -> us-east-1 104 rps
91.00s  us-east-1 serves its own users again
91.00s  scale us-east-2 to 1067
91.00s  scale ca-central-1 to 500
91.00s  table 14: same places
97.00s  table 15: same places
120.00s all 5 locations healthy; 3200 rps; fullest 77 %
  1 (closed)  us-east-1 is well again, and its users are with it.
     What: us-east-1 is well again, and its users are with it.
     Users: At worst 4.1 % of the requests it serves were hurt beyond the usual.
     Why: checkout: 4.2 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing more; it lasted 89 s.
     Not doing: Nothing is left to do.
     You need to: do nothing

tick 400
incidents
----
180.00s all 5 locations healthy; 3200 rps; fullest 77 %
240.00s all 5 locations healthy; 3200 rps; fullest 77 %
300.00s all 5 locations healthy; 3200 rps; fullest 77 %
360.00s all 5 locations healthy; 3200 rps; fullest 77 %
420.00s all 5 locations healthy; 3200 rps; fullest 77 %
480.00s all 5 locations healthy; 3200 rps; fullest 77 %
  1 (closed)  us-east-1 is well again, and its users are with it.
     What: us-east-1 is well again, and its users are with it.
     Users: At worst 4.1 % of the requests it serves were hurt beyond the usual.
     Why: checkout: 4.2 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Nothing more; it lasted 89 s.
     Not doing: Nothing is left to do.
     You need to: do nothing
