"""Why something cannot be: what keeps each participant from what they lack, before and after a solve."""
