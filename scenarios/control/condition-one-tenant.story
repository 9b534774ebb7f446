# Only one tenant's certificate is missing there: that bucket goes round the receiver, and everybody else goes to it.
world conditions=tls
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 300 rps, ready 2000, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 24
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

condition tls us-east-2 fails bucket=7 its certificate is not for www.tenant.example
tick 12
bars
contingency us-east-1
----
10.00s  us-east-2 gets no more PUBLIC, EDITOR, INTERNAL (bucket 7), by tls: its certificate is not for www.tenant.example
10.00s  table 2: same places
  us-east-2: PUBLIC, EDITOR, INTERNAL (bucket 7), by tls: its certificate is not for www.tenant.example
  at-us-east-1: us-east-2 7, ca-central 1, us-east-2 248

lost us-east-1
tick 6
loads
----
15.00s  ! us-east-1 is lost: 2 of 3 locations get no answer
15.00s  notice: us-east-1 is lost, seen by 2, table 2
15.00s  ! PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %
        . EDITOR stays: its only writer is in us-east-1
15.00s  us-east-1: done, 100 % out after 0 s; receivers keep what they have grown to
15.00s  table 3: us-east-1 -> ca-central 3 rps; us-east-1 -> us-east-2 888 rps
  us-east-1 15 rps of 1200 ready
  us-east-2 1185 rps of 2000 ready
  ca-central 300 rps of 1000 ready
