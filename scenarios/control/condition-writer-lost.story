# The writer's location is lost: its class stays, and a person who would move the writer learns which copy is the least behind and what is at risk.
world conditions=replica-lag:editor
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 500 rps, ready 1500, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

condition replica-lag us-east-2 holds behind=2.5
condition replica-lag ca-central holds behind=0.4
tick 12
lost us-east-1
tick 3
----
15.00s  ! us-east-1 is lost: 2 of 3 locations get no answer
15.00s  notice: us-east-1 is lost, seen by 2, table 1
15.00s  ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 87 %, ca-central 13 %
        . EDITOR stays: its only writer is in us-east-1. Moving it is a person's step: the copy in ca-central is 0.4 s behind, so the writes of at most 7 requests are at risk
15.00s  us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
15.00s  table 2: us-east-1 -> ca-central 113 rps; us-east-1 -> us-east-2 778 rps
