# A lost place is well again while those who took its users have more than they can take, since demand surged and nobody can grow. Its
# canary is looked at as long as ever; then it goes faster, and those come back first who are where it is fullest.
world share-per-minute=1
  us-east-1 600 rps, ready 900, up to 2000, at 0
  us-east-2 300 rps, ready 500, up to 1600, at 11
  ca-central-1 200 rps, ready 500, up to 1500, at 14
  eu-west-1 300 rps, ready 700, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

no-growth us-east-2 ca-central-1 eu-west-1
lost us-east-1
tick 6
demand 1.4
tick 6
loads
----
3.00s   ! us-east-1 is lost: 3 of 4 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 3, table 1
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> eu-west-1 40 %, ca-central-1 38 %, us-east-2 21 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   table 2: us-east-1 -> ca-central-1 227 rps; us-east-1 -> eu-west-1 240 rps; us-east-1 -> us-east-2 127 rps
9.00s   scale us-east-2 to 914
9.00s   scale ca-central-1 to 915
9.00s   scale eu-west-1 to 1158
9.50s   us-east-2 can't grow: quota; I plan with the 500 rps that are ready
9.50s   ca-central-1 can't grow: quota; I plan with the 500 rps that are ready
9.50s   eu-west-1 can't grow: quota; I plan with the 700 rps that are ready
10.00s  [guests-stay] us-east-2 has 485 rps, more than it is ready for, and nobody has room for its guests yet
10.00s  [guests-stay] ca-central-1 has 465 rps, more than it is ready for, and nobody has room for its guests yet
14.00s  table 3: same places
  us-east-1 20 rps of 900 ready
  us-east-2 593 rps of 500 ready
  ca-central-1 594 rps of 500 ready
  eu-west-1 752 rps of 700 ready

found us-east-1
tick 10
loads
----
15.00s  us-east-1 answers again; its users stay away until it has proved its health
15.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
15.00s  scale us-east-1 to 900
15.00s  [guests-stay] eu-west-1 has 675 rps, more than it is ready for, and nobody has room for its guests yet
  us-east-1 20 rps of 900 ready
  us-east-2 593 rps of 500 ready
  ca-central-1 594 rps of 500 ready
  eu-west-1 752 rps of 700 ready

tick 30
loads
status
----
25.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
25.00s  scale us-east-1 to 1026
25.00s  us-east-1: 5 % of those who had left are back
25.00s  table 4: ca-central-1 -> us-east-1 42 rps
30.00s  us-east-1: 10 % of those who had left are back
30.00s  table 5: ca-central-1 -> us-east-1 2 rps; us-east-2 -> us-east-1 41 rps
31.50s  us-east-1: 20 % of those who had left are back
31.50s  table 6: ca-central-1 -> us-east-1 3 rps; us-east-2 -> us-east-1 81 rps
32.00s  ca-central-1 is overloaded: 547 of 425 rps; I spill what neighbours have room for, at most 22 %
        . I don't evacuate it: a flood would only follow. The rest is shed, lowest class first
32.00s  eu-west-1 is overloaded: 752 of 595 rps; I spill what neighbours have room for, at most 21 %
        . I don't evacuate it: a flood would only follow. The rest is shed, lowest class first
32.00s  [no-room] 547 rps of ca-central-1 find no room
32.00s  [no-room] 752 rps of eu-west-1 find no room
33.00s  us-east-1: 41 % of those who had left are back
33.00s  table 7: ca-central-1 -> us-east-1 169 rps
33.25s  ca-central-1: done, 31 % out after 1 s; receivers keep what they have grown to
34.50s  us-east-1: 64 % of those who had left are back
34.50s  table 8: ca-central-1 -> us-east-1 3 rps; eu-west-1 -> us-east-1 193 rps
34.75s  eu-west-1: done, 26 % out after 3 s; receivers keep what they have grown to
39.50s  us-east-1: 88 % of those who had left are back
39.50s  table 9: ca-central-1 -> us-east-1 84 rps; eu-west-1 -> us-east-1 56 rps; us-east-2 -> us-east-1 56 rps
44.50s  us-east-1: 100 % of those who had left are back
44.50s  table 10: ca-central-1 -> us-east-1 15 rps; eu-west-1 -> us-east-1 87 rps
47.00s  ca-central-1 gets its users back: 5 % first, a look of 5 s, then double
47.00s  eu-west-1 gets its users back: 5 % first, a look of 5 s, then double
47.00s  ca-central-1 serves its own users again
47.00s  eu-west-1 serves its own users again
47.00s  table 11: same places
49.50s  us-east-1 serves its own users again
49.50s  table 12: same places
  us-east-1 851 rps of 1026 ready
  us-east-2 416 rps of 500 ready
  ca-central-1 277 rps of 500 ready
  eu-west-1 416 rps of 700 ready
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
