"""What arrives when something is sent to another process."""

from multiprocessing import Pipe


def sent(value):
    """Return what another process would get."""
    here, there = Pipe()
    with here, there:
        here.send(value)
        return there.recv()
