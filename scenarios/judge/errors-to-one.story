# One vantage is told of errors where all others are served: its own way, or its own lie. Nobody moves.
world 3 locations
----
ok

probes us-east-2 -> us-east-1 error
run 20s
----
2s   us-east-1: healthy -> healthy   path, none   1.30 nats

why us-east-1
----
edge scope: us-east-2 can't reach it; its own users are well and other vantages see it
to failing: 2 of 3 locations getting no answer twice in a row, then it is lost: now 1 get none
to failing: 17.4 nats more: if 5.0 % of edge's 62 requests a second failed, it would be certain after about 7 s
