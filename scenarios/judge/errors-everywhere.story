# A bad version makes every request fail in every place, and the page that is looked at too. Nobody is better off elsewhere, so nobody moves;
# and who is told of errors is heard, so it is no watcher's fault.
world 7 locations
----
ok

deploys v4 *
ails * edge fails 100%
probes * -> * error
run 20s
----
2s   7 locations: healthy -> healthy   path, none
4s   7 locations: healthy -> shaky   deploy, none   cause: edge
5s   7 locations: shaky -> failing   deploy, none   cause: edge
