# Every receiver's replica is far behind, the sender's own data is not: nobody is sent, and that is said by name, for no question about room would help.
world conditions=replica-lag
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 500 rps, ready 1500, up to 2500, at 11
  ca-central 300 rps, ready 1000, up to 2500, at 14
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

condition replica-lag us-east-2 fails its data is 42 s behind, and at most 5 s are allowed
condition replica-lag ca-central fails its data is 60 s behind, and at most 5 s are allowed
tick 12
says us-east-1 failing 21.6 dynamodb
tick 10
status
----
10.00s  us-east-2 gets no more PUBLIC, EDITOR, INTERNAL, by replica-lag: its data is 42 s behind, and at most 5 s are allowed
10.00s  ca-central gets no more PUBLIC, EDITOR, INTERNAL, by replica-lag: its data is 60 s behind, and at most 5 s are allowed
10.00s  table 2: same places
15.00s  us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
15.00s  ! 891 rps of us-east-1 have no place: 36 rps of INTERNAL: of the places with room, replica-lag closes ca-central, us-east-2; 855 rps of PUBLIC: of the places with room, replica-lag closes ca-central, us-east-2
        . I send nobody where a condition does not hold
        . mend what closes those places; if you know better, take the condition out of houston.yaml
15.00s  scale us-east-1 to 1200
15.00s  table 3: same places
15.00s  [no-room] 891 rps of us-east-1 find no room; 36 rps of INTERNAL: of the places with room, replica-lag closes ca-central, us-east-2; 855 rps of PUBLIC: of the places with room, replica-lag closes ca-central, us-east-2
  us-east-1 draining
  us-east-2 serving
  ca-central serving

# One of them catches up: it takes what it has room for.
condition replica-lag ca-central holds
tick 10
loads
----
30.00s  replica-lag keeps nobody from ca-central any more
30.00s  scale ca-central to 1440
30.00s  PUBLIC, INTERNAL traffic of us-east-1 -> ca-central 100 %; grow ca-central 1000 -> 1440 first
        . EDITOR stays: its only writer is in us-east-1
30.00s  us-east-1: 4.9 % out
30.00s  table 4: us-east-1 -> ca-central 45 rps
31.00s  us-east-1: 9.9 % out
31.00s  table 5: us-east-1 -> ca-central 45 rps
31.00s  [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
32.00s  us-east-1: 20 % out
32.00s  table 6: us-east-1 -> ca-central 88 rps
33.00s  asks ca-central
33.00s  [asks-first] us-east-1 asks ca-central again first, for at most 1.5 s
33.25s  us-east-1: 40 % out
33.25s  table 7: us-east-1 -> ca-central 178 rps
34.75s  us-east-1: 57 % out
34.75s  table 8: us-east-1 -> ca-central 152 rps
  us-east-1 401 rps of 1200 ready
  us-east-2 495 rps of 1500 ready
  ca-central 804 rps of 1440 ready
