"""Answers: why people are short and what would help, why something is as it is, and who more could come."""
