# A tenant is pinned to a location that is new: it comes when the location has proved its health. Who is pinned elsewhere is not among its first users.
world
  us-east-1 900 rps, ready 1800, up to 2000, at 0
  us-east-2 400 rps, ready 800, up to 1600, at 11, later
  ca-central-1 300 rps, ready 900, up to 1500, at 14
  us-west-2 400 rps, ready 600, up to 1500, at 60
  users of lyon, 100 rps, at 12
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

joins us-east-2
tick 2
order ann pin tenant www.tenant.example us-east-2
order ann pin zone lyon ca-central-1
tick 25
status
order bob restore us-east-2
tick 14
----
3.00s   us-east-2 is new and has no users
        . I send nobody there before, not even when another location is lost
        . order `houston restore us-east-2` when it has been healthy for a while: it brings those who have it nearest, a few first
3.00s   scale ca-central-1 to 1500
3.00s   table 2: same places
5.00s   ann: tenant www.tenant.example is pinned to us-east-2, with all of PUBLIC bucket 188
5.00s   [comers-wait] us-east-2 does not get the users of tenant www.tenant.example, who are pinned to it yet: it is not well
5.00s   ann: zone lyon is pinned to ca-central-1
5.00s   ca-central-1 gets the users of zone lyon, who are pinned to it: 5 % first, a look of 5 s, then double
5.00s   ca-central-1 serves the users of zone lyon, who are pinned to it
9.00s   table 3: same places
13.00s  us-east-2 gets the users of tenant www.tenant.example, who are pinned to it: 5 % first, a look of 5 s, then double
14.00s  us-east-2: 100 % of who belongs there by order is there
14.00s  table 4: ca-central-1 -> us-east-2 3 rps; us-east-1 -> us-east-2 3 rps; us-west-2 -> us-east-2 1 rps
19.00s  us-east-2 serves the users of tenant www.tenant.example, who are pinned to it
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  tenant www.tenant.example is pinned to us-east-2 by ann: 95 % of it is there
  zone lyon is pinned to ca-central-1 by ann: all of it is there
30.00s  bob: us-east-2 gets its first users, who have it nearest
30.00s  us-east-2 gets its first users: 5 % first, a look of 5 s, then double
30.00s  us-east-2: 5 % of its users are there
30.00s  table 5: ca-central-1 -> us-east-2 19 rps; us-east-1 -> us-east-2 1 rps
35.00s  us-east-2: 10 % of its users are there
35.00s  table 6: ca-central-1 -> us-east-2 19 rps; us-east-1 -> us-east-2 1 rps
40.00s  us-east-2: 20 % of its users are there
40.00s  table 7: ca-central-1 -> us-east-2 39 rps; us-east-1 -> us-east-2 2 rps

# It does not bear its first users: they go where they were, and who is pinned still belongs there.
says us-east-2 healthy failed=0.1
tick 4
status
says us-east-2 healthy
tick 100
status
restart
----
44.00s  us-east-2 does not bear its users (10.0 % of its requests fail, 0.1 % before): they go out again
        . when it is mended, `houston restore us-east-2` tries again
44.00s  table 8: us-east-2 -> ca-central-1 77 rps; us-east-2 -> us-east-1 3 rps
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  tenant www.tenant.example is pinned to us-east-2 by ann: 95 % of it is there
  zone lyon is pinned to ca-central-1 by ann: all of it is there
60.00s  all 4 locations healthy; 2100 rps; fullest 66 %
63.25s  scale ca-central-1 to 1172
69.00s  table 9: same places
120.00s all 4 locations healthy; 2100 rps; fullest 66 %
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  us-west-2 serving
  tenant www.tenant.example is pinned to us-east-2 by ann: 95 % of it is there
  zone lyon is pinned to ca-central-1 by ann: all of it is there
  the replayed state is the same, byte for byte
