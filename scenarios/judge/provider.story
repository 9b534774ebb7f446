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
4s   australia-southeast1: healthy -> shaky   location, none   cause: cache   12.3 nats
8s   2 locations: healthy -> shaky   provider, none   cause: google
8s   australia-southeast1: shaky -> shaky   provider, none   cause: google   18.0 nats
9s   europe-north1: healthy -> shaky   provider, none   cause: google   14.7 nats
10s  australia-southeast1: shaky -> failing   provider, leave   cause: google   20.1 nats
11s  2 locations: shaky -> failing   provider, leave   cause: google
