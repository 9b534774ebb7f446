# The words when receivers can't grow: numbered choices, a deadline, and what happens with no answer.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

no-growth us-east-2 ca-central-1 eu-west-1 ap-south-1
demand 1.1
tick 10
says us-east-1 failing 21.6 dynamodb hurt=0.41 failed=0.4
tick 20
incidents
----
13.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
13.00s  scale us-east-2 to 1600
13.00s  scale ca-central-1 to 857
13.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 61 %, ca-central-1 39 %; grow us-east-2 900 -> 1646, ca-central-1 500 -> 856 first
        . EDITOR stays: its only writer is in us-east-1
13.00s  us-east-1: 4.9 % out
13.00s  scale us-east-1 to 1200
13.00s  table 2: us-east-1 -> ca-central-1 49 rps
13.50s  us-east-2 can't grow: quota; I plan with the 900 rps that are ready
13.50s  ca-central-1 can't grow: quota; I plan with the 500 rps that are ready
14.00s  scale eu-west-1 to 2000
14.00s  scale ap-south-1 to 719
14.00s  us-east-1: 10 % out
14.00s  table 3: us-east-1 -> ca-central-1 14 rps; us-east-1 -> eu-west-1 37 rps
14.50s  eu-west-1 can't grow: quota; I plan with the 1100 rps that are ready
14.50s  ap-south-1 can't grow: quota; I plan with the 700 rps that are ready
15.00s  us-east-1: 20 % out
15.00s  table 4: us-east-1 -> ap-south-1 37 rps; us-east-1 -> ca-central-1 34 rps; us-east-1 -> eu-west-1 26 rps; us-east-1 -> us-east-2 3 rps
16.00s  ! 764 rps of us-east-1 have no place. What now?
        . choose within 5 min: [1] leave them in us-east-1 [2] fill receivers to 95 % for 30 min (85 % is what the guards allow; never proven). No answer: I do 1
        ? question-20-s44weo
16.00s  us-east-1: 22 % out
16.00s  table 5: us-east-1 -> ap-south-1 14 rps; us-east-1 -> ca-central-1 1 rps; us-east-1 -> eu-west-1 1 rps
17.00s  [no-room] 764 rps of us-east-1 find no room
  1  us-east-1 failing; 765 rps have no place. Decide 1-2 by 22:18:36 UTC; else I do 1.
     What: us-east-1 is failing and 765 rps of its users have no place. I need a person by 22:18:36 UTC.
     Users: At worst 41 % of the requests it serves are hurt beyond the usual; 800 rps are there now, 40 % of them failing.
     Why: checkout: 41.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: 5 % first, a look at the receivers, then double: 22 % is out, to ca-central-1 46 % (85 % full), eu-west-1 30 % (85 % full), ap-south-1 23 % (85 % full), us-east-2 1 % (85 % full). us-east-2, ca-central-1, eu-west-1 and ap-south-1 can't grow.
     Not doing: EDITOR stays: its only writer is in us-east-1. I go back only after proof of health, a canary first.
     You need to: choose by 22:18:36 UTC: [1] leave them in us-east-1 [2] fill receivers to 95 % for 30 min (85 % is what the guards allow; never proven). No answer: I do 1

# Nobody answers for five minutes: the stated default is what happens.
tick 300
incidents
----
43.75s  scale us-east-2 to 1600
43.75s  scale ca-central-1 to 722
43.75s  [receiver-not-ready] 214 rps of us-east-1 wait for receivers that are not ready
44.75s  scale eu-west-1 to 2000
45.25s  scale ap-south-1 to 1500
60.00s  us-east-1 not healthy; 3520 rps; fullest 85 %; us-east-1 draining; 1 open question
74.50s  scale us-east-2 to 1600
74.50s  scale ca-central-1 to 722
75.50s  scale eu-west-1 to 2000
76.00s  scale ap-south-1 to 1500
77.00s  [no-room] 765 rps of us-east-1 find no room
105.25s scale us-east-2 to 1600
105.25s scale ca-central-1 to 722
105.25s [receiver-not-ready] 214 rps of us-east-1 wait for receivers that are not ready
106.25s scale eu-west-1 to 2000
106.75s scale ap-south-1 to 1500
120.00s us-east-1 not healthy; 3520 rps; fullest 85 %; us-east-1 draining; 1 open question
136.00s scale us-east-2 to 1600
136.00s scale ca-central-1 to 722
137.00s scale eu-west-1 to 2000
137.50s scale ap-south-1 to 1500
138.00s [no-room] 765 rps of us-east-1 find no room
166.75s scale us-east-2 to 1600
166.75s scale ca-central-1 to 722
166.75s [receiver-not-ready] 214 rps of us-east-1 wait for receivers that are not ready
167.75s scale eu-west-1 to 2000
168.25s scale ap-south-1 to 1500
180.00s us-east-1 not healthy; 3520 rps; fullest 85 %; us-east-1 draining; 1 open question
197.50s scale us-east-2 to 1600
197.50s scale ca-central-1 to 722
198.00s [no-room] 765 rps of us-east-1 find no room
198.50s scale eu-west-1 to 2000
199.00s scale ap-south-1 to 1500
228.25s scale us-east-2 to 1600
228.25s scale ca-central-1 to 722
228.25s [receiver-not-ready] 214 rps of us-east-1 wait for receivers that are not ready
229.25s scale eu-west-1 to 2000
229.75s scale ap-south-1 to 1500
240.00s us-east-1 not healthy; 3520 rps; fullest 85 %; us-east-1 draining; 1 open question
258.00s [no-room] 765 rps of us-east-1 find no room
259.00s scale us-east-2 to 1600
259.00s scale ca-central-1 to 722
260.00s scale eu-west-1 to 2000
260.50s scale ap-south-1 to 1500
289.75s scale us-east-2 to 1600
289.75s scale ca-central-1 to 722
289.75s [receiver-not-ready] 214 rps of us-east-1 wait for receivers that are not ready
290.75s scale eu-west-1 to 2000
291.25s scale ap-south-1 to 1500
300.00s us-east-1 not healthy; 3520 rps; fullest 85 %; us-east-1 draining; 1 open question
316.00s nobody answered: [1] leave them in us-east-1
318.00s [no-room] 765 rps of us-east-1 find no room
320.50s scale us-east-2 to 1600
320.50s scale ca-central-1 to 722
321.50s scale eu-west-1 to 2000
322.00s scale ap-south-1 to 1500
  1  us-east-1 failing; 765 rps have no place. You need to get them room: us-east-2, ca-central-1, eu-west-1 and ap-south-1 can't grow.
     What: us-east-1 is failing and 765 rps of its users have no place. They stay there.
     Users: At worst 41 % of the requests it serves are hurt beyond the usual; 800 rps are there now, 40 % of them failing.
     Why: checkout: 41.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: 5 % first, a look at the receivers, then double: 22 % is out, to ca-central-1 46 % (85 % full), eu-west-1 30 % (85 % full), ap-south-1 23 % (85 % full), us-east-2 1 % (85 % full). us-east-2, ca-central-1, eu-west-1 and ap-south-1 can't grow.
     Not doing: EDITOR stays: its only writer is in us-east-1. I go back only after proof of health, a canary first.
     You need to: get them room: us-east-2, ca-central-1, eu-west-1 and ap-south-1 can't grow
