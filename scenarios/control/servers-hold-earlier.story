# A Houston with an empty store finds servers that hold a table of an earlier log. Nobody knows whom that one leads where, so they keep it until a
# person lets the first table go out.
world held=37
  us-east-1 900 rps, ready 1800, up to 2000, at 0
  us-east-2 400 rps, ready 800, up to 1600, at 11
  ca-central-1 300 rps, ready 900, up to 1500, at 14
----
0.00s   [goes-on-above] servers hold table 37 of an earlier log: mine go on from 38
0.00s   ! Servers hold table 37 of an earlier log. Send every zone to its nearest location that fits?
        . choose within 60 min: [1] yes: whoever is led elsewhere moves at once [2] no: leave servers with the table they hold. No answer: I do 2
        ? question-1-s44we8

# The lost one is left by servers themselves, as the table that they hold says.
lost us-east-1
order alice evacuate us-east-1
tick 20
found us-east-1
status
----
3.00s   [order-too-early] alice: the first table is not out yet; it waits for an answer (`houston status`)
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  1 open

held 38
order alice answer question-1-s44we8 1
tick 3
restart
----
23.00s  [goes-on-above] servers hold table 38 of an earlier log: mine go on from 39
23.00s  alice: [1] yes: whoever is led elsewhere moves at once
23.00s  route table 39: every zone at its nearest location that fits
23.00s  table 39: first
  the replayed state is the same, byte for byte

# A log of minutes is no new one: what is higher now is somebody else's.
tick 60
held 99
tick 2
----
60.00s  all 3 locations healthy; 1600 rps; fullest 50 %
86.00s  ! servers hold table 99, and mine is 39: traffic stays as it is
        . look whether another Houston publishes
86.00s  [servers-hold-newer] servers hold table 99; mine is 39
