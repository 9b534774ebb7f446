# A hold stops everything automatic within a tick and takes the contingencies out of the table; release goes on.
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
tick 2.5
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

order alice hold
tick 20
contingencies
status
----
5.50s   alice: hold: nothing moves by itself until release
5.50s   table 5: same places
5.50s   [held] held by alice: nothing moves by itself
  none
  us-east-1 draining, 19 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
  held by alice

order alice release
tick 10
status
----
25.50s  alice: released the hold of alice
25.50s  us-east-1: 39 % out
25.50s  table 6: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 140 rps
27.00s  us-east-1: 78 % out
27.00s  table 7: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 281 rps
28.00s  us-east-1: 100 % out
28.00s  table 8: us-east-1 -> ca-central-1 91 rps; us-east-1 -> us-east-2 104 rps
29.00s  us-east-1: done, 100 % out after 26 s; receivers keep what they have grown to
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
