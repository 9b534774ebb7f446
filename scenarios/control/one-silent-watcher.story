# One node is cut off: its location goes on serving, and nothing moves.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 30 cart cutoff=yes
tick 10
----
3.00s   us-east-1: healthy -> shaky  30.0 nats of 20.0  cause: cart 92 %  scope: watcher
3.00s   [watcher] what us-east-1 says is not used: the watcher is the suspect

silent us-east-1
tick 10
status
----
16.25s  table 2: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
