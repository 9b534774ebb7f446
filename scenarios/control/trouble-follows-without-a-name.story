# No bucket is suspect, yet the receiver sickens of the same cause: what it took goes back, and all moves stop.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 cart
tick 4
says us-east-2 failing 20.5 cart failed=0.2
tick 5
status
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: cart 92 %
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
6.00s   us-east-1: 39 % out
6.00s   table 5: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 140 rps
7.00s   us-east-1: still failing  21.6 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
7.00s   us-east-2: healthy -> failing  20.5 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
7.00s   ! I stop all moves: us-east-2 sickened in us-east-1's way after taking its chunks (it turned failing): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . find what travels with these users; then `houston release`
7.00s   table 6: ca-central-1 -> us-east-1 34 rps; us-east-2 -> us-east-1 281 rps
  us-east-1 draining, 4 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
  stopped

# Both well again for half a minute: a new verdict clears the stop.
says us-east-1 healthy
says us-east-2 healthy
tick 40
status
----
12.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
12.00s  us-east-2: failing -> healthy  0.0 nats of 20.0
42.00s  us-east-1 and us-east-2 are healthy again: I may move again
42.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
42.00s  us-east-1: 1.2 % of those who had left are back
42.00s  table 7: ca-central-1 -> us-east-1 0 rps
47.00s  us-east-1: 12 % of those who had left are back
47.00s  table 8: ca-central-1 -> us-east-1 4 rps
  us-east-1 restoring, 3 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
