# A receiver that worsens gives its last chunk back, and the plan goes round it.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 3
says us-east-2 shaky 12 disk queue=400
tick 12
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
6.00s   us-east-2: healthy -> shaky  12.0 nats of 20.0  cause: disk 92 %
6.00s   us-east-2 says it is ready for 1600 rps and takes 900: I plan with those
        . look what its new machines wait for
6.00s   us-east-2 worsened: it turned shaky. Its last chunk of us-east-1 goes back; I go round it for 2 min
6.00s   scale ca-central-1 to 1355
6.00s   us-east-1: 17 % out
6.00s   table 5: us-east-1 -> ca-central-1 1 rps; us-east-2 -> ca-central-1 43 rps; us-east-2 -> us-east-1 27 rps
6.00s   [receiver-not-ready] 60 rps of us-east-1 wait for receivers that are not ready
7.00s   us-east-1: 25 % out
7.00s   table 6: us-east-1 -> ca-central-1 78 rps
8.00s   us-east-1: 43 % out
8.00s   table 7: us-east-1 -> ca-central-1 156 rps
9.00s   us-east-1: 82 % out
9.00s   table 8: us-east-1 -> ca-central-1 344 rps
10.00s  us-east-1: 99.4 % out
10.00s  table 9: us-east-1 -> ca-central-1 159 rps
11.00s  [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait

loads
----
  us-east-1 36 rps of 1200 ready
  us-east-2 763 rps of 1600 ready
  ca-central-1 1113 rps of 1355 ready
  eu-west-1 792 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
