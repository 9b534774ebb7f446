# In observe mode it says what it would do, and publishes nothing after the first table.
world mode=observe
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb
tick 5
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   would move PUBLIC, INTERNAL out of us-east-1
        . nothing moves: mode is observe

lost eu-west-1
tick 5
status
----
8.00s   ! eu-west-1 is lost: 4 of 5 locations get no answer
8.00s   would leave eu-west-1 at once: it is lost
        . nothing moves: mode is observe
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
