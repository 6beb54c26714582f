"""What is said before a search that takes much memory."""

from __future__ import annotations

from pathlib import Path

MUCH_MB = 1024
MEMORY, LIMIT, USED = "/proc/meminfo", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"


def memory_line(needed_mb: int, free_mb: float | None) -> str:
    """Return what a search needs and what to do about it, blank where that is nothing to speak of."""
    need = f"This search takes about {_gigabytes(needed_mb)} of memory at its largest"
    if free_mb is not None and needed_mb > free_mb:
        return (
            f"Warning: {need}, and {_gigabytes(free_mb)} are free: the system may slow down, or end it. "
            "Close other programs, or use a machine with more memory; --workers 2 takes the least."
        )
    return f"{need}." if needed_mb > MUCH_MB else ""


def free_memory_mb() -> float | None:
    """Return how much memory this process could still have, in MB; None where the system does not tell."""
    found = [row for row in (_available_mb(), _allowed_mb()) if row is not None]
    return min(found, default=None)


def _available_mb() -> float | None:
    """Return what Linux could give without swapping."""
    try:
        rows = Path(MEMORY).read_text(encoding="ascii").splitlines()
        return next(int(row.split()[1]) / 1024 for row in rows if row.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def _allowed_mb() -> float | None:
    """Return what is left of the limit of a container, None without one."""
    try:
        limit, used = (Path(path).read_text(encoding="ascii").strip() for path in (LIMIT, USED))
        return None if limit == "max" else max(0, int(limit) - int(used)) / 2**20
    except (OSError, ValueError):
        return None


def _gigabytes(mb: float) -> str:
    return f"{mb / 1024:.1f} GB"
