"""The shapes in which rosters are kept, a module for each: how it is recognized, and what it says."""
