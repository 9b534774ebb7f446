# A scaler says yes, and nothing comes of it: after half a minute the plan goes round who was to grow, to others who are ready or do grow.
world share-per-minute=1
  us-east-1 600 rps, ready 900, up to 2000, at 0
  us-east-2 300 rps, ready 400, up to 1600, at 11
  ca-central-1 200 rps, ready 400, up to 1500, at 14
  eu-west-1 300 rps, ready 500, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

stuck us-east-2
says us-east-1 failing 21.6 dynamodb
tick 25
loads
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1080
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 400 -> 1080 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 900
3.00s   table 2: us-east-1 -> us-east-2 30 rps
4.00s   us-east-1: 7.1 % out
4.00s   table 3: us-east-1 -> us-east-2 13 rps
4.00s   [receiver-not-ready] 18 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 7.2 % out
5.00s   table 4: us-east-1 -> us-east-2 0 rps
8.00s   scale us-east-2 to 1080
13.00s  scale us-east-2 to 1080
18.00s  scale us-east-2 to 1080
23.00s  scale us-east-2 to 1080
  us-east-1 565 rps of 900 ready
  us-east-2 340 rps of 400 ready
  ca-central-1 198 rps of 400 ready
  eu-west-1 297 rps of 500 ready

tick 40
loads
----
28.00s  scale us-east-2 to 1080
33.00s  scale us-east-2 to 1080
33.25s  scale ca-central-1 to 908
33.25s  us-east-1: 12 % out
33.25s  us-east-2 was to grow to 1080 rps and has stood at 400 for 30 s: the plan goes round it
33.25s  table 5: us-east-1 -> ca-central-1 30 rps
34.75s  us-east-1: 17 % out
34.75s  table 6: us-east-1 -> ca-central-1 30 rps
36.00s  us-east-1: 27 % out
36.00s  table 7: us-east-1 -> ca-central-1 59 rps
37.00s  us-east-1: 47 % out
37.00s  table 8: us-east-1 -> ca-central-1 118 rps
38.00s  scale us-east-2 to 1080
38.00s  us-east-1: 91 % out
38.00s  table 9: us-east-1 -> ca-central-1 260 rps
39.00s  us-east-1: 100 % out
39.00s  table 10: us-east-1 -> ca-central-1 54 rps
40.00s  us-east-1: done, 100 % out after 37 s; receivers keep what they have grown to
60.00s  us-east-1 not healthy; 1400 rps; fullest 85 %; us-east-1 evacuated
  us-east-1 14 rps of 900 ready
  us-east-2 340 rps of 400 ready
  ca-central-1 749 rps of 908 ready
  eu-west-1 297 rps of 500 ready

restart
----
  the replayed state is the same, byte for byte
