# A location dies. Everyone looks; two looks by most are enough.
world
----
ok

dies us-east-1
run 6s
----
2s   us-east-1: healthy -> healthy   path, none   1.40 nats
3s   us-east-1: healthy -> failing   location, leave   cause: edge   168 nats

# It comes back, and answers.
well
run 5s
----
7s   us-east-1: failing -> healthy   location, none   1.40 nats
