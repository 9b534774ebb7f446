# A receiver has nothing ready any more in the middle of an evacuation, and then a location that serves users has nothing: nobody is divided by zero.
world share-per-minute=1
  us-east-1 600 rps, ready 900, up to 2000, at 0
  us-east-2 0 rps, ready 1000, up to 1600, at 11
  ca-central-1 200 rps, ready 500, up to 1500, at 14
  eu-west-1 300 rps, ready 900, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 2
no-growth us-east-2
ready us-east-2 0
tick 30
loads
status
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 900
3.00s   table 2: us-east-1 -> us-east-2 30 rps
4.00s   us-east-1: 9.9 % out
4.00s   table 3: us-east-1 -> us-east-2 30 rps
4.00s   [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-2 worsened: it sheds 59 requests a second, 0 before. Its last chunk of us-east-1 goes back; I go round it for 2 min
5.00s   us-east-2 is full: 1 rps that it took of us-east-1 go on to whoever has room
5.00s   scale us-east-2 to 92
5.00s   table 4: us-east-2 -> ca-central-1 1 rps; us-east-2 -> us-east-1 30 rps
5.50s   us-east-2 can't grow: quota; I plan with the 0 rps that are ready
6.00s   scale ca-central-1 to 925
6.00s   us-east-1: 9.9 % out
6.00s   table 5: us-east-1 -> ca-central-1 30 rps
6.00s   [guests-stay] us-east-2 has 29 rps, more than it is ready for, and nobody has room for its guests yet
7.00s   us-east-2 is full: 29 rps that it took of us-east-1 go on to whoever has room
7.00s   table 6: us-east-2 -> ca-central-1 29 rps
8.00s   scale ca-central-1 to 960
8.00s   us-east-1: 20 % out
8.00s   table 7: us-east-1 -> ca-central-1 59 rps
9.00s   us-east-1: 40 % out
9.00s   table 8: us-east-1 -> ca-central-1 118 rps
10.00s  us-east-1: 80 % out
10.00s  table 9: us-east-1 -> ca-central-1 237 rps
11.00s  us-east-1: 100 % out
11.00s  table 10: us-east-1 -> ca-central-1 121 rps
12.00s  us-east-1: done, 100 % out after 9 s; receivers keep what they have grown to
  us-east-1 11 rps of 900 ready
  us-east-2 0 rps of 0 ready
  ca-central-1 792 rps of 960 ready
  eu-west-1 297 rps of 900 ready
  us-east-1 evacuated, 98 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving

no-growth eu-west-1
ready eu-west-1 0
tick 30
loads
status
----
35.00s  scale eu-west-1 to 457
35.50s  eu-west-1 can't grow: quota; I plan with the 0 rps that are ready
35.75s  scale us-east-2 to 1
38.00s  table 11: same places
60.00s  us-east-1 not healthy; 1100 rps; fullest 100 %; us-east-1 evacuated
  us-east-1 11 rps of 900 ready
  us-east-2 0 rps of 0 ready
  ca-central-1 792 rps of 960 ready
  eu-west-1 297 rps of 0 ready
  us-east-1 evacuated, 98 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving

restart
----
  the replayed state is the same, byte for byte
