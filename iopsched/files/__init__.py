"""Files of ours: read with bounds, written all or nothing, and told apart from the files of others.

Whatever writes raises ``UsageError`` where the disk refuses or something else stands in the way, and ``ConflictError``
where another process is writing in the same folder. What was there before is untouched then. The steps that a change
is made of raise ``OSError`` instead.
"""
