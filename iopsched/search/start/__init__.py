"""First weeks: what a search begins with, made from nothing or from what still holds of the previous week."""
