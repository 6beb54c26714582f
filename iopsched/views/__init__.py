"""What a reader sees of a week beyond the rows of :mod:`iopsched.views.sessions`: grids, loads, days of staff and rooms, words.

Pure functions from facts to rows, shared by all outputs. People appear only
as the labels say that are handed in.
"""
