# Nobody answers: what then happens was said with the question, and how long it waits.
world mode=approve unanswered=approve/60
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 5
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   ! May I move PUBLIC, INTERNAL out of us-east-1?
        . choose within 60 s: [1] approve [2] deny. No answer: I do 1
        ? question-4-s44web

tick 58
----
60.00s  us-east-1 not healthy; 3200 rps; fullest 77 %; 1 open question
63.00s  nobody answered: [1] approve
63.00s  scale us-east-2 to 1600
63.00s  scale ca-central-1 to 632
63.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
63.00s  us-east-1: 4.8 % out
63.00s  scale us-east-1 to 1200
63.00s  table 2: us-east-1 -> us-east-2 43 rps
64.00s  us-east-1: 9.7 % out
64.00s  table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
65.00s  us-east-1: 20 % out
65.00s  table 4: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 70 rps
