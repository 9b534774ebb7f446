# Servers refuse a table: a person is told why in the servers' own words, and nothing else leaves until it is taken.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

servers refuse foreign-records these records are not Houston's
says us-east-1 failing 21.6 dynamodb
tick 6
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 632
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
3.25s   ! servers refused table 2 (foreign-records): traffic stays as it is
        . mend what it is refused for; it is offered again until it is taken
3.25s   [publish-refused] table 2 was refused: foreign-records: these records are not Houston's
3.75s   table 2 again: same places
5.00s   table 2 again: same places
7.25s   table 2 again: same places

servers take
tick 5
----
9.00s   table 3: same places
9.25s   us-east-1: 9.7 % out
9.25s   table 4: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 40 rps
10.75s  us-east-1: 20 % out
10.75s  table 5: us-east-1 -> ca-central-1 4 rps; us-east-1 -> us-east-2 83 rps
12.00s  us-east-1: 39 % out
12.00s  table 6: us-east-1 -> ca-central-1 7 rps; us-east-1 -> us-east-2 167 rps
13.00s  us-east-1: 78 % out
13.00s  table 7: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 331 rps
