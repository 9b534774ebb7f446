# A bad version travels: each place sickens when it arrives. Moving ahead of it does not help; rolling back does.
world 7 locations
----
ok

deploys v4 us-east-1
ails us-east-1 cart fails 18%
run 10s
----
5s   us-east-1: healthy -> shaky   location, none   cause: cart   11.7 nats
8s   us-east-1: shaky -> failing   location, leave   cause: cart   21.6 nats

deploys v4 us-east-2
ails us-east-2 cart fails 18%
run 12s
----
14s  us-east-1: failing -> failing   deploy, hold   cause: cart   24.1 nats
14s  us-east-2: healthy -> shaky   deploy, hold   cause: cart   11.6 nats
16s  us-east-2: shaky -> failing   deploy, hold   cause: cart   19.5 nats
