# A whole provider is gone in one moment: its users go where its contingency says, and nobody into its other region.
world
  uaenorth 300 rps, ready 500, up to 900, at 0, of azure
  qatarcentral 200 rps, ready 900, up to 1500, at 5, of azure
  eu-west-1 500 rps, ready 900, up to 1500, at 40, of aws
  eu-central-1 500 rps, ready 900, up to 1500, at 50, of aws
  ap-south-1 400 rps, ready 700, up to 1500, at 45, of aws
  europe-north1 400 rps, ready 700, up to 1500, at 70, of google
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

contingencies
----
  ap-south-1, eu-central-1, eu-west-1, europe-north1, qatarcentral, uaenorth
  all of azure: uaenorth, qatarcentral
  all of aws: eu-west-1, eu-central-1, ap-south-1

lost uaenorth
lost qatarcentral
tick 4
loads
----
3.00s   ! qatarcentral is lost: 4 of 6 locations get no answer
3.00s   notice: qatarcentral is lost, seen by 4, table 1
3.00s   ! uaenorth is lost: 4 of 6 locations get no answer
3.00s   notice: uaenorth is lost, seen by 4, table 1
3.00s   ! PUBLIC, INTERNAL traffic of qatarcentral -> ap-south-1 100 %
        . EDITOR stays: its only writer is in uaenorth; azure is the suspect: nobody goes into its other locations while others have room
3.00s   qatarcentral: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   ! PUBLIC, INTERNAL traffic of uaenorth -> eu-west-1 91 %, eu-central-1 9 %
        . EDITOR stays: its only writer is in uaenorth; azure is the suspect: nobody goes into its other locations while others have room
3.00s   uaenorth: done, 100 % out after 0 s; receivers keep what they have grown to
3.00s   table 2: qatarcentral -> ap-south-1 198 rps; uaenorth -> ap-south-1 1 rps; uaenorth -> eu-central-1 27 rps; uaenorth -> eu-west-1 269 rps
  uaenorth 23 rps of 500 ready
  qatarcentral 0 rps of 900 ready
  eu-west-1 764 rps of 900 ready
  eu-central-1 522 rps of 900 ready
  ap-south-1 595 rps of 700 ready
  europe-north1 396 rps of 700 ready
