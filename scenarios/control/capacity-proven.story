# Scalers say what is ready; plans count on what was carried, on four fifths of what is said until then, and on no more than what a place's licences bear.
world unproven-share=0.8 share-per-minute=1
  us-east-1 600 rps, ready 1200, up to 2000, at 0
  us-east-2 300 rps, ready 1000, up to 2000, at 11
  ca-central-1 200 rps, ready 1000, up to 1500, at 14, limit licences 500
  eu-west-1 300 rps, ready 800, up to 1600, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

room
----
  us-east-1 ready 960 of 1200 rps: 80 % count until it has carried more
  us-east-2 ready 800 of 1000 rps: 80 % count until it has carried more
  ca-central-1 ready 500 of 1000 rps: limited by licences
  eu-west-1 ready 640 of 800 rps: 80 % count until it has carried more

# What has carried more counts for more.
proven us-east-1=700 us-east-2=960 eu-west-1=300
tick 1
room
----
  us-east-1 ready 960 of 1200 rps: 80 % count until it has carried more
  us-east-2 ready 960 of 1000 rps: proven 3s
  ca-central-1 ready 500 of 1000 rps: limited by licences
  eu-west-1 ready 640 of 800 rps: 80 % count until it has carried more

# An evacuation fills nobody past what counts; who must grow is asked for so much that what counts suffices.
says us-east-1 failing 21.6 dynamodb
tick 40
loads
room
----
4.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
4.00s   scale us-east-2 to 1350
4.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 960 -> 1080 first
        . EDITOR stays: its only writer is in us-east-1
4.00s   us-east-1: 4.9 % out
4.00s   scale us-east-1 to 1200
4.00s   table 2: us-east-1 -> us-east-2 30 rps
5.00s   us-east-1: 9.9 % out
5.00s   table 3: us-east-1 -> us-east-2 30 rps
5.00s   [receiver-not-ready] 1 rps of us-east-1 wait for receivers that are not ready
6.00s   us-east-1: 20 % out
6.00s   table 4: us-east-1 -> us-east-2 59 rps
7.00s   us-east-1: 40 % out
7.00s   table 5: us-east-1 -> us-east-2 118 rps
8.00s   us-east-1: 80 % out
8.00s   table 6: us-east-1 -> us-east-2 237 rps
9.00s   us-east-1: 100 % out
9.00s   table 7: us-east-1 -> us-east-2 121 rps
10.00s  us-east-1: done, 100 % out after 6 s; receivers keep what they have grown to
  us-east-1 14 rps of 1200 ready
  us-east-2 891 rps of 1350 ready
  ca-central-1 198 rps of 1000 ready
  eu-west-1 297 rps of 800 ready
  us-east-1 ready 960 of 1200 rps: 80 % count until it has carried more
  us-east-2 ready 1080 of 1350 rps: 80 % count until it has carried more
  ca-central-1 ready 500 of 1000 rps: limited by licences
  eu-west-1 ready 640 of 800 rps: 80 % count until it has carried more

restart
----
  the replayed state is the same, byte for byte
