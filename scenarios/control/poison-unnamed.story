# One tenant's requests make sick whoever serves them, and nobody can name it at first: one receiver sickens, named by then.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

# Only the receiver's counters name the bucket: it is kept at the sender, everything else goes back, all moves stop.
poison 3 failing 22 cart named-by=us-east-2
tick 20
status
contingencies
----
3.00s   us-east-1: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %
3.00s   scale us-east-2 to 1600
3.00s   scale ca-central-1 to 632
3.00s   PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %; grow us-east-2 900 -> 1648, ca-central-1 500 -> 631 first
        . EDITOR stays: its only writer is in us-east-1
3.00s   us-east-1: 4.8 % out
3.00s   scale us-east-1 to 1200
3.00s   table 2: us-east-1 -> us-east-2 43 rps
4.00s   us-east-1: failing -> healthy  0.0 nats of 20.0
4.00s   us-east-2: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
4.00s   ! I stop all moves: us-east-2 sickened in us-east-1's way after taking its chunks (it turned failing): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . look at what the tenants of public bucket 3 ask for; then `houston release`
4.00s   table 3: us-east-2 -> us-east-1 43 rps; public bucket 3 kept at us-east-1
5.00s   us-east-1: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %
5.00s   us-east-2: failing -> healthy  0.0 nats of 20.0
10.00s  table 4: public bucket 3 kept at us-east-1
  us-east-1 serving
  us-east-2 serving
  ca-central-1 serving
  eu-west-1 serving
  ap-south-1 serving
  stopped
  ap-south-1, ca-central-1, eu-west-1

order alice release
tick 2
----
23.00s  alice: released the stop, what was set apart
23.00s  PUBLIC, INTERNAL traffic of us-east-1 -> us-east-2 75 %, ca-central-1 25 %
        . EDITOR stays: its only writer is in us-east-1
23.00s  us-east-1: 4.8 % out
23.00s  table 5: us-east-1 -> us-east-2 43 rps
23.00s  us-east-1: failing -> healthy  0.0 nats of 20.0
23.00s  us-east-2: healthy -> failing  22.0 nats of 20.0  cause: cart 92 %  scope: follows-the-traffic
24.00s  ! I stop all moves: us-east-2 sickened in us-east-1's way after taking its chunks (it turned failing): the trouble follows the traffic
        . nothing moves by itself until a person releases or all involved are well
        . look at what the tenants of public bucket 3 ask for; then `houston release`
24.00s  table 6: us-east-2 -> us-east-1 43 rps; public bucket 3 kept at us-east-1
