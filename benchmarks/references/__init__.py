"""Exact values of 200 small clinics, and whether the product reaches every one.

The clinics have 12 to 20 people and are of every make of :mod:`benchmarks.planted`, with features on top
(:mod:`benchmarks.references.features`), or cut from published rehabilitation weeks (:mod:`benchmarks.foreign`). Only their
arguments and values are kept, in ``values.csv``: unmet need, worst off, people short, changes, moves and preferences in rank
order, each as the least value with the goals before it at theirs. A cell is blank where no proof ended in time, and so are
all after it. The values come from the textbook model (:mod:`benchmarks.twins`), which shares nothing with the product's model
or search, solved to proof by CP-SAT with one worker.

    python -m benchmarks.references --hours 2            # values that are missing; can be stopped and goes on
    python -m benchmarks.references --check [--limit 60]  # solve every one and compare; exit code 1 where any differs

``--foreign COPY`` names a copy of the published instances; without it, cuts of them are left out.
"""
