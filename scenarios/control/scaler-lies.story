# A scaler says that all is ready, and requests queue there: what a receiver shows counts, not what is said of it. Its last chunk goes back, and the plan goes round it.
world share-per-minute=1
  us-east-1 600 rps, ready 900, up to 2000, at 0
  us-east-2 300 rps, ready 400, up to 1600, at 11
  ca-central-1 200 rps, ready 400, up to 1500, at 14
  eu-west-1 300 rps, ready 500, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 6
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
5.00s   us-east-1: 14 % out
5.00s   table 4: us-east-1 -> us-east-2 42 rps
6.00s   us-east-1: 29 % out
6.00s   table 5: us-east-1 -> us-east-2 84 rps
7.00s   us-east-1: 57 % out
7.00s   table 6: us-east-1 -> us-east-2 169 rps
8.00s   us-east-1: 100 % out
8.00s   table 7: us-east-1 -> us-east-2 255 rps
  us-east-1 14 rps of 900 ready
  us-east-2 891 rps of 1080 ready
  ca-central-1 198 rps of 400 ready
  eu-west-1 297 rps of 500 ready

says us-east-2 healthy queue=600 shed=30
tick 20
loads
status
----
9.00s   us-east-2 says it is ready for 1080 rps and takes 891: I plan with those
        . look what its new machines wait for
9.00s   us-east-2 worsened: its requests wait 600 ms, 2 ms before. Its last chunk of us-east-1 goes back; I go round it for 2 min
9.00s   scale ca-central-1 to 550
9.00s   us-east-1: 62 % out
9.00s   table 8: us-east-2 -> ca-central-1 30 rps; us-east-2 -> us-east-1 226 rps
10.00s  us-east-1: 68 % out
10.00s  table 9: us-east-1 -> ca-central-1 33 rps
11.00s  us-east-1: 79 % out
11.00s  table 10: us-east-1 -> ca-central-1 68 rps
12.00s  us-east-1: 100 % out
12.00s  table 11: us-east-1 -> ca-central-1 124 rps
13.00s  us-east-1: done, 100 % out after 10 s; receivers keep what they have grown to
14.00s  us-east-2 is full: 44 rps that it took of us-east-1 go on to whoever has room
14.00s  table 12: us-east-2 -> ca-central-1 14 rps; us-east-2 -> eu-west-1 30 rps
20.00s  us-east-2 is full: 30 rps that it took of us-east-1 go on to whoever has room
20.00s  table 13: us-east-2 -> eu-west-1 30 rps
26.00s  us-east-2 is full: 51 rps that it took of us-east-1 go on to whoever has room
26.00s  table 14: us-east-2 -> eu-west-1 51 rps
  us-east-1 14 rps of 900 ready
  us-east-2 511 rps of 1080 ready
  ca-central-1 467 rps of 550 ready
  eu-west-1 408 rps of 500 ready
  us-east-1 evacuated, 98 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving

restart
----
  the replayed state is the same, byte for byte
