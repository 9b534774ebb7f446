# In the middle of an evacuation the receiver's replica falls behind: asked again before each wave, it gets no more; what it has it keeps.
world conditions=replica-lag
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 500 rps, ready 1500, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
  us-west-2 300 rps, ready 1500, up to 2500, at 60
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 4
loads
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1680
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 1500 -> 1680 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   asks us-east-2
3.00s   scale us-east-1 to 1200
3.00s   [asks-first] us-east-1 asks us-east-2 again first, for at most 1.5 s
3.25s   us-east-1: 4.9 % out
3.25s   table 2: us-east-1 -> us-east-2 45 rps
4.75s   us-east-1: 9.9 % out
4.75s   table 3: us-east-1 -> us-east-2 45 rps
4.75s   [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
6.00s   us-east-1: 20 % out
6.00s   table 4: us-east-1 -> us-east-2 88 rps
  us-east-1 733 rps of 1200 ready
  us-east-2 673 rps of 1680 ready
  ca-central 297 rps of 1000 ready
  us-west-2 297 rps of 1500 ready

condition replica-lag us-east-2 fails behind=42 its data is 42 s behind, and at most 5 s are allowed
tick 12
bars
loads
----
7.00s   us-east-1: 40 % out
7.00s   table 5: us-east-1 -> us-east-2 178 rps
8.00s   asks us-east-2
8.25s   us-east-2 gets no more PUBLIC, EDITOR, INTERNAL, by replica-lag: its data is 42 s behind, and at most 5 s are allowed
8.25s   asks ca-central
8.50s   us-east-1: 45 % out
8.50s   table 6: us-east-1 -> ca-central 45 rps
10.00s  us-east-1: 50 % out
10.00s  table 7: us-east-1 -> ca-central 49 rps
11.00s  us-east-1: 62 % out
11.00s  table 8: us-east-1 -> ca-central 103 rps
12.00s  us-east-1: 67 % out
12.00s  table 9: us-east-1 -> ca-central 47 rps
13.00s  [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
  us-east-2: PUBLIC, EDITOR, INTERNAL, by replica-lag: its data is 42 s behind, and at most 5 s are allowed
  us-east-1 312 rps of 1200 ready
  us-east-2 850 rps of 1680 ready
  ca-central 541 rps of 1000 ready
  us-west-2 297 rps of 1500 ready
