# Its own autoscaler sees no load in a location that was left, and shrinks it: what it had ready is asked for again until its users are back.
world restore=person share-per-minute=1
  us-east-1 600 rps, ready 900, up to 2000, at 0
  us-east-2 300 rps, ready 1000, up to 1600, at 11
  ca-central-1 200 rps, ready 900, up to 1500, at 14
  eu-west-1 300 rps, ready 500, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 12
loads
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1080
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 1000 -> 1080 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 900
3.00s   table 2: us-east-1 -> us-east-2 30 rps
4.00s   us-east-1: 9.9 % out
4.00s   table 3: us-east-1 -> us-east-2 30 rps
4.00s   [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 20 % out
5.00s   table 4: us-east-1 -> us-east-2 59 rps
6.00s   us-east-1: 40 % out
6.00s   table 5: us-east-1 -> us-east-2 118 rps
7.00s   us-east-1: 80 % out
7.00s   table 6: us-east-1 -> us-east-2 237 rps
8.00s   us-east-1: 100 % out
8.00s   table 7: us-east-1 -> us-east-2 121 rps
9.00s   us-east-1: done, 100 % out after 6 s; receivers keep what they have grown to
  us-east-1 14 rps of 900 ready
  us-east-2 891 rps of 1080 ready
  ca-central-1 198 rps of 900 ready
  eu-west-1 297 rps of 500 ready

ready us-east-1 100
tick 30
loads
----
  us-east-1 14 rps of 100 ready
  us-east-2 891 rps of 1080 ready
  ca-central-1 198 rps of 900 ready
  eu-west-1 297 rps of 500 ready

# Well again, and nobody says that its users may go back: it still has room for them.
says us-east-1 healthy
tick 60
loads
----
45.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
55.00s  ! us-east-1 is healthy again. Move its users back?
        . choose within 5 min: [1] move back, canary first [2] leave them where they are. No answer: I do 2
        ? question-21-s44wfr
60.00s  all 4 locations healthy; 1400 rps; fullest 83 %; us-east-1 evacuated; 1 open question
63.00s  scale us-east-1 to 900
  us-east-1 14 rps of 900 ready
  us-east-2 891 rps of 1080 ready
  ca-central-1 198 rps of 900 ready
  eu-west-1 297 rps of 500 ready

order alice restore us-east-1
tick 60
status
loads
----
105.00s alice: us-east-1 gets its users back
105.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
105.00s us-east-1: 5 % of those who had left are back
105.00s table 8: us-east-2 -> us-east-1 30 rps
110.00s us-east-1: 10 % of those who had left are back
110.00s table 9: us-east-2 -> us-east-1 30 rps
115.00s us-east-1: 20 % of those who had left are back
115.00s table 10: us-east-2 -> us-east-1 60 rps
120.00s us-east-1: 41 % of those who had left are back
120.00s table 11: us-east-2 -> us-east-1 121 rps
120.00s all 4 locations healthy; 1400 rps; fullest 71 %; us-east-1 restoring; 1 open question
125.00s us-east-1: 64 % of those who had left are back
125.00s table 12: us-east-2 -> us-east-1 140 rps
130.00s us-east-1: 88 % of those who had left are back
130.00s table 13: us-east-2 -> us-east-1 140 rps
135.00s us-east-1: 100 % of those who had left are back
135.00s table 14: us-east-2 -> us-east-1 73 rps
140.00s us-east-1 serves its own users again
140.00s scale us-east-2 to 1000
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 608 rps of 900 ready
  us-east-2 297 rps of 1000 ready
  ca-central-1 198 rps of 900 ready
  eu-west-1 297 rps of 500 ready

# Its users are back: now its own autoscaler may do as it likes.
tick 20
restart
----
180.00s all 4 locations healthy; 1400 rps; fullest 68 %
  the replayed state is the same, byte for byte
