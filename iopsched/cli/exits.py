"""Exit codes: stable, because scripts read them."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command ends with (``docs/format.md``, section 5)."""

    DONE = 0
    """Done, and all needs are met."""
    BUG = 1
    """A fault of the program itself."""
    USAGE = 2
    """A request that makes no sense, such as an unknown option."""
    BAD_INPUT = 3
    """Files with faults; nothing was written."""
    UNMET = 4
    """Done, but needs are unmet; from ``verify``: rules are broken."""
    CONTRADICTION = 5
    """Pins or published facts that cannot hold together."""
    OUT_OF_TIME = 6
    """No schedule within the time limit; nothing is known about whether there is one."""
    CONFLICT = 7
    """Somebody else's change is in the way."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C or SIGTERM; the best schedule so far is kept and named."""
