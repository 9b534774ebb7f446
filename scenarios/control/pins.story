# A zone is pinned: its users come by steps, into room that is ready, and are shown.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  users of lyon, 200 rps, at 78
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann pin zone lyon ca-central-1 for=900
tick 90
status
----
3.00s   ann: zone lyon is pinned to ca-central-1 for 15 min
3.00s   ca-central-1 gets the users of zone lyon, who are pinned to it: 5 % first, a look of 5 s, then double
3.00s   scale ca-central-1 to 600
3.00s   ca-central-1: 5.2 % of who belongs there by order is there
3.00s   table 2: eu-west-1 -> ca-central-1 7 rps
8.00s   ca-central-1: 10 % of who belongs there by order is there
8.00s   table 3: eu-west-1 -> ca-central-1 7 rps
13.00s  ca-central-1: 21 % of who belongs there by order is there
13.00s  table 4: eu-west-1 -> ca-central-1 15 rps
18.00s  ca-central-1: 42 % of who belongs there by order is there
18.00s  table 5: eu-west-1 -> ca-central-1 30 rps
23.00s  ca-central-1: 83 % of who belongs there by order is there
23.00s  table 6: eu-west-1 -> ca-central-1 59 rps
28.00s  ca-central-1: 100 % of who belongs there by order is there
28.00s  table 7: eu-west-1 -> ca-central-1 24 rps
33.00s  ca-central-1 serves the users of zone lyon, who are pinned to it
33.00s  table 8: same places
60.00s  all 4 locations healthy; 2900 rps; fullest 83 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  zone lyon is pinned to ca-central-1 by ann until 903s: all of it is there

# What is not there, or has no room for them, is refused with a reason.
order ann pin zone nowhere ca-central-1
order ann pin zone at-us-east-1 us-east-2
order ann pin tenant www.tenant.example us-east-2
tick 60
status
----
93.00s  refused: ann: there is no zone nowhere
        . zones: at-us-east-1, at-us-east-2, at-ca-central-1, at-eu-west-1, lyon
93.00s  refused: ann: us-east-2 would serve 1584 rps with zone at-us-east-1, and 1360 is the most that a plan may give it when it has grown
        . pin a smaller zone, or one tenant
93.00s  ann: tenant www.tenant.example is pinned to us-east-2, with all of PUBLIC bucket 188
93.00s  us-east-2 gets the users of tenant www.tenant.example, who are pinned to it: 5 % first, a look of 5 s, then double
93.00s  table 9: same places
94.00s  us-east-2: 100 % of who belongs there by order is there
94.00s  table 10: ca-central-1 -> us-east-2 2 rps; eu-west-1 -> us-east-2 3 rps; us-east-1 -> us-east-2 3 rps
99.00s  us-east-2 serves the users of tenant www.tenant.example, who are pinned to it
99.00s  table 11: same places
120.00s all 4 locations healthy; 2900 rps; fullest 82 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  zone lyon is pinned to ca-central-1 by ann until 903s: all of it is there
  tenant www.tenant.example is pinned to us-east-2 by ann: all of it is there

# The place that they are pinned to dies: they are moved all the same, that is said, and they come back to it.
lost ca-central-1
tick 10
status
found ca-central-1
tick 120
status
----
153.00s ! ca-central-1 is lost: 3 of 4 locations get no answer
153.00s notice: ca-central-1 is lost, seen by 3, table 11
153.00s scale us-east-2 to 1084
153.00s scale eu-west-1 to 1195
153.00s ! PUBLIC, INTERNAL traffic of ca-central-1 -> eu-west-1 40 %, us-east-2 39 %, us-east-1 21 %; growing us-east-2 900 -> 1083, eu-west-1 1100 -> 1195
        . EDITOR stays: its only writer is in us-east-1
153.00s table 12: ca-central-1 -> eu-west-1 146 rps; ca-central-1 -> us-east-1 103 rps; ca-central-1 -> us-east-2 64 rps
153.00s [receiver-not-ready] 180 rps of ca-central-1 wait for receivers that are not ready
153.25s zone lyon is pinned to ca-central-1 by ann, and is moved all the same: it is lost
155.00s ca-central-1: 100 % out
155.00s table 13: ca-central-1 -> eu-west-1 51 rps; ca-central-1 -> us-east-2 129 rps
155.25s ca-central-1: done, 100 % out after 2 s; receivers keep what they have grown to
  us-east-1 serving
  us-east-2 serving
  ca-central-1 evacuated, 100 % elsewhere
  eu-west-1 serving
  zone lyon is pinned to ca-central-1 by ann until 903s: 0 % of it is there
  tenant www.tenant.example is pinned to us-east-2 by ann: all of it is there
163.00s ca-central-1 answers again; its users stay away until it has proved its health
163.00s ca-central-1: failing -> healthy  0.0 nats of 20.0
163.00s scale ca-central-1 to 600
173.00s ca-central-1 gets its users back: 5 % first, a look of 5 s, then double
173.00s ca-central-1: 5 % of those who had left are back
173.00s table 14: eu-west-1 -> ca-central-1 10 rps; us-east-2 -> ca-central-1 15 rps
178.00s ca-central-1: 10 % of those who had left are back
178.00s table 15: eu-west-1 -> ca-central-1 10 rps; us-east-2 -> ca-central-1 15 rps
180.00s all 4 locations healthy; 2900 rps; fullest 85 %; ca-central-1 restoring
183.00s ca-central-1: 20 % of those who had left are back
183.00s table 16: eu-west-1 -> ca-central-1 20 rps; us-east-2 -> ca-central-1 30 rps
188.00s ca-central-1: 41 % of those who had left are back
188.00s table 17: eu-west-1 -> ca-central-1 40 rps; us-east-1 -> ca-central-1 1 rps; us-east-2 -> ca-central-1 60 rps
193.00s ca-central-1: 82 % of those who had left are back
193.00s table 18: eu-west-1 -> ca-central-1 80 rps; us-east-1 -> ca-central-1 99 rps; us-east-2 -> ca-central-1 22 rps
198.00s ca-central-1: 100 % of those who had left are back
198.00s table 19: eu-west-1 -> ca-central-1 36 rps; us-east-1 -> ca-central-1 3 rps; us-east-2 -> ca-central-1 51 rps
203.00s ca-central-1 serves its own users again
203.00s table 20: same places
213.25s scale us-east-2 to 1079
240.00s all 4 locations healthy; 2900 rps; fullest 82 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  zone lyon is pinned to ca-central-1 by ann until 903s: all of it is there
  tenant www.tenant.example is pinned to us-east-2 by ann: all of it is there

order ann unpin zone lyon
order ann unpin zone lyon
tick 120
status
restart
----
283.00s ann: zone lyon is pinned to ca-central-1 no more, and goes where it is planned
283.00s eu-west-1 gets the users of zone lyon, who are pinned elsewhere no more: 5 % first, a look of 5 s, then double
283.00s eu-west-1: 5 % of who belongs there by order is there
283.00s table 21: ca-central-1 -> eu-west-1 10 rps
283.00s refused: ann: zone lyon is not pinned
        . pinned are tenant www.tenant.example
288.00s eu-west-1: 10 % of who belongs there by order is there
288.00s table 22: ca-central-1 -> eu-west-1 10 rps
293.00s eu-west-1: 20 % of who belongs there by order is there
293.00s table 23: ca-central-1 -> eu-west-1 20 rps
298.00s eu-west-1: 41 % of who belongs there by order is there
298.00s table 24: ca-central-1 -> eu-west-1 40 rps
300.00s all 4 locations healthy; 2900 rps; fullest 76 %; eu-west-1 restoring
303.00s eu-west-1: 82 % of who belongs there by order is there
303.00s table 25: ca-central-1 -> eu-west-1 80 rps
308.00s eu-west-1: 100 % of who belongs there by order is there
308.00s table 26: ca-central-1 -> eu-west-1 36 rps
313.00s eu-west-1 serves the users of zone lyon, who are pinned elsewhere no more
313.00s table 27: same places
360.00s all 4 locations healthy; 2900 rps; fullest 83 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  tenant www.tenant.example is pinned to us-east-2 by ann: all of it is there
  the replayed state is the same, byte for byte
