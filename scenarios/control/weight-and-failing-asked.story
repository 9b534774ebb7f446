# Approve: a person is asked about the rest. Who is sent out by order is out all the same.
world mode=approve
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann evacuate us-east-1 share=0.05 for=600
tick 8
says us-east-1 failing 21.6 dynamodb
tick 4
order ann answer question-13-s44wej 1
tick 10
status
says us-east-1 healthy
tick 14
status
----
3.00s   ann: 5 % of PUBLIC, INTERNAL leaves us-east-1 for 600 s
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   scale us-east-2 to 931
4.00s   us-east-1: 5 % out
4.00s   table 3: us-east-1 -> ca-central-1 2 rps
5.00s   us-east-1: done, 5 % out after 2 s; receivers keep what they have grown to
11.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
11.00s  ! May I move the rest of PUBLIC, INTERNAL out of us-east-1?
        . choose within 5 min: [1] approve [2] deny. No answer: I do 2
        ? question-13-s44wej
15.00s  ann: [1] approve
15.00s  scale us-east-2 to 1600
15.00s  scale ca-central-1 to 632
15.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 931 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1; ann ordered 5 % of PUBLIC, INTERNAL out: so many stay out when it is well
15.00s  us-east-1: 9.9 % out
15.00s  table 4: us-east-1 -> us-east-2 43 rps
16.00s  us-east-1: 16 % out
16.00s  table 5: us-east-1 -> ca-central-1 45 rps; us-east-1 -> us-east-2 10 rps
16.00s  [receiver-not-ready] 34 rps of us-east-1 wait for receivers that are not ready
17.00s  us-east-1: 32 % out
17.00s  table 6: us-east-1 -> ca-central-1 45 rps; us-east-1 -> us-east-2 97 rps
18.00s  us-east-1: 64 % out
18.00s  table 7: us-east-1 -> ca-central-1 92 rps; us-east-1 -> us-east-2 194 rps
19.00s  us-east-1: 95 % out
19.00s  table 8: us-east-1 -> ca-central-1 11 rps; us-east-1 -> us-east-2 267 rps
20.00s  [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
  us-east-1 draining, 93 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
25.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
35.00s  ! May I restore us-east-1?
        . choose within 5 min: [1] approve [2] deny. No answer: I do 2
        ? question-30-s44wf7
35.00s  [healed-on-the-way] us-east-1 has been healthy for 10 s: no more leaves it
  us-east-1 draining, 93 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  1 open

# Held: the rest stays, and goes after a release. Observed: it is said.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann weight us-east-1 0.9
tick 8
order bob hold
says us-east-1 failing 21.6 dynamodb
tick 6
order bob release
order bob mode observe
tick 2
order bob mode act
tick 10
status
----
3.00s   ann: 9.9 % of PUBLIC, INTERNAL leaves us-east-1
3.00s   ann: us-east-1 serves at most 90 % of its own PUBLIC, INTERNAL
3.00s   scale us-east-2 to 921
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   scale us-east-2 to 968
4.00s   us-east-1: 9.7 % out
4.00s   table 3: us-east-1 -> ca-central-1 17 rps; us-east-1 -> us-east-2 27 rps
5.00s   scale us-east-2 to 998
5.00s   us-east-1: 10 % out
5.00s   table 4: us-east-1 -> ca-central-1 3 rps
6.00s   us-east-1: done, 10 % out after 3 s; receivers keep what they have grown to
11.00s  bob: hold: nothing moves by itself until release
11.00s  table 5: same places
11.00s  [held] held by bob: nothing moves by itself
11.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
17.00s  bob: released the hold of bob
17.00s  scale us-east-2 to 1600
17.00s  scale ca-central-1 to 632
17.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 998 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1; ann ordered 9.9 % of PUBLIC, INTERNAL out: so many stay out when it is well
17.00s  us-east-1: 15 % out
17.00s  table 6: us-east-1 -> us-east-2 43 rps
17.00s  bob: mode is observe
17.00s  table 7: same places
19.00s  bob: mode is act
19.00s  us-east-1: 25 % out
19.00s  table 8: us-east-1 -> ca-central-1 45 rps; us-east-1 -> us-east-2 40 rps
19.00s  [receiver-not-ready] 49 rps of us-east-1 wait for receivers that are not ready
20.00s  us-east-1: 49 % out
20.00s  table 9: us-east-1 -> ca-central-1 65 rps; us-east-1 -> us-east-2 154 rps
21.00s  us-east-1: 97 % out
21.00s  table 10: us-east-1 -> ca-central-1 93 rps; us-east-1 -> us-east-2 337 rps
22.00s  us-east-1: 100 % out
22.00s  table 11: us-east-1 -> ca-central-1 3 rps; us-east-1 -> us-east-2 20 rps
23.00s  us-east-1: done, 100 % out after 6 s; receivers keep what they have grown to
  us-east-1 evacuated, 97 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 90 % of its own PUBLIC, INTERNAL, by ann. `houston restore us-east-1` ends it.

# Who took of it by the weight fails: it is left as any location, and the weight of the other stands.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 300 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order ann weight us-east-1 0.7
tick 80
says us-east-2 failing 21.6 dynamodb
tick 15
says us-east-2 healthy
tick 60
status
----
3.00s   ann: 30 % of PUBLIC, INTERNAL leaves us-east-1
3.00s   ann: us-east-1 serves at most 70 % of its own PUBLIC, INTERNAL
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 45 rps
4.00s   us-east-1: 9.9 % out
4.00s   table 3: us-east-1 -> us-east-2 45 rps
4.00s   [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 20 % out
5.00s   table 4: us-east-1 -> us-east-2 88 rps
6.00s   us-east-1: 30 % out
6.00s   table 5: us-east-1 -> us-east-2 90 rps
7.00s   us-east-1: done, 30 % out after 4 s; receivers keep what they have grown to
60.00s  all 4 locations healthy; 2300 rps; fullest 72 %; us-east-1 draining
83.00s  us-east-2: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
83.00s  scale ca-central-1 to 1045
83.00s  PUBLIC, INTERNAL traffic of us-east-2 -> ca-central-1 100 %; grow ca-central-1 900 -> 1045 first
        . EDITOR stays: its only writer is in us-east-1
83.00s  us-east-2: 4.9 % out
83.00s  scale us-east-2 to 900
83.00s  table 6: us-east-2 -> ca-central-1 28 rps
84.00s  us-east-2: 9.9 % out
84.00s  table 7: us-east-2 -> ca-central-1 28 rps
84.00s  [receiver-not-ready] 2 rps of us-east-2 wait for receivers that are not ready
85.00s  us-east-2: 20 % out
85.00s  table 8: us-east-2 -> ca-central-1 55 rps
86.00s  us-east-2: 39 % out
86.00s  table 9: us-east-2 -> ca-central-1 110 rps
87.00s  us-east-2: 78 % out
87.00s  table 10: us-east-2 -> ca-central-1 220 rps
88.00s  us-east-2: 100 % out
88.00s  table 11: us-east-2 -> ca-central-1 123 rps
89.00s  us-east-2: done, 100 % out after 6 s; receivers keep what they have grown to
98.00s  us-east-2: failing -> healthy  0.0 nats of 20.0
108.00s us-east-2 gets its users back: 5 % first, a look of 5 s, then double
108.00s us-east-2: 5 % of those who had left are back
108.00s table 12: ca-central-1 -> us-east-2 15 rps
113.00s us-east-2: 10 % of those who had left are back
113.00s table 13: ca-central-1 -> us-east-2 15 rps
118.00s us-east-2: 20 % of those who had left are back
118.00s table 14: ca-central-1 -> us-east-2 30 rps
120.00s all 4 locations healthy; 2300 rps; fullest 77 %; us-east-1 draining; us-east-2 restoring
123.00s us-east-2: 41 % of those who had left are back
123.00s table 15: ca-central-1 -> us-east-2 60 rps
128.00s [guard-share-per-minute] us-east-2 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-2` does not wait
143.00s us-east-2: 51 % of those who had left are back
143.00s table 16: ca-central-1 -> us-east-2 32 rps
148.00s us-east-2: 100 % of those who had left are back
148.00s table 17: ca-central-1 -> us-east-2 144 rps
153.00s us-east-2 serves its own users again
153.00s table 18: same places
  us-east-1 draining, 29 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 70 % of its own PUBLIC, INTERNAL, by ann. `houston restore us-east-1` ends it.

# One class after another: what the second order takes the place of is said.
order ann weight us-east-1 1
tick 60
order ann weight us-east-1 0.4 class=public
tick 10
order bob weight us-east-1 0.5 class=internal
tick 5
status
----
158.00s ann: us-east-1 gets its users back (overrides the order of ann)
158.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
158.00s us-east-1: 5.1 % of those who had left are back
158.00s table 19: ca-central-1 -> us-east-1 14 rps
163.00s us-east-1: 10 % of those who had left are back
163.00s table 20: ca-central-1 -> us-east-1 14 rps
168.00s us-east-1: 21 % of those who had left are back
168.00s table 21: ca-central-1 -> us-east-1 28 rps
173.00s us-east-1: 42 % of those who had left are back
173.00s table 22: ca-central-1 -> us-east-1 56 rps
178.00s us-east-1: 83 % of those who had left are back
178.00s table 23: ca-central-1 -> us-east-1 111 rps
180.00s all 4 locations healthy; 2300 rps; fullest 72 %; us-east-1 restoring
183.00s us-east-1: 100 % of those who had left are back
183.00s table 24: ca-central-1 -> us-east-1 45 rps
188.00s us-east-1 serves its own users again
188.00s scale ca-central-1 to 900
218.00s ann: 60 % of PUBLIC leaves us-east-1
218.00s ann: us-east-1 serves at most 40 % of its own PUBLIC
218.00s scale us-east-2 to 982
218.00s PUBLIC traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 900 -> 982 first
        . EDITOR stays: its only writer is in us-east-1
218.00s us-east-1: 4.6 % out
218.00s scale us-east-1 to 1200
218.00s table 25: us-east-1 -> us-east-2 40 rps
219.00s us-east-1: 9.3 % out
219.00s table 26: us-east-1 -> us-east-2 40 rps
220.00s scale us-east-2 to 1021
220.00s us-east-1: 19 % out
220.00s table 27: us-east-1 -> us-east-2 80 rps
221.00s scale us-east-2 to 1060
221.00s us-east-1: 38 % out
221.00s table 28: us-east-1 -> us-east-2 160 rps
222.00s scale us-east-2 to 1137
222.00s us-east-1: 60 % out
222.00s table 29: us-east-1 -> us-east-2 194 rps
223.00s us-east-1: done, 60 % out after 5 s; receivers keep what they have grown to
228.00s bob: 50 % of INTERNAL leaves us-east-1; this takes the place of the order of ann for 60 % of PUBLIC, and who is out for it comes back with `houston restore us-east-1`
228.00s bob: us-east-1 serves at most 50 % of its own INTERNAL
228.00s INTERNAL traffic of us-east-1 -> us-east-2 100 %
        . EDITOR stays: its only writer is in us-east-1
228.00s us-east-1: 5 % out
228.00s table 30: us-east-1 -> us-east-2 2 rps
229.00s us-east-1: 10 % out
229.00s table 31: us-east-1 -> us-east-2 2 rps
230.00s us-east-1: 20 % out
230.00s table 32: us-east-1 -> us-east-2 4 rps
231.00s us-east-1: 41 % out
231.00s table 33: us-east-1 -> us-east-2 7 rps
232.00s us-east-1: 50 % out
232.00s table 34: us-east-1 -> us-east-2 3 rps
  us-east-1 draining, 58 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  us-east-1 serves at most 50 % of its own INTERNAL, by bob. `houston restore us-east-1` ends it.
