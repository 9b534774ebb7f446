# Exporters lie: one tells what is no number, one counts below zero, one reports microseconds as milliseconds since its
# deploy, one has most of its requests fail though nobody who calls it feels anything. What makes no sense is set aside
# and named; nobody moves. The same figures, felt by those who call, are left.
world 7 locations
----
ok

lies us-east-1 search nan
lies us-east-1 session negative
lies us-east-1 pricing 1000x
run 60s
----
nothing changes

why us-east-1
----
edge set-aside: set aside: pricing's latency is x1,000 from one look to the next, and nobody who calls it feels that: another unit; session counted below zero some 120 times; search told some 120 times what is no number
to failing: 17.9 nats more: if 5.0 % of edge's 62 requests a second failed, it would be certain after about 7 s

well
ails us-east-1 stock fails 60%
run 30s
----
nothing changes

why us-east-1
----
checkout requests: 0.60 % of requests failed in the last minute; at most 0.10 % is usual; 0.00 % elsewhere
edge set-aside: set aside: stock says that 57 % of its requests fail or crawl, and nobody who calls it feels that; session counted below zero some 120 times; search told some 120 times what is no number
to failing: 17.4 nats more: if 5.0 % of edge's 59 requests a second failed, it would be certain after about 8 s

ails us-east-1 catalog fails 35%
ails us-east-1 web fails 25%
ails us-east-1 edge fails 25%
run 30s
----
93s  us-east-1: healthy -> shaky   location, none   cause: dynamodb   12.2 nats
95s  us-east-1: shaky -> failing   location, leave   cause: dynamodb   19.7 nats
