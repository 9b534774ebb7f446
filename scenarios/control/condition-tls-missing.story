# The nearest receiver has no certificate for the shop: nobody is sent there, by plan, canary or contingency, and it is said by name.
world conditions=tls
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 500 rps, ready 1000, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
  us-west-2 300 rps, ready 1500, up to 2500, at 60
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

contingency us-east-1
condition tls us-east-2 fails its certificate is not for shop.example.com
tick 12
bars
contingency us-east-1
----
  at-us-east-1: us-east-2 106, ca-central 150
10.00s  us-east-2 gets no more PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
10.00s  table 2: same places
  us-east-2: PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
  at-us-east-1: ca-central 165, us-west-2 91

says us-east-1 failing 21.6 dynamodb
tick 14
loads
----
15.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
15.00s  scale ca-central to 1440
15.00s  PUBLIC, INTERNAL traffic of us-east-1 -> ca-central 100 %; grow ca-central 1000 -> 1440 first
        . EDITOR stays: its only writer is in us-east-1
15.00s  asks ca-central
15.00s  scale us-east-1 to 1200
15.00s  table 3: same places
15.00s  [asks-first] us-east-1 asks ca-central again first, for at most 1.5 s
15.25s  us-east-1: 4.9 % out
15.25s  table 4: us-east-1 -> ca-central 45 rps
16.75s  us-east-1: 9.9 % out
16.75s  table 5: us-east-1 -> ca-central 45 rps
16.75s  [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
18.00s  us-east-1: 20 % out
18.00s  table 6: us-east-1 -> ca-central 88 rps
19.00s  us-east-1: 40 % out
19.00s  table 7: us-east-1 -> ca-central 178 rps
20.00s  us-east-1: 67 % out
20.00s  table 8: us-east-1 -> ca-central 240 rps
21.00s  [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
  us-east-1 316 rps of 1200 ready
  us-east-2 495 rps of 1000 ready
  ca-central 892 rps of 1440 ready
  us-west-2 297 rps of 1500 ready

# Mended: it may be given traffic again, and contingencies know it.
condition tls us-east-2 holds
tick 14
bars
contingency us-west-2
restart
----
30.00s  tls keeps nobody from us-east-2 any more
30.00s  table 9: same places
  none
  at-us-west-2: ca-central 256
  the replayed state is the same, byte for byte
