"""A process dies, or something else happens, at one of the calls that change the disk."""

import os

import pytest

CHANGES = ("mkdir", "open", "fsync", "rename", "replace", "rmdir", "unlink", "link")


def counting(patch, point, act):
    """Act at the given change of the disk and return the list whose length counts them."""
    seen = []

    def wrap(real):
        def call(*args, **kwargs):
            seen.append(real)
            if point and len(seen) == point:
                act()
            return real(*args, **kwargs)

        return call

    for name in CHANGES:
        patch.setattr(os, name, wrap(getattr(os, name)))
    return seen


def changes_of(work):
    """Do some work and return how many changes of the disk it makes."""
    with pytest.MonkeyPatch.context() as patch:
        seen = counting(patch, 0, None)
        work()
    return len(seen)


def die(work, point):
    """Let another process do some work and die at the given change of the disk."""
    child = os.fork()
    if not child:
        try:
            with pytest.MonkeyPatch.context() as patch:
                counting(patch, point, lambda: os._exit(137))
                work()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137


def refuse():
    """Be a full disk."""
    raise OSError(28, "No space left on device")
