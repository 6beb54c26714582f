"""The end of a search: single moves of the week found, until none of them improves a goal."""
