"""Many clinics in one night: which sites there are, what of each travels to whoever solves it, and what comes back.

What is read from the disk and written to it is the matter of :mod:`iopsched.work.networks` alone.
"""
