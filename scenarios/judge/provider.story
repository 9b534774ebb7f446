# Most places of one provider sicken, and hardly any other: the provider is named.
world 15 locations
----
ok

ails us-central1 cache fails 8%
ails europe-north1 cache fails 8%
ails asia-southeast1 cache fails 8%
ails australia-southeast1 cache fails 8%
run 12s
----
6s   australia-southeast1: healthy -> shaky   location, none   cause: cache   14.1 nats
8s   us-central1: healthy -> shaky   location, none   cause: cache   12.5 nats
9s   2 locations: healthy -> shaky   provider, none   cause: google
9s   2 locations: shaky -> shaky   provider, none   cause: google
11s  3 locations: shaky -> failing   provider, leave   cause: google
