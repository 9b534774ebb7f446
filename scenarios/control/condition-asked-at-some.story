# Asked at two places of four, and failing at both: where it is not asked there is nothing against a place, so those two are barred.
world conditions=tls@us-east-2+ca-central
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 300 rps, ready 2000, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
  us-west-2 300 rps, ready 1500, up to 2500, at 60
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

condition tls us-east-2 fails its certificate is not for shop.example.com
condition tls ca-central fails its certificate is not for shop.example.com
tick 12
bars
contingency us-east-1
----
10.00s  us-east-2 gets no more PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
10.00s  ca-central gets no more PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
10.00s  table 2: same places
  us-east-2: PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
  ca-central: PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
  at-us-east-1: us-west-2 256

# Mended at one of them: the other stays barred.
condition tls ca-central holds
tick 12
bars
----
20.00s  tls keeps nobody from ca-central any more
20.00s  table 3: same places
  us-east-2: PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com

# Asked everywhere, and told at two of five: those fail, and that the others would too nobody has said.
world conditions=tls
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 300 rps, ready 2000, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
  us-west-2 300 rps, ready 1500, up to 2500, at 60
  eu-west 300 rps, ready 1500, up to 2500, at 90
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

condition tls everywhere unknown the way there is silent
condition tls us-east-2 fails its certificate is not for shop.example.com
condition tls ca-central fails its certificate is not for shop.example.com
tick 45
bars
----
10.00s  us-east-2 gets no more PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
10.00s  ca-central gets no more PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
10.00s  table 2: same places
30.50s  tls bars nobody: it can't be told in 3 of 5 locations (the way there is silent). What is so everywhere is no reason to choose one place over another
        . look at tls, and at who asks for it
  us-east-2: PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
  ca-central: PUBLIC, EDITOR, INTERNAL, by tls: its certificate is not for shop.example.com
  tls bars nobody: it can't be told in 3 of 5 locations (the way there is silent)
