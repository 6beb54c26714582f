"""Rows of each file, and the tables of the settings, become facts of the domain."""
