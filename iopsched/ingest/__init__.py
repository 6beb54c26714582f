"""A clinic folder becomes an immutable Problem; every fault is told at once."""
