# The machine under all locations stalls: everything is three times slower everywhere. That is no place's fault.
world 7 locations
----
ok

stalls 3x
run 30s
----
nothing changes

stalls 1x
run 30s
----
nothing changes
