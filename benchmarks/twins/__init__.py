"""Opponents of the product on the same clinics: a textbook CP-SAT model, a MIP of it, and a local search.

They read a clinic with the product's reader and are checked by its verifier, and share nothing with its model or
search. Each is a command with the same arguments and the same two outputs; see :mod:`benchmarks.twins.common`. All
start unassigned: no hint, no schedule from outside.

The textbook and its MIP know every rule and goal but what has begun of a week and the rotation of modules
(:mod:`benchmarks.twins.refusals`); the local search knows planted clinics of the first make
(:mod:`benchmarks.twins.timefold_clinic`). What a twin does not know it refuses by name.
"""
