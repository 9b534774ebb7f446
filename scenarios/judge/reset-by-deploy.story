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
checkout requests: 0.00 % of requests fail; at most 0.10 % is usual; 0.00 % elsewhere
payment requests: 0.00 % of requests fail; at most 0.10 % is usual; 0.00 % elsewhere
email requests: 0.00 % of requests fail; at most 0.10 % is usual; 0.02 % elsewhere
edge set-aside: set aside: cart's counter went backwards twice (reset)
