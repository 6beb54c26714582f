"""Weeks ahead: each made from the one before, in memory; what gets short when, and where admissions last."""
