# One server tells only after the first table that it holds a higher one of an earlier log: those who took the first keep it, and nobody else is moved
# before a person says so. Who only observes asks nobody, and leaves all as it is.
world
  us-east-1 900 rps, ready 1800, up to 2000, at 0
  us-east-2 400 rps, ready 800, up to 1600, at 11
  ca-central-1 300 rps, ready 900, up to 1500, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

held 37
tick 5
order alice mode observe
tick 5
order alice mode act
tick 5
----
3.00s   [goes-on-above] servers hold table 37 of an earlier log: mine go on from 38
3.00s   ! Servers hold table 37 of an earlier log. Send every zone to its nearest location that fits?
        . choose within 60 min: [1] yes: whoever is led elsewhere moves at once [2] no: leave servers with the table they hold. No answer: I do 2
        ? question-3-s44web
8.00s   alice: mode is observe
8.00s   servers hold table 37 of an earlier log, and my store is empty: I don't know whom it leads where
        . nothing moves: mode is observe, and servers go on with that table
        . bring my store back if it was not meant to be empty
8.00s   [held-kept] servers hold table 37 of an earlier log, and my store is empty: I don't know whom it leads where; mode is observe
13.00s  alice: mode is act
