# Three of Azure's four places turn bad and nobody else's: its users don't go into its fourth, though that is the nearest.
world
  uaenorth 300 rps, ready 500, up to 900, at 0, of azure
  qatarcentral 200 rps, ready 900, up to 1500, at 5, of azure
  southafricanorth 200 rps, ready 400, up to 900, at 60, of azure
  westindia 200 rps, ready 400, up to 900, at 30, of azure
  eu-west-1 500 rps, ready 900, up to 1500, at 40, of aws
  eu-central-1 500 rps, ready 900, up to 1500, at 50, of aws
  ap-south-1 400 rps, ready 700, up to 1500, at 45, of aws
  europe-north1 400 rps, ready 700, up to 1500, at 70, of google
  us-central1 400 rps, ready 700, up to 1500, at 170, of google
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

contingencies
----
  ap-south-1, eu-central-1, eu-west-1, europe-north1, qatarcentral, southafricanorth, uaenorth, us-central1, westindia
  all of azure: uaenorth, qatarcentral, southafricanorth, westindia
  all of aws: eu-west-1, eu-central-1, ap-south-1
  all of google: europe-north1, us-central1

says southafricanorth failing 21.2 dynamodb
says westindia failing 21.2 dynamodb
says uaenorth failing 21.6 dynamodb
tick 8
loads
----
3.00s   uaenorth: healthy -> failing  21.6 nats of 20.0  cause: azure 60 %  scope: provider
3.00s   southafricanorth: healthy -> failing  21.2 nats of 20.0  cause: azure 60 %  scope: provider
3.00s   westindia: healthy -> failing  21.2 nats of 20.0  cause: azure 60 %  scope: provider
3.00s   PUBLIC, INTERNAL traffic of southafricanorth -> eu-central-1 100 %
        . EDITOR stays: its only writer is in uaenorth; azure is the suspect: nobody goes into its other locations while others have room
3.00s   southafricanorth: 4.9 % out
3.00s   scale uaenorth to 500
3.00s   scale southafricanorth to 400
3.00s   scale westindia to 400
3.00s   table 2: southafricanorth -> eu-central-1 10 rps
3.00s   [canary-elsewhere] uaenorth waits: one canary at a time
3.00s   [canary-elsewhere] westindia waits: one canary at a time
4.00s   southafricanorth: 9.9 % out
4.00s   scale eu-west-1 to 960
4.00s   PUBLIC, INTERNAL traffic of uaenorth -> eu-west-1 100 %; grow eu-west-1 900 -> 960 first
        . EDITOR stays: its only writer is in uaenorth; azure is the suspect: nobody goes into its other locations while others have room
4.00s   uaenorth: 4.9 % out
4.00s   table 3: southafricanorth -> eu-central-1 10 rps; uaenorth -> eu-west-1 15 rps
4.00s   [receiver-not-ready] 0 rps of southafricanorth wait for receivers that are not ready
5.00s   southafricanorth: 20 % out
5.00s   uaenorth: 9.9 % out
5.00s   PUBLIC, INTERNAL traffic of westindia -> eu-west-1 100 %
        . EDITOR stays: its only writer is in uaenorth; azure is the suspect: nobody goes into its other locations while others have room
5.00s   westindia: 4.9 % out
5.00s   table 4: southafricanorth -> eu-central-1 20 rps; uaenorth -> eu-west-1 15 rps; westindia -> eu-west-1 10 rps
5.00s   [receiver-not-ready] 0 rps of uaenorth wait for receivers that are not ready
6.00s   southafricanorth: 40 % out
6.00s   uaenorth: 20 % out
6.00s   westindia: 9.9 % out
6.00s   table 5: southafricanorth -> eu-central-1 39 rps; uaenorth -> eu-west-1 29 rps; westindia -> eu-west-1 10 rps
6.00s   [receiver-not-ready] 0 rps of westindia wait for receivers that are not ready
7.00s   southafricanorth: 80 % out
7.00s   scale eu-west-1 to 984
7.00s   uaenorth: 40 % out
7.00s   westindia: 20 % out
7.00s   table 6: southafricanorth -> eu-central-1 79 rps; uaenorth -> eu-west-1 59 rps; westindia -> eu-west-1 20 rps
8.00s   southafricanorth: 100 % out
8.00s   scale eu-west-1 to 1008
8.00s   uaenorth: 80 % out
8.00s   scale eu-west-1 to 1127
8.00s   westindia: 40 % out
8.00s   table 7: southafricanorth -> eu-central-1 40 rps; uaenorth -> eu-west-1 118 rps; westindia -> eu-west-1 39 rps
9.00s   southafricanorth: done, 100 % out after 6 s; receivers keep what they have grown to
9.00s   uaenorth: 82 % out
9.00s   table 8: uaenorth -> eu-west-1 5 rps
10.00s  uaenorth: 100 % out
10.00s  scale eu-west-1 to 1200
10.00s  westindia: 80 % out
10.00s  table 9: uaenorth -> eu-west-1 55 rps; westindia -> eu-west-1 79 rps
  uaenorth 31 rps of 500 ready
  qatarcentral 198 rps of 900 ready
  southafricanorth 0 rps of 400 ready
  westindia 40 rps of 400 ready
  eu-west-1 950 rps of 1127 ready
  eu-central-1 693 rps of 900 ready
  ap-south-1 396 rps of 700 ready
  europe-north1 396 rps of 700 ready
  us-central1 396 rps of 700 ready
