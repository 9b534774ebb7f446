# Orders that can't be followed say why and the fix; of two opposite ones the later holds.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

order alice evacuate us-west-9
order alice evacuate us-east-1 class=editor
order alice evacuate us-east-1 share=1.5
order alice restore us-east-1
order alice answer question-9 1
----
3.00s   refused: alice: there is no location us-west-9
        . `houston status` lists them
3.00s   refused: alice: editor stays: its only writer is in us-east-1
        . move the writer first
3.00s   refused: alice: a share is over 0 and at most 1, not 1.5
        . for example --share 5%
3.00s   refused: alice: us-east-1 is not left
        . nothing to do
3.00s   refused: alice: no open question question-9
        . `houston status` lists the open ones

# A healthy location, 10 % of it, for a minute: out by canary, back by itself.
order alice evacuate eu-west-1 class=public share=0.1 for=20
tick 10
status
----
3.00s   alice: 10 % of PUBLIC leaves eu-west-1 for 20 s
3.00s   PUBLIC traffic of eu-west-1 -> ca-central-1 100 %
        . EDITOR stays: its only writer is in us-east-1
3.00s   eu-west-1: 4.6 % out
3.00s   scale eu-west-1 to 1100
3.00s   table 2: eu-west-1 -> ca-central-1 36 rps
4.00s   eu-west-1: 9.3 % out
4.00s   table 3: eu-west-1 -> ca-central-1 36 rps
5.00s   scale ca-central-1 to 530
5.00s   eu-west-1: 10 % out
5.00s   table 4: eu-west-1 -> ca-central-1 6 rps
6.00s   eu-west-1: done, 10 % out after 3 s; receivers keep what they have grown to
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 draining, 10 % elsewhere
  ap-south-1 serving

order bob restore eu-west-1
tick 15
status
----
13.00s  bob: eu-west-1 gets its users back (overrides the order of alice)
13.00s  eu-west-1 gets its users back: 5 % first, a look of 5 s, then double
13.00s  eu-west-1: 3.8 % of those who had left are back
13.00s  table 5: ca-central-1 -> eu-west-1 3 rps
18.00s  eu-west-1: 12 % of those who had left are back
18.00s  table 6: ca-central-1 -> eu-west-1 6 rps
23.00s  eu-west-1: 23 % of those who had left are back
23.00s  table 7: ca-central-1 -> eu-west-1 9 rps
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 restoring, 7 % elsewhere
  ap-south-1 serving

order carol evacuate eu-west-1 class=public share=0.1 for=20
tick 50
status
----
28.00s  carol: 10 % of PUBLIC leaves eu-west-1 for 20 s (overrides the restore of bob)
28.00s  PUBLIC traffic of eu-west-1 -> ca-central-1 100 %
        . EDITOR stays: its only writer is in us-east-1
28.00s  eu-west-1: 10 % out
28.00s  table 8: eu-west-1 -> ca-central-1 18 rps
29.00s  eu-west-1: done, 10 % out after 1 s; receivers keep what they have grown to
48.00s  eu-west-1 gets its users back: 5 % first, a look of 5 s, then double
48.00s  eu-west-1: 3.8 % of those who had left are back
48.00s  table 9: ca-central-1 -> eu-west-1 3 rps
48.00s  [expired] eu-west-1: the time that carol gave is over
53.00s  eu-west-1: 12 % of those who had left are back
53.00s  table 10: ca-central-1 -> eu-west-1 6 rps
58.00s  eu-west-1: 23 % of those who had left are back
58.00s  table 11: ca-central-1 -> eu-west-1 9 rps
60.00s  all 5 locations healthy; 3200 rps; fullest 77 %; eu-west-1 restoring
63.00s  eu-west-1: 46 % of those who had left are back
63.00s  table 12: ca-central-1 -> eu-west-1 18 rps
68.00s  eu-west-1: 100 % of those who had left are back
68.00s  table 13: ca-central-1 -> eu-west-1 42 rps
73.00s  eu-west-1 serves its own users again
73.00s  scale ca-central-1 to 500
73.00s  table 14: same places
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
