# A location heals, and one class has no certificate there yet. All others come back, and the location is whole for them: it takes users of
# others, and nothing that waits for rest waits for that class.
world conditions=tls:internal headroom=location
  us-east-1 600 rps, ready 1200, up to 2000, at 0
  us-east-2 400 rps, ready 1500, up to 2500, at 11
  ca-central 300 rps, ready 1500, up to 2500, at 40
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lost us-east-1
tick 8
condition tls us-east-1 fails its certificate expired 2 h ago
found us-east-1
tick 130
status
incidents
----
3.00s   ! us-east-1 is lost: 2 of 3 locations get no answer
3.00s   notice: us-east-1 is lost, seen by 2, table 1
3.00s   ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   table 2: us-east-1 -> us-east-2 594 rps
11.00s  us-east-1 answers again; its users stay away until it has proved its health
11.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
11.00s  scale us-east-1 to 1200
20.00s  us-east-1 gets no more INTERNAL, by tls: its certificate expired 2 h ago
21.00s  us-east-1 gets its users back: 5 % first, a look of 5 s, then double
21.00s  us-east-1: 4.8 % of those who had left are back
21.00s  table 3: us-east-2 -> us-east-1 29 rps
26.00s  asks us-east-1
26.00s  [asks-first] us-east-1's way back asks us-east-1 again first, for at most 1.5 s
26.25s  us-east-1: 9.7 % of those who had left are back
26.25s  table 4: us-east-2 -> us-east-1 29 rps
31.25s  us-east-1: 19 % of those who had left are back
31.25s  table 5: us-east-2 -> us-east-1 53 rps
36.25s  asks us-east-1
36.50s  us-east-1: 36 % of those who had left are back
36.50s  table 6: us-east-2 -> us-east-1 102 rps
41.50s  us-east-1: 58 % of those who had left are back
41.50s  table 7: us-east-2 -> us-east-1 129 rps
46.50s  asks us-east-1
46.75s  us-east-1: 65 % of those who had left are back
46.75s  table 8: us-east-2 -> us-east-1 45 rps
51.75s  [guard-share-per-minute] us-east-1 waits: automatic moves took 30 % of all traffic in the last minute, 30 % may; `houston evacuate us-east-1` does not wait
60.00s  all 3 locations healthy; 1300 rps; fullest 40 %; us-east-1 restoring
63.25s  table 9: same places
81.00s  us-east-1: 70 % of those who had left are back
81.00s  table 10: us-east-2 -> us-east-1 29 rps
86.25s  asks us-east-1
86.25s  [asks-first] us-east-1's way back asks us-east-1 again first, for at most 1.5 s
86.50s  us-east-1: 75 % of those who had left are back
86.50s  table 11: us-east-2 -> us-east-1 29 rps
91.50s  us-east-1: 84 % of those who had left are back
91.50s  table 12: us-east-2 -> us-east-1 53 rps
96.50s  asks us-east-1
96.75s  us-east-1: 96 % of those who had left are back
96.75s  table 13: us-east-2 -> us-east-1 71 rps
101.75s us-east-1 serves its own users again, but for INTERNAL, by tls: its certificate expired 2 h ago
101.75s table 14: same places
120.00s all 3 locations healthy; 1300 rps; fullest 49 %
  us-east-1 serving, 4 % elsewhere
  us-east-2 serving
  ca-central serving
  1  us-east-1 is well. INTERNAL is served elsewhere for as long as conditions keep it out of us-east-1. You need to mend what keeps them out: INTERNAL, by tls: its certificate expired 2 h ago.
     What: us-east-1 is well. INTERNAL is served elsewhere for as long as conditions keep it out of us-east-1.
     Users: None of its users was served until others served them.
     Why: 2 of 3 locations looked twice and got no answer. The other 2 locations are fine.
     Certain: 20.0 nats of evidence, 18.4 are needed. No promise: there is no day of its own past yet.
     Doing: Done after 99 s: 100 % is out, to us-east-2 100 % (28 % full). Receivers keep what they have grown to.
     Not doing: All others are with it again. I send nobody back whom a condition keeps out.
     You need to: mend what keeps them out: INTERNAL, by tls: its certificate expired 2 h ago

contingency us-east-2
----
  at-us-east-2: us-east-1 256

# It comes back when the condition holds again.
condition tls us-east-1 holds
tick 60
status
----
150.00s tls keeps nobody from us-east-1 any more
150.00s us-east-1 gets its users back: 5 % first, a look of 5 s, then double
150.00s us-east-1: 5 % of those who had left are back
150.00s table 15: us-east-2 -> us-east-1 1 rps
155.00s asks us-east-1
155.00s [asks-first] us-east-1's way back asks us-east-1 again first, for at most 1.5 s
155.25s us-east-1: 10 % of those who had left are back
155.25s table 16: us-east-2 -> us-east-1 1 rps
160.25s us-east-1: 20 % of those who had left are back
160.25s table 17: us-east-2 -> us-east-1 2 rps
165.25s asks us-east-1
165.50s us-east-1: 41 % of those who had left are back
165.50s table 18: us-east-2 -> us-east-1 5 rps
170.50s us-east-1: 81 % of those who had left are back
170.50s table 19: us-east-2 -> us-east-1 10 rps
175.50s asks us-east-1
175.75s us-east-1: 100 % of those who had left are back
175.75s table 20: us-east-2 -> us-east-1 5 rps
180.00s all 3 locations healthy; 1300 rps; fullest 51 %
180.75s us-east-1 serves its own users again
  us-east-1 serving
  us-east-2 serving
  ca-central serving
