# Everyone wants 1.4 times as much: who gets full grows, and nothing moves.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

demand 1.4
tick 30
status
----
3.00s   scale us-east-1 to 1521
3.00s   scale us-east-2 to 1142
3.00s   scale us-east-1 to 1989
3.00s   scale us-east-2 to 1493
3.00s   scale eu-west-1 to 1706
3.00s   [grows-instead] us-east-1 is overloaded and grows; nothing is spilled
3.00s   [grows-instead] us-east-2 is overloaded and grows; nothing is spilled
4.00s   scale ap-south-1 to 917
5.00s   scale ap-south-1 to 962
6.00s   scale ap-south-1 to 994
7.00s   scale ap-south-1 to 1015
7.00s   table 2: same places
13.00s  table 3: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
