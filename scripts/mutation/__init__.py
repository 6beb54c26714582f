"""A mutation run: one-line faults are put into model and verifier, one at a time, and the tests have to notice."""
