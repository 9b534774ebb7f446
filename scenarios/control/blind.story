# A majority falls silent: fail static, said once, and an incident of its own until all have been heard for a while.
world
  us-east-1 900 rps, ready 1200, up to 2000, at 0
  us-east-2 700 rps, ready 900, up to 1600, at 11
  ca-central-1 300 rps, ready 500, up to 1500, at 14
  eu-west-1 800 rps, ready 1100, up to 2000, at 80
  ap-south-1 500 rps, ready 700, up to 1500, at 180
----
0.00s   route table 1: every zone at its nearest location that fits
0.00s   table 1: first

silent us-east-1 us-east-2 ca-central-1
tick 20
----
6.25s   ! I am blind: I hear 2 of 5 locations. I am moving nothing
        . servers go on answering from their last table
        . see whether this machine or its network is cut off

incidents
----
  1  Blind: I hear 2 of 5 locations and move nothing. You need to see whether this machine or its network is cut off.
     What: I am blind: I hear 2 of 5 locations. I am moving nothing.
     Users: Unknown: who is not heard can't say how its users fare. Servers go on answering from their last table.
     Why: At worst 2 of 5 locations were heard in the last 4 s; I need more than half. Not heard: us-east-1, us-east-2 and ca-central-1.
     Certain: Nothing had to be judged: it is a count.
     Doing: Nothing but listening.
     Not doing: I move nobody, not by order either, before I hear more than half of them.
     You need to: see whether this machine or its network is cut off

heard us-east-1 us-east-2 ca-central-1
tick 3
----
23.00s  I see again: 5 of 5 locations are heard

incidents
----
  1  I see again: 5 of 5 locations are heard.
     What: I see again: 5 of 5 locations are heard.
     Users: Who was not heard could not say how its users fared; servers went on answering from their last table.
     Why: At worst 2 of 5 locations were heard in the last 4 s; I need more than half.
     Certain: Nothing had to be judged: it is a count.
     Doing: I judge and move again as usual.
     Not doing: I make up for nothing that I did not see.
     You need to: do nothing

# Blind again within the minute is the same trouble.
silent us-east-1 us-east-2 ca-central-1 eu-west-1
tick 10
----
29.25s  ! I am blind: I hear 1 of 5 locations. I am moving nothing
        . servers go on answering from their last table
        . see whether this machine or its network is cut off

heard us-east-1 us-east-2 ca-central-1 eu-west-1
tick 70
----
36.00s  I see again: 5 of 5 locations are heard
60.00s  all 5 locations healthy; 3200 rps; fullest 77 %

incidents
----
  1 (closed)  I see again: 5 of 5 locations are heard.
     What: I see again: 5 of 5 locations are heard.
     Users: Who was not heard could not say how its users fared; servers went on answering from their last table.
     Why: At worst 1 of 5 locations were heard in the last 4 s; I need more than half.
     Certain: Nothing had to be judged: it is a count.
     Doing: Nothing more; it lasted 90 s.
     Not doing: Nothing is left to do.
     You need to: do nothing
