# A gray fault that hurts nearly all: after the canary four times as many, for hardly any receiver can be worse than staying.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1800, up to 2000, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

# Everything takes two seconds in us-east-1; it answers its probes.
says us-east-1 failing 21.6 dynamodb hurt=0.99
tick 10
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1920
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 1800 -> 1919 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 45 rps
4.00s   us-east-1: 20 % out
4.00s   table 3: us-east-1 -> us-east-2 133 rps
5.00s   us-east-1: 80 % out
5.00s   table 4: us-east-1 -> us-east-2 533 rps
6.00s   us-east-1: 91 % out
6.00s   table 5: us-east-1 -> us-east-2 97 rps
7.00s   [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait

loads
incidents
----
  us-east-1 111 rps of 1200 ready
  us-east-2 1500 rps of 1920 ready
  ca-central-1 297 rps of 500 ready
  eu-west-1 792 rps of 1100 ready
  1  Leaving us-east-1: 91 % out. Likely dynamodb. Receivers 78 % full at most. You need to do nothing.
     What: us-east-1 is not good enough. PUBLIC and INTERNAL are leaving it.
     Users: At worst 99 % of the requests it serves are hurt beyond the usual; 111 rps are there now, under 0.1 % of them failing.
     Why: checkout: 99.1 % of requests fail; at most 0.10 % is usual; 0.10 % elsewhere. Likely dynamodb (resource, 92 % of the evidence). The other 3 locations are fine.
     Certain: 21.6 nats of evidence, 20.0 are needed. No promise: there is no day of its own past yet.
     Doing: 5 % first, a look at the receivers, then 4 times as many: 91 % is out, to us-east-2 100 % (78 % full).
     Not doing: EDITOR stays: its only writer is in us-east-1. I go back only after proof of health, a canary first.
     You need to: do nothing

# One of ten is well served: the same place is left by doubling.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1800, up to 2000, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb hurt=0.9
tick 10
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1920
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 1800 -> 1919 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 45 rps
4.00s   us-east-1: 9.9 % out
4.00s   table 3: us-east-1 -> us-east-2 45 rps
4.00s   [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 20 % out
5.00s   table 4: us-east-1 -> us-east-2 88 rps
6.00s   us-east-1: 40 % out
6.00s   table 5: us-east-1 -> us-east-2 178 rps
7.00s   us-east-1: 80 % out
7.00s   table 6: us-east-1 -> us-east-2 355 rps
8.00s   us-east-1: 91 % out
8.00s   table 7: us-east-1 -> us-east-2 97 rps
9.00s   [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait

# A receiver that has hardly any users of its own is given no more in a step than it carries in all.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 10 rps, ready 1800, up to 2000, at 11
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb hurt=0.99
tick 10
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 45 rps
4.00s   us-east-1: 11 % out
4.00s   table 3: us-east-1 -> us-east-2 54 rps
4.00s   [receiver-not-ready] 79 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 23 % out
5.00s   table 4: us-east-1 -> us-east-2 109 rps
6.00s   us-east-1: 49 % out
6.00s   table 5: us-east-1 -> us-east-2 229 rps
7.00s   us-east-1: 57 % out
7.00s   table 6: us-east-1 -> us-east-2 75 rps
8.00s   [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait

# A receiver that worsens after a big step gives back all of that step, as ever.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 1800, up to 2000, at 11
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

says us-east-1 failing 21.6 dynamodb hurt=0.99
tick 2
says us-east-2 healthy queue=300
tick 3
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1920
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 1800 -> 1919 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 45 rps
4.00s   us-east-1: 20 % out
4.00s   table 3: us-east-1 -> us-east-2 133 rps
5.00s   us-east-2 says it is ready for 1920 rps and takes 1800: I plan with those
        . look what its new machines wait for
5.00s   us-east-2 worsened: its requests wait 300 ms, 2 ms before. Its last chunk of us-east-1 goes back; I go round it for 2 min
5.00s   scale eu-west-1 to 1986
5.00s   us-east-1: 9.9 % out
5.00s   table 4: us-east-2 -> eu-west-1 45 rps; us-east-2 -> us-east-1 88 rps
5.00s   [receiver-not-ready] 88 rps of us-east-1 wait for receivers that are not ready
6.00s   us-east-1: 21 % out
6.00s   table 5: us-east-1 -> eu-west-1 98 rps
7.00s   us-east-1: 65 % out
7.00s   table 6: us-east-1 -> eu-west-1 390 rps
