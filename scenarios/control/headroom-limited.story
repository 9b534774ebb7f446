# More machines would not help where something else is short: what that is, is named to people.
world headroom=location
  us-east-1 600 rps, ready 900, up to 2000, at 0
  us-east-2 300 rps, ready 500, up to 1600, at 11, limit database connections 550
  ca-central-1 200 rps, ready 400, up to 500, at 14

tick 130
first-line
room

restart
