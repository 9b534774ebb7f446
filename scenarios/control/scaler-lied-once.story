# A scaler's lie that showed for one second only, for the chunk that showed it went back: its word is not believed for the loss of another place
# half a minute later.
world share-per-minute=1
  us-east-1 600 rps, ready 900, up to 2000, at 0
  us-east-2 300 rps, ready 400, up to 1600, at 11
  ca-central-1 200 rps, ready 400, up to 700, at 14
  eu-west-1 400 rps, ready 600, up to 2000, at 80
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

lies us-east-2 0.6
says us-east-1 failing 21.6 dynamodb
tick 30
room
loads
----
3.00s   us-east-1: healthy -> failing  21.6 nats of 20.0  cause: dynamodb 92 %
3.00s   scale us-east-2 to 1080
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 100 %; grow us-east-2 400 -> 1080 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.9 % out
3.00s   scale us-east-1 to 900
3.00s   table 2: us-east-1 -> us-east-2 30 rps
4.00s   us-east-1: 7.1 % out
4.00s   table 3: us-east-1 -> us-east-2 13 rps
4.00s   [receiver-not-ready] 18 rps of us-east-1 wait for receivers that are not ready
5.00s   us-east-1: 14 % out
5.00s   table 4: us-east-1 -> us-east-2 42 rps
6.00s   us-east-1: 29 % out
6.00s   table 5: us-east-1 -> us-east-2 84 rps
7.00s   us-east-1: 57 % out
7.00s   table 6: us-east-1 -> us-east-2 169 rps
8.00s   us-east-1: 100 % out
8.00s   table 7: us-east-1 -> us-east-2 255 rps
9.00s   us-east-2 says it is ready for 1080 rps and takes 808: I plan with those
        . look what its new machines wait for
9.00s   us-east-2 worsened: its requests wait 600 ms, 2 ms before. Its last chunk of us-east-1 goes back; I go round it for 2 min
9.00s   scale ca-central-1 to 550
9.00s   us-east-1: 62 % out
9.00s   table 8: us-east-2 -> ca-central-1 30 rps; us-east-2 -> us-east-1 226 rps
10.00s  us-east-1: 68 % out
10.00s  table 9: us-east-1 -> ca-central-1 33 rps
11.00s  us-east-1: 79 % out
11.00s  table 10: us-east-1 -> ca-central-1 68 rps
12.00s  us-east-1: 100 % out
12.00s  table 11: us-east-1 -> ca-central-1 124 rps
13.00s  us-east-1: done, 100 % out after 10 s; receivers keep what they have grown to
  us-east-1 ready 900 rps
  us-east-2 ready 808 rps
  ca-central-1 ready 550 rps
  eu-west-1 ready 600 rps
  us-east-1 15 rps of 900 ready
  us-east-2 636 rps of 1080 said to be ready, 808 really
  ca-central-1 453 rps of 550 ready
  eu-west-1 396 rps of 600 ready

lost eu-west-1
tick 8
loads
----
33.00s  ! eu-west-1 is lost: 3 of 4 locations get no answer
33.00s  notice: eu-west-1 is lost, seen by 3, table 11
33.00s  scale ca-central-1 to 700
33.00s  ! PUBLIC, INTERNAL traffic of eu-west-1 -> ca-central-1 74 %, us-east-2 26 %; growing ca-central-1 550 -> 721
        . EDITOR stays: its only writer is in us-east-1
        . answer my question: some find no room
33.00s  table 12: eu-west-1 -> ca-central-1 14 rps; eu-west-1 -> us-east-2 51 rps
33.00s  [receiver-not-ready] 128 rps of eu-west-1 wait for receivers that are not ready
35.00s  eu-west-1: 49 % out
35.00s  table 13: eu-west-1 -> ca-central-1 127 rps
36.00s  ! 203 rps of eu-west-1 have no place. What now?
        . choose within 5 min: [1] leave them in eu-west-1 [2] fill receivers to 95 % for 30 min (85 % is what the guards allow; never proven). No answer: I do 1
        ? question-38-s44wf8
  us-east-1 15 rps of 900 ready
  us-east-2 687 rps of 1080 said to be ready, 808 really
  ca-central-1 595 rps of 700 ready
  eu-west-1 203 rps of 600 ready
