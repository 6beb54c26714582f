"""Times that could be added to somebody's windows: whole gaps of a day, or pieces of at most an hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iopsched.domain.timegrid import DAY, HOUR, TimeRange, Windows


def gaps(windows: Windows, open_: Windows) -> tuple[TimeRange, ...]:
    """Return the stretches of ``open_`` beside and between windows, none over midnight."""
    free = open_.minus(windows)
    return tuple(
        TimeRange(max(item.start, day * DAY), min(item.end, (day + 1) * DAY))
        for item in free
        for day in range(item.start // DAY, (item.end - 1) // DAY + 1)
    )


def opens_one_of(windows: Windows, item: TimeRange, spans: Iterable[TimeRange]) -> bool:
    """Return whether a session could be held with one more stretch that could not be held in the windows alone."""
    wider = windows.union(Windows.of([item]))
    return any(
        item.start < span.end
        and span.start < item.end
        and wider.covers(span.start, span.end)
        and not windows.covers(span.start, span.end)
        for span in spans
    )


def pieces(windows: Windows, open_: Windows, blocks: Sequence[TimeRange]) -> tuple[TimeRange, ...]:
    """Return pieces of at most an hour beside and between windows, so that those next to each other add up.

    They are laid from the windows outward; where there are none, and where a block lies in the gap, from the start of
    each block.
    """
    found: dict[TimeRange, None] = {}
    ends, starts = {item.end for item in windows}, {item.start for item in windows}
    for gap in gaps(windows, open_):
        inside = [item for item in blocks if gap.start <= item.start and item.end <= gap.end]
        of_blocks = [piece for item in inside for piece in _forward(item.start, item.end)]
        if gap.start in ends:
            found.update(dict.fromkeys([*_forward(gap.start, gap.end), *of_blocks]))
        elif gap.end in starts:
            found.update(dict.fromkeys([*_backward(gap.start, gap.end), *of_blocks]))
        else:
            beside = gaps(Windows.of(inside), Windows.of([gap]))
            rest = [piece for item in beside for piece in _forward(item.start, item.end)]
            found.update(dict.fromkeys([*of_blocks, *rest]))
    return tuple(sorted(found))


def _forward(start: int, end: int) -> Iterator[TimeRange]:
    for at in range(start, end, HOUR):
        yield TimeRange(at, min(at + HOUR, end))


def _backward(start: int, end: int) -> Iterator[TimeRange]:
    for at in range(end, start, -HOUR):
        yield TimeRange(max(at - HOUR, start), at)
