# A location heals, but has no certificate yet: nobody goes back until it has.
world conditions=tls
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 500 rps, ready 1500, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lost us-east-1
tick 8
condition tls us-east-1 fails its certificate expired 2 h ago
found us-east-1
tick 30
status
----
3.00s   ! us-east-1 is lost: 2 of 3 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 2, table 1
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 87 %, ca-central 13 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   table 2: us-east-1 -> ca-central 113 rps; us-east-1 -> us-east-2 778 rps
11.00s  us-east-1 answers again; its users stay away until it has proved its health
11.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
11.00s  scale us-east-1 to 1200
20.00s  us-east-1 gets no more PUBLIC, EDITOR, INTERNAL, by tls: its certificate expired 2 h ago
  us-east-1 evacuated, 98 % elsewhere
  us-east-2 serving
  ca-central serving

condition tls us-east-1 holds
tick 120
status
----
50.00s  tls keeps nobody from us-east-1 any more
50.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
50.00s  us-east-1: 5 % of those who had left are back
50.00s  table 3: ca-central -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
55.00s  asks us-east-1
55.00s  [asks-first] us-east-1's way back asks us-east-1 again first, for at most 1.5 s
55.25s  us-east-1: 10 % of those who had left are back
55.25s  table 4: ca-central -> us-east-1 2 rps; us-east-2 -> us-east-1 43 rps
60.00s  all 3 locations healthy; 1700 rps; fullest 79 %; us-east-1 restoring
60.25s  us-east-1: 20 % of those who had left are back
60.25s  table 5: ca-central -> us-east-1 4 rps; us-east-2 -> us-east-1 87 rps
65.25s  asks us-east-1
65.50s  us-east-1: 39 % of those who had left are back
65.50s  table 6: ca-central -> us-east-1 3 rps; us-east-2 -> us-east-1 167 rps
70.50s  us-east-1: 57 % of those who had left are back
70.50s  table 7: ca-central -> us-east-1 2 rps; us-east-2 -> us-east-1 154 rps
75.50s  [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
110.00s us-east-1: 62 % of those who had left are back
110.00s table 8: ca-central -> us-east-1 1 rps; us-east-2 -> us-east-1 47 rps
120.00s all 3 locations healthy; 1700 rps; fullest 49 %; us-east-1 restoring
120.25s us-east-1: 77 % of those who had left are back
120.25s table 9: ca-central -> us-east-1 0 rps; us-east-2 -> us-east-1 134 rps
125.50s asks us-east-1
125.50s [asks-first] us-east-1's way back asks us-east-1 again first, for at most 1.5 s
125.75s us-east-1: 96 % of those who had left are back
125.75s table 10: ca-central -> us-east-1 66 rps; us-east-2 -> us-east-1 104 rps
130.75s us-east-1: 100 % of those who had left are back
130.75s table 11: ca-central -> us-east-1 34 rps
135.75s us-east-1 serves its own users again
  us-east-1 serving
  us-east-2 serving
  ca-central serving
