"""Why something cannot be: what could be held at all, and a first reason for what is not, before and after a solve."""
