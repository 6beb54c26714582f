"""Ways out: the cheapest steps with which people have what they need, each solved again before it is told."""

from iopsched.answers.waysout.choosing import WaysFound, cheapest_steps, find_ways_out

__all__ = ["WaysFound", "cheapest_steps", "find_ways_out"]
