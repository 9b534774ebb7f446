# A deploy restarts cart: its counters begin anew. That is no fault, and no flood of requests either.
world 7 locations
----
ok

deploys v4 us-east-1
restarts us-east-1 cart
run 2s
----
nothing changes

why us-east-1
----
edge set-aside: set aside: cart's counter went backwards once (reset)
to failing: 18.1 nats more: if 5.0 % of edge's 60 requests a second failed, it would be certain after about 7 s

restarts us-east-1 cart
run 60s
----
nothing changes

why us-east-1
----
edge set-aside: set aside: cart's counter went backwards twice (reset)
to failing: 17.9 nats more: if 5.0 % of edge's 61 requests a second failed, it would be certain after about 7 s
