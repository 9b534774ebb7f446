# Nobody can grow: what fits moves, and what finds no room is asked about, with a default and a deadline.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

no-growth us-east-2 ca-central-1 eu-west-1 ap-south-1
demand 1.3
tick 10
----
3.00s   scale us-east-2 to 1386
3.50s   us-east-2 can't grow: quota; I plan with the 900 rps that are ready
4.00s   scale us-east-1 to 1638
5.00s   scale us-east-1 to 1700
5.00s   scale eu-west-1 to 1459
5.50s   eu-west-1 can't grow: quota; I plan with the 1100 rps that are ready
6.00s   scale us-east-1 to 1744
6.00s   scale ap-south-1 to 936
6.50s   ap-south-1 can't grow: quota; I plan with the 700 rps that are ready
8.00s   table 2: same places

says us-east-1 failing 21.6 dynamodb
tick 20
status
----
13.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
13.00s  scale ca-central-1 to 1500
13.00s  PUBLIC, INTERNAL traffic of us-east-1 -> ca-central-1 100 %; grow ca-central-1 500 -> 1543 first
        . EDITOR stays: its only writer is in us-east-1
        . answer my question: some find no room
13.00s  us-east-1: 3.3 % out
13.00s  table 3: us-east-1 -> ca-central-1 39 rps
13.50s  ca-central-1 can't grow: quota; I plan with the 500 rps that are ready
14.00s  [no-room] 1116 rps of us-east-1 find no room
16.00s  ! 1117 rps of us-east-1 have no place. What now?
        . choose within 5 min: [1] leave them in us-east-1 [2] fill receivers to 95 % for 30 min (85 % is what the guards allow; never proven). No answer: I do 1
        ? question-19-s44weo
  us-east-1 draining, 3 % elsewhere
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
  1 open

# Nobody answers for five minutes.
tick 300
----
33.75s  scale us-east-2 to 1600
35.75s  scale eu-west-1 to 2000
36.75s  scale ap-south-1 to 1500
43.75s  scale ca-central-1 to 1500
60.00s  us-east-1 not healthy; 4160 rps; fullest 100 %; us-east-1 draining; 1 open question
64.50s  scale us-east-2 to 1600
66.50s  scale eu-west-1 to 2000
67.50s  scale ap-south-1 to 1500
74.00s  [no-room] 1119 rps of us-east-1 find no room
74.50s  scale ca-central-1 to 1500
95.25s  scale us-east-2 to 1600
97.25s  scale eu-west-1 to 2000
98.25s  scale ap-south-1 to 1500
105.25s scale ca-central-1 to 1500
120.00s us-east-1 not healthy; 4160 rps; fullest 100 %; us-east-1 draining; 1 open question
126.00s scale us-east-2 to 1600
128.00s scale eu-west-1 to 2000
129.00s scale ap-south-1 to 1500
134.00s [no-room] 1119 rps of us-east-1 find no room
136.00s scale ca-central-1 to 1500
156.75s scale us-east-2 to 1600
158.75s scale eu-west-1 to 2000
159.75s scale ap-south-1 to 1500
166.75s scale ca-central-1 to 1500
180.00s us-east-1 not healthy; 4160 rps; fullest 100 %; us-east-1 draining; 1 open question
187.50s scale us-east-2 to 1600
189.50s scale eu-west-1 to 2000
190.50s scale ap-south-1 to 1500
194.00s [no-room] 1119 rps of us-east-1 find no room
197.50s scale ca-central-1 to 1500
218.25s scale us-east-2 to 1600
220.25s scale eu-west-1 to 2000
221.25s scale ap-south-1 to 1500
228.25s scale ca-central-1 to 1500
240.00s us-east-1 not healthy; 4160 rps; fullest 100 %; us-east-1 draining; 1 open question
249.00s scale us-east-2 to 1600
251.00s scale eu-west-1 to 2000
252.00s scale ap-south-1 to 1500
254.00s [no-room] 1119 rps of us-east-1 find no room
259.00s scale ca-central-1 to 1500
279.75s scale us-east-2 to 1600
281.75s scale eu-west-1 to 2000
282.75s scale ap-south-1 to 1500
289.75s scale ca-central-1 to 1500
300.00s us-east-1 not healthy; 4160 rps; fullest 100 %; us-east-1 draining; 1 open question
310.50s scale us-east-2 to 1600
312.50s scale eu-west-1 to 2000
313.50s scale ap-south-1 to 1500
314.00s [no-room] 1119 rps of us-east-1 find no room
316.00s nobody answered: [1] leave them in us-east-1
320.50s scale ca-central-1 to 1500
