# A bucket is suspect at first, and surely while the others leave: it stays, and that is said.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

poison 3 failing 22 cart suspect=3:6
tick 3
poison 3 failing 22 cart suspect=3:18
tick 8
status
----
3.00s   us-east-1: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 628
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 627 first
        . EDITOR stays: its only writer is in us-east-1; public bucket 3 goes last, alone: it may hold the trouble
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   us-east-1: 9.7 % out
4.00s   table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
5.00s   us-east-1: 20 % out
5.00s   table 4: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 70 rps
6.00s   us-east-1: public bucket 3 stays: it holds 80 % of the trouble
        . look at what the tenants of public bucket 3 ask for
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

# It went along before anybody named it. Its receiver turns failing for a reason of its own, as it seems.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 22 cart
tick 7
says us-east-2 failing 21 disk suspect=3:9
tick 2
loads
----
3.00s   us-east-1: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 632
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
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
8.00s   us-east-1: 100 % out
8.00s   table 7: us-east-1 -> ca-central-1 91 rps; us-east-1 -> us-east-2 104 rps
9.00s   us-east-1: done, 100 % out after 6 s; receivers keep what they have grown to
10.00s  us-east-2: healthy -> failing  21.0 nats of 20.0  cause: disk 92 %
10.00s  us-east-2 worsened: it turned failing. Its last chunk of us-east-1 goes back; I go round it for 2 min
10.00s  us-east-2 is failing and I don't move its users: it took traffic of us-east-1 less than 60 s ago: what it took goes back first
10.00s  scale ca-central-1 to 760
10.00s  us-east-1: 90 % out
10.00s  table 8: us-east-2 -> ca-central-1 13 rps; us-east-2 -> us-east-1 90 rps
10.00s  [received-lately] us-east-2 stays: it took traffic of us-east-1 less than 60 s ago: what it took goes back first
10.00s  [receiver-not-ready] 57 rps of us-east-1 wait for receivers that are not ready
  us-east-1 122 rps of 1200 ready
  us-east-2 1254 rps of 1600 ready
  ca-central-1 537 rps of 632 ready
  eu-west-1 792 rps of 1100 ready
  ap-south-1 495 rps of 700 ready

# Now the sender's counters name the same bucket: together they are sure, and all that the receiver still has of it goes back.
says us-east-1 failing 22 cart suspect=3:8
tick 3
loads
status
----
12.00s  ! I stop all moves: us-east-2 sickened in us-east-1's way after taking its chunks (it turned failing): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . look at what the tenants of public bucket 3 ask for; then `houston release`
12.00s  table 9: us-east-2 -> us-east-1 561 rps; public bucket 3 kept at us-east-1
13.00s  us-east-1: still failing  22.0 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
13.00s  us-east-2: still failing  21.0 nats of 20.0  cause: disk 92 %  scope: follows-the-traffic
  us-east-1 683 rps of 1200 ready
  us-east-2 693 rps of 1600 ready
  ca-central-1 537 rps of 760 ready
  eu-west-1 792 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
  us-east-1 evacuated, 26 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
  stopped

# A receiver only begins to fail, and gives its chunk back. What it may have caught is waited for, and it is the same.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 22 cart suspect=3:9
tick 2
says us-east-2 healthy 4 cart failed=0.2
tick 3
says us-east-2 shaky 8 cart failed=0.2
tick 2
status
----
3.00s   us-east-1: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 628
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 627 first
        . EDITOR stays: its only writer is in us-east-1; public bucket 3 goes last, alone: it may hold the trouble
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   us-east-1: 9.7 % out
4.00s   table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
5.00s   us-east-2 worsened: 20.0 % of its requests fail, 0.1 % before. Its last chunk of us-east-1 goes back; I go round it for 2 min
5.00s   table 4: us-east-2 -> us-east-1 27 rps
5.00s   [caught-waits] us-east-1 waits for what its receiver may have caught
8.00s   us-east-1: still failing  22.0 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
8.00s   us-east-2: healthy -> shaky  8.0 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
8.00s   ! I stop all moves: us-east-2 sickened in us-east-1's way after taking its chunks (its requests began to fail): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . find what travels with these users; then `houston release`
8.00s   table 5: us-east-2 -> us-east-1 43 rps
  us-east-1 draining, 2 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
  stopped

# A suspect bucket goes alone and its receiver sickens; but without it the receiver does not get well. Then all goes back.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 22 cart suspect=3:6
tick 7
says ca-central-1 failing 22 cart
tick 10
loads
----
3.00s   us-east-1: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 628
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 627 first
        . EDITOR stays: its only writer is in us-east-1; public bucket 3 goes last, alone: it may hold the trouble
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
9.00s   us-east-1: 100 % out; public bucket 3 goes last, alone, to ca-central-1: it may hold the trouble
9.00s   table 8: us-east-1 -> ca-central-1 3 rps
10.00s  us-east-1: still failing  22.0 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
10.00s  ca-central-1: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
10.00s  ! I stop all moves: ca-central-1 sickened in us-east-1's way after taking public bucket 3 of it (it turned failing): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . look at what the tenants of public bucket 3 ask for; then `houston release`
10.00s  table 9: ca-central-1 -> us-east-1 3 rps; public bucket 3 kept at us-east-1
  us-east-1 35 rps of 1200 ready
  us-east-2 1358 rps of 1600 ready
  ca-central-1 520 rps of 628 ready
  eu-west-1 792 rps of 1100 ready
  ap-south-1 495 rps of 700 ready

tick 20
loads
status
----
31.00s  ! I stop all moves: ca-central-1 sickened in us-east-1's way after taking its chunks (it turned failing): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . find what travels with these users; then `houston release`
31.00s  table 10: ca-central-1 -> us-east-1 223 rps; public bucket 3 kept at us-east-1
  us-east-1 258 rps of 1200 ready
  us-east-2 1358 rps of 1600 ready
  ca-central-1 297 rps of 628 ready
  eu-west-1 792 rps of 1100 ready
  ap-south-1 495 rps of 700 ready
  us-east-1 draining, 72 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
  stopped
