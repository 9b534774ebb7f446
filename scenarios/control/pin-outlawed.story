# Law forbids from now on what a pin says: the pin is dropped with a word, and its users leave as law says.
world
  us-east-1 900 rps, ready 1800, up to 2000, at 0
  us-east-2 400 rps, ready 800, up to 1600, at 11
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  users of lyon, 100 rps, at 12
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann pin zone lyon ca-central-1
tick 40
status
forbids lyon ca-central-1
tick 20
status
served lyon
----
3.00s   ann: zone lyon is pinned to ca-central-1
3.00s   ca-central-1 gets the users of zone lyon, who are pinned to it: 5 % first, a look of 5 s, then double
3.00s   ca-central-1: 5 % of who belongs there by order is there
3.00s   table 2: us-east-2 -> ca-central-1 5 rps
8.00s   ca-central-1: 10 % of who belongs there by order is there
8.00s   table 3: us-east-2 -> ca-central-1 5 rps
13.00s  ca-central-1: 20 % of who belongs there by order is there
13.00s  table 4: us-east-2 -> ca-central-1 10 rps
18.00s  ca-central-1: 41 % of who belongs there by order is there
18.00s  table 5: us-east-2 -> ca-central-1 20 rps
23.00s  ca-central-1: 81 % of who belongs there by order is there
23.00s  table 6: us-east-2 -> ca-central-1 40 rps
28.00s  ca-central-1: 100 % of who belongs there by order is there
28.00s  table 7: us-east-2 -> ca-central-1 19 rps
33.00s  ca-central-1 serves the users of zone lyon, who are pinned to it
33.00s  table 8: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  zone lyon is pinned to ca-central-1 by ann: all of it is there
43.00s  [homes-outdated] homes are planned once more, for the table does not keep the new rules: assignment.internal.lyon: ca-central-1 is forbidden for lyon
43.00s  PUBLIC, INTERNAL of lyon may not be where they are by law, and get another home
43.00s  zone lyon is pinned to ca-central-1 no more: by the rules of now they may not be served there (law)
43.00s  table 9: ca-central-1 -> us-east-2 99 rps
43.00s  [home-settled] homes are planned once more: what did not fit its home, or may not be there, has another
60.00s  all 3 locations healthy; 1700 rps; fullest 62 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  lyon at us-east-1 1 rps
  lyon at us-east-2 99 rps
