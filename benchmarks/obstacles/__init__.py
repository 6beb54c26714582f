"""Clinics with planted obstacles, and a judge of what ``iopsched explain`` tells of them.

A case is a planted clinic, in which everybody can have everything, with 1 to 5 obstacles: cells, rows or settings of
more than forty kinds (``of_people.py``, ``of_staff.py``, ``of_places.py``), each of which makes the least unmet need grow,
and helps if it alone is undone. In every tenth case two block the same thing, so that only undoing both helps. The
judge runs the command, looks for each obstacle among the facts that are told, gives way on every fact in the files, takes
every way out as it is written, and compares the price of the complete one with that of undoing what was planted.

    python -m benchmarks.obstacles make CASES --set choose --number 100
    python -m benchmarks.obstacles judge CASES RESULTS.jsonl --only 'choose-*'
    python -m benchmarks.obstacles report RESULTS.jsonl
"""
