# Who is forced up and dies is not left by itself: neither by a table nor by servers. Auto lets it go at once.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann force us-east-1 up
lost us-east-1
tick 10
status
contingencies
----
3.00s   ann: us-east-1 is forced up: none of its users is moved out by itself, and what it has no room for is refused
3.00s   table 2: same places
3.00s   ! us-east-1 is lost: 3 of 4 locations get no answer
3.00s   ! us-east-1 is lost and its users stay with it: us-east-1 is forced up by ann: nobody is moved out by itself
        . `houston force us-east-1 auto` lets me move them
3.00s   [forced-up] us-east-1 is lost, and nothing moves: us-east-1 is forced up by ann: nobody is moved out by itself
5.00s   table 3: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 is FORCED up by ann; measured: failing since 3s, 30.0 of 18.7 nats. `houston force us-east-1 auto` ends it.
  ca-central-1, eu-west-1, us-east-2

order ann force us-east-1 auto
tick 5
status
----
13.00s  ann: us-east-1 is forced up no more: what is measured counts
13.00s  scale us-east-2 to 1600
13.00s  scale ca-central-1 to 632
13.00s  ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; growing us-east-2 900 -> 1648, ca-central-1 500 -> 631
        . EDITOR stays: its only writer is in us-east-1
13.00s  us-east-1: 22 % out
13.00s  table 4: us-east-1 -> ca-central-1 128 rps; us-east-1 -> us-east-2 70 rps
13.00s  [receiver-not-ready] 693 rps of us-east-1 wait for receivers that are not ready
15.00s  us-east-1: 71 % out
15.00s  table 5: us-east-1 -> ca-central-1 95 rps; us-east-1 -> us-east-2 341 rps
16.00s  us-east-1: 100 % out
16.00s  table 6: us-east-1 -> ca-central-1 3 rps; us-east-1 -> us-east-2 254 rps
16.25s  us-east-1: done, 100 % out after 3 s; receivers keep what they have grown to
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
