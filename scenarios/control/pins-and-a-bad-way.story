# A zone is pinned to a place while others of its users are away for a bad way: that those come back makes nobody forget the pin.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1300, up to 2000, at 80
  users of lyon, 120 rps, at 78
  users of nice, 40 rps, at 16
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

path lyon eu-west-1 60%
tick 90
order ann pin zone nice eu-west-1
path lyon eu-west-1 0%
tick 600
status
----
3.00s   eu-west-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
3.00s   scale ca-central-1 to 552
3.00s   users of lyon at eu-west-1: path; PUBLIC, INTERNAL moved to ca-central-1 100 % (62 ms further); grow ca-central-1 500 -> 552 first
        . all other users of eu-west-1 stay: they are well; EDITOR stays: its only writer is in us-east-1
3.00s   eu-west-1: 4.9 % out
3.00s   scale eu-west-1 to 1300
3.00s   table 2: eu-west-1 -> ca-central-1 6 rps
3.00s   [move-zones] users of lyon out of eu-west-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
4.00s   eu-west-1: 9.9 % out
4.00s   table 3: eu-west-1 -> ca-central-1 6 rps
4.00s   [receiver-not-ready] 0 rps of eu-west-1 wait for receivers that are not ready
5.00s   eu-west-1: 20 % out
5.00s   table 4: eu-west-1 -> ca-central-1 12 rps
6.00s   eu-west-1: 40 % out
6.00s   table 5: eu-west-1 -> ca-central-1 24 rps
7.00s   eu-west-1: 80 % out
7.00s   table 6: eu-west-1 -> ca-central-1 47 rps
8.00s   eu-west-1: 100 % out
8.00s   table 7: eu-west-1 -> ca-central-1 24 rps
9.00s   eu-west-1: failing -> healthy  0.0 nats of 20.0
9.00s   eu-west-1: done, 100 % of users of lyon out after 6 s; receivers keep what they have grown to
60.00s  all 4 locations healthy; 2860 rps; fullest 83 %
93.00s  ann: zone nice is pinned to eu-west-1
120.00s all 4 locations healthy; 2860 rps; fullest 83 %
180.00s all 4 locations healthy; 2860 rps; fullest 83 %
240.00s all 4 locations healthy; 2860 rps; fullest 83 %
300.00s all 4 locations healthy; 2860 rps; fullest 83 %
309.00s eu-west-1 gets users of lyon back: 5 % first, a look of 5 s, then double
309.00s eu-west-1: 5 % of those who had left are back
309.00s table 8: ca-central-1 -> eu-west-1 6 rps
314.00s eu-west-1: 10 % of those who had left are back
314.00s table 9: ca-central-1 -> eu-west-1 6 rps
319.00s eu-west-1: 20 % of those who had left are back
319.00s table 10: ca-central-1 -> eu-west-1 12 rps
324.00s eu-west-1: 41 % of those who had left are back
324.00s table 11: ca-central-1 -> eu-west-1 24 rps
329.00s eu-west-1: 81 % of those who had left are back
329.00s table 12: ca-central-1 -> eu-west-1 48 rps
334.00s eu-west-1: 100 % of those who had left are back
334.00s table 13: ca-central-1 -> eu-west-1 22 rps
339.00s eu-west-1 serves users of lyon again
339.25s eu-west-1 gets the users of zone nice, who are pinned to it: 5 % first, a look of 5 s, then double
339.25s eu-west-1: 5 % of who belongs there by order is there
339.25s table 14: ca-central-1 -> eu-west-1 2 rps
344.25s eu-west-1: 10 % of who belongs there by order is there
344.25s table 15: ca-central-1 -> eu-west-1 2 rps
349.25s eu-west-1: 20 % of who belongs there by order is there
349.25s table 16: ca-central-1 -> eu-west-1 4 rps
354.25s eu-west-1: 41 % of who belongs there by order is there
354.25s table 17: ca-central-1 -> eu-west-1 8 rps
359.25s eu-west-1: 81 % of who belongs there by order is there
359.25s table 18: ca-central-1 -> eu-west-1 16 rps
360.00s all 4 locations healthy; 2860 rps; fullest 77 %; eu-west-1 restoring
364.25s eu-west-1: 100 % of who belongs there by order is there
364.25s table 19: ca-central-1 -> eu-west-1 7 rps
369.25s eu-west-1 serves the users of zone nice, who are pinned to it
369.25s table 20: same places
420.00s all 4 locations healthy; 2860 rps; fullest 77 %
480.00s all 4 locations healthy; 2860 rps; fullest 77 %
540.00s all 4 locations healthy; 2860 rps; fullest 77 %
600.00s all 4 locations healthy; 2860 rps; fullest 77 %
660.00s all 4 locations healthy; 2860 rps; fullest 77 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  zone nice is pinned to eu-west-1 by ann: all of it is there
