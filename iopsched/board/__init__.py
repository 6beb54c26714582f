"""A week that somebody edits by hand: single moves, what each of them breaks and costs, and where else something could be."""
