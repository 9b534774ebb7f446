# Nobody of lyon is left on the way to eu-central-1 who could tell how it is. After five minutes a few go back to see: it is still bad, and
# they leave again. Who is well where they are is not hurried.
world
  eu-west-1 800 rps, ready 1500, up to 2000, at 0
  eu-central-1 600 rps, ready 1100, up to 1800, at 20
  us-east-1 900 rps, ready 1500, up to 2000, at 80
  ap-south-1 500 rps, ready 900, up to 1500, at 180
  users of lyon, 200 rps, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

tick 10
path lyon eu-central-1 60%
tick 310
----
13.00s  eu-central-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
13.00s  users of lyon at eu-central-1: path; PUBLIC, INTERNAL moved to eu-west-1 100 % (8 ms further)
        . all other users of eu-central-1 stay: they are well; EDITOR stays: its only writer is in eu-west-1
13.00s  eu-central-1: 4.9 % out
13.00s  scale eu-central-1 to 1100
13.00s  table 2: eu-central-1 -> eu-west-1 10 rps
13.00s  [move-zones] users of lyon out of eu-central-1: 60 % of their requests fail on the way, 24.0 nats of 20.0 (no promise: without a day of its own past): they are moved, canary first
14.00s  eu-central-1: 9.9 % out
14.00s  table 3: eu-central-1 -> eu-west-1 10 rps
14.00s  [receiver-not-ready] 0 rps of eu-central-1 wait for receivers that are not ready
15.00s  eu-central-1: 20 % out
15.00s  table 4: eu-central-1 -> eu-west-1 20 rps
16.00s  eu-central-1: 40 % out
16.00s  table 5: eu-central-1 -> eu-west-1 39 rps
17.00s  eu-central-1: 80 % out
17.00s  table 6: eu-central-1 -> eu-west-1 79 rps
18.00s  eu-central-1: 100 % out
18.00s  table 7: eu-central-1 -> eu-west-1 40 rps
19.00s  eu-central-1: failing -> healthy  0.0 nats of 20.0
19.00s  eu-central-1: done, 100 % of users of lyon out after 6 s; receivers keep what they have grown to
60.00s  all 4 locations healthy; 3000 rps; fullest 68 %
120.00s all 4 locations healthy; 3000 rps; fullest 68 %
180.00s all 4 locations healthy; 3000 rps; fullest 68 %
240.00s all 4 locations healthy; 3000 rps; fullest 68 %
300.00s all 4 locations healthy; 3000 rps; fullest 68 %
319.00s eu-central-1 gets users of lyon back: 5 % first, a look of 5 s, then double
319.00s eu-central-1: 5 % of those who had left are back
319.00s table 8: eu-west-1 -> eu-central-1 10 rps
320.00s eu-central-1: healthy -> failing  24.0 nats of 20.0  cause: users:lyon 92 %  scope: path
320.00s eu-central-1 does not bear its users (they are hurt on their way again): they go out again; I try again in 5 min at the earliest
320.00s eu-central-1: done, 100 % of users of lyon out after 5 min; receivers keep what they have grown to
320.00s table 9: eu-central-1 -> eu-west-1 10 rps
321.00s eu-central-1: failing -> healthy  0.0 nats of 20.0

served lyon
status
----
  lyon at eu-west-1 200 rps
  eu-west-1 serving
  eu-central-1 serving, 25 % elsewhere
  us-east-1 serving
  ap-south-1 serving

# By then it is mended: they stay, and the others follow.
path lyon eu-central-1 0%
tick 340
----
360.00s all 4 locations healthy; 3000 rps; fullest 68 %
420.00s all 4 locations healthy; 3000 rps; fullest 68 %
480.00s all 4 locations healthy; 3000 rps; fullest 68 %
540.00s all 4 locations healthy; 3000 rps; fullest 68 %
600.00s all 4 locations healthy; 3000 rps; fullest 68 %
620.00s eu-central-1 gets users of lyon back: 5 % first, a look of 5 s, then double
620.00s eu-central-1: 5 % of those who had left are back
620.00s table 10: eu-west-1 -> eu-central-1 10 rps
625.00s eu-central-1: 10 % of those who had left are back
625.00s table 11: eu-west-1 -> eu-central-1 10 rps
630.00s eu-central-1: 20 % of those who had left are back
630.00s table 12: eu-west-1 -> eu-central-1 20 rps
635.00s eu-central-1: 41 % of those who had left are back
635.00s table 13: eu-west-1 -> eu-central-1 40 rps
640.00s eu-central-1: 81 % of those who had left are back
640.00s table 14: eu-west-1 -> eu-central-1 80 rps
645.00s eu-central-1: 100 % of those who had left are back
645.00s table 15: eu-west-1 -> eu-central-1 37 rps
650.00s eu-central-1 serves users of lyon again
660.00s all 4 locations healthy; 3000 rps; fullest 72 %

served lyon
----
  lyon at eu-central-1 198 rps
  lyon at eu-west-1 2 rps
