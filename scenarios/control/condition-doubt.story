# Nobody can tell: of one place that is a bar after half a minute; of most places it is doubt about who asks, and bars nobody.
world conditions=replica-lag
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 500 rps, ready 1500, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
  us-west-2 300 rps, ready 1500, up to 2500, at 60
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

condition replica-lag us-east-2 unknown no answer within 2 s
tick 50
bars
----
30.50s  us-east-2 gets no more PUBLIC, EDITOR, INTERNAL, by replica-lag: it can't be told: no answer within 2 s
30.50s  table 2: same places
  us-east-2: PUBLIC, EDITOR, INTERNAL, by replica-lag: it can't be told: no answer within 2 s

condition replica-lag everywhere unknown Prometheus can't be reached
tick 40
bars
----
60.00s  all 4 locations healthy; 2000 rps; fullest 76 %
80.50s  replica-lag keeps nobody from us-east-2 any more
80.50s  replica-lag bars nobody: it can't be told in 4 of 4 locations (Prometheus can't be reached). What is so everywhere is no reason to choose one place over another
        . look at replica-lag, and at who asks for it
80.50s  table 3: same places
  replica-lag bars nobody: it can't be told in 4 of 4 locations (Prometheus can't be reached)

# It fails in all of them alike: no place is better than another for it.
condition replica-lag everywhere fails its data is 90 s behind, and at most 5 s are allowed
tick 14
bars
----
  replica-lag bars nobody: it fails wherever it is known (its data is 90 s behind, and at most 5 s are allowed)

condition replica-lag everywhere holds
tick 14
bars
----
120.00s all 4 locations healthy; 2000 rps; fullest 76 %
  none
