# Who asks the conditions answers no more while a location is left: each wave waits for it a second and a half, and goes on with what was known.
world conditions=tls
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 500 rps, ready 1500, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
  us-west-2 300 rps, ready 1500, up to 2500, at 60
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

condition tls everywhere silent
tick 8
says us-east-1 failing 21.6 dynamodb
tick 20
loads
----
11.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
11.00s  scale us-east-2 to 1680
11.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 1500 -> 1680 first
        . EDITOR stays: its only writer is in us-east-1
11.00s  asks us-east-2
11.00s  scale us-east-1 to 1200
11.00s  [asks-first] us-east-1 asks us-east-2 again first, for at most 1.5 s
12.50s  us-east-1: 4.9 % out
12.50s  table 2: us-east-1 -> us-east-2 45 rps
14.00s  us-east-1: 9.9 % out
14.00s  table 3: us-east-1 -> us-east-2 45 rps
14.00s  [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
15.00s  us-east-1: 20 % out
15.00s  table 4: us-east-1 -> us-east-2 88 rps
16.00s  asks us-east-2
17.50s  us-east-1: 40 % out
17.50s  table 5: us-east-1 -> us-east-2 178 rps
19.00s  us-east-1: 67 % out
19.00s  table 6: us-east-1 -> us-east-2 240 rps
20.00s  [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
30.50s  tls bars nobody: it can't be told in 4 of 4 locations (nobody answers for it). What is so everywhere is no reason to choose one place over another
        . look at tls, and at who asks for it
  us-east-1 316 rps of 1200 ready
  us-east-2 1090 rps of 1680 ready
  ca-central 297 rps of 1000 ready
  us-west-2 297 rps of 1500 ready
