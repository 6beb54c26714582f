"""What really happened in the weeks that are over: who was there, and what of an authorization is used.

What was published is the plan, ``attendance.csv`` what became of it; neither is changed here.
"""
