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

restarts us-east-1 cart
run 60s
----
nothing changes

why us-east-1
----
edge set-aside: set aside: cart's counter went backwards twice (reset)
