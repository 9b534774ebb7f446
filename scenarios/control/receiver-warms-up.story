# A newcomer's caches are cold: what has just become ready counts by how long it has been ready, so waves go as fast as it warms, not as it grows.
world slow-start=20 share-per-minute=1
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 300 rps, ready 400, up to 1600, at 11
  ca-central-1 300 rps, ready 400, up to 1500, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 12
room
loads
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1440
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 400 -> 1440 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.7 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 42 rps
4.00s   us-east-1: 4.8 % out
4.00s   table 3: us-east-1 -> us-east-2 1 rps
4.00s   [receiver-not-ready] 41 rps of us-east-1 wait for receivers that are not ready
6.00s   us-east-1: 6.7 % out
6.00s   table 4: us-east-1 -> us-east-2 17 rps
7.00s   us-east-1: 11 % out
7.00s   table 5: us-east-1 -> us-east-2 34 rps
8.00s   us-east-1: 15 % out
8.00s   table 6: us-east-1 -> us-east-2 44 rps
9.00s   us-east-1: 20 % out
9.00s   table 7: us-east-1 -> us-east-2 44 rps
10.00s  us-east-1: 25 % out
10.00s  table 8: us-east-1 -> us-east-2 44 rps
11.00s  us-east-1: 30 % out
11.00s  table 9: us-east-1 -> us-east-2 44 rps
12.00s  us-east-1: 35 % out
12.00s  table 10: us-east-1 -> us-east-2 44 rps
13.00s  us-east-1: 40 % out
13.00s  table 11: us-east-1 -> us-east-2 44 rps
14.00s  us-east-1: 45 % out
14.00s  table 12: us-east-1 -> us-east-2 44 rps
  us-east-1 ready 1200 rps
  us-east-2 ready 824 of 1440 rps: the rest warms up for 12 s
  ca-central-1 ready 400 rps
  us-east-1 503 rps of 1200 ready
  us-east-2 700 rps of 1440 ready
  ca-central-1 297 rps of 400 ready

tick 40
room
loads
----
15.00s  us-east-1: 50 % out
15.00s  table 13: us-east-1 -> us-east-2 44 rps
16.00s  us-east-1: 55 % out
16.00s  table 14: us-east-1 -> us-east-2 44 rps
17.00s  us-east-1: 60 % out
17.00s  table 15: us-east-1 -> us-east-2 44 rps
18.00s  us-east-1: 65 % out
18.00s  table 16: us-east-1 -> us-east-2 44 rps
19.00s  us-east-1: 70 % out
19.00s  table 17: us-east-1 -> us-east-2 44 rps
20.00s  us-east-1: 75 % out
20.00s  table 18: us-east-1 -> us-east-2 44 rps
21.00s  us-east-1: 80 % out
21.00s  table 19: us-east-1 -> us-east-2 44 rps
22.00s  us-east-1: 85 % out
22.00s  table 20: us-east-1 -> us-east-2 44 rps
23.00s  us-east-1: 90 % out
23.00s  table 21: us-east-1 -> us-east-2 44 rps
24.00s  us-east-1: 95 % out
24.00s  table 22: us-east-1 -> us-east-2 44 rps
25.00s  us-east-1: 99.8 % out
25.00s  table 23: us-east-1 -> us-east-2 44 rps
26.00s  us-east-1: 100 % out
26.00s  table 24: us-east-1 -> us-east-2 1 rps
27.00s  us-east-1: done, 100 % out after 24 s; receivers keep what they have grown to
  us-east-1 ready 1200 rps
  us-east-2 ready 1440 rps
  ca-central-1 ready 400 rps
  us-east-1 15 rps of 1200 ready
  us-east-2 1188 rps of 1440 ready
  ca-central-1 297 rps of 400 ready

restart
----
  the replayed state is the same, byte for byte
