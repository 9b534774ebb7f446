# One tenant's requests make sick whoever serves them. Its bucket is named at the sender: it stays, and the others leave.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

poison 3 failing 22 cart suspect=3
tick 30
status
incidents
contingencies
----
3.00s   us-east-1: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 628
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 627 first
        . EDITOR stays: its only writer is in us-east-1; public bucket 3 stays: it holds 80 % of the trouble
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   us-east-1: 9.7 % out
4.00s   table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
5.00s   us-east-1: 20 % out
5.00s   table 4: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 70 rps
6.00s   us-east-1: 39 % out
6.00s   table 5: us-east-1 -> ca-central-1 34 rps; us-east-1 -> us-east-2 140 rps
7.00s   us-east-1: 78 % out
7.00s   table 6: us-east-1 -> ca-central-1 68 rps; us-east-1 -> us-east-2 281 rps
8.00s   us-east-1: 99.6 % out
8.00s   table 7: us-east-1 -> ca-central-1 88 rps; us-east-1 -> us-east-2 104 rps
9.00s   us-east-1: done, 99.6 % out after 6 s; receivers keep what they have grown to
  us-east-1 evacuated, 96 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
  1  us-east-1 left: 99.6 % out. Likely cart. Receivers 85 % full at most. You need to do nothing now; look calmly at what the tenants of public bucket 3 ask for.
     What: us-east-1 is not good enough. PUBLIC and INTERNAL have left it.
     Users: At worst 2 % of the requests it serves are hurt beyond the usual; 35 rps are there now, under 0.1 % of them failing.
     Why: checkout: 2.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely cart (resource, 92 % of the evidence). The other 4 locations are fine.
     Certain: 22.0 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 6 s: 99.6 % is out, to us-east-2 75 % (85 % full), ca-central-1 25 % (83 % full). Receivers keep what they have grown to.
     Not doing: EDITOR stays: its only writer is in us-east-1. public bucket 3 stays: it holds 80 % of the trouble. I go back only after proof of health, a canary first.
     You need to: do nothing now; look calmly at what the tenants of public bucket 3 ask for
  ap-south-1, ca-central-1, eu-west-1, us-east-1, us-east-2
