"""Alternatives: why something is as it is, what the next best choice would cost, and what forbids the others."""
