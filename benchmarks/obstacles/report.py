"""What came of all judged cases, as a table: the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]


def report(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the lines of the report."""
    yield from _sums(lines)
    yield ""
    yield from _kinds(lines)
    yield ""
    yield from _misses(lines)


def _sums(lines: Sequence[Line]) -> Iterator[str]:
    alone = [named for line in lines for at, named in enumerate(line["named"]) if at not in line["together"]]
    pairs = [[line["named"][at] for at in line["together"]] for line in lines if line["together"] and line["named"]]
    facts = Counter(
        verdict.split(":")[0] for line in lines for cause in line["causes"] for _, verdict in cause["facts"]
    )
    ways = [way for line in lines for way in line["ways"]]
    priced = [line for line in lines if line["undoing"] is not None]
    dearer = [line for line in priced if line["price"] is not None and line["price"] > line["undoing"]]
    yield f"cases judged: {len(lines)}, proven by the twin {sum(line['unmet'] == line['bound'] for line in lines)}"
    yield f"named: {sum(alone)} of {len(alone)} ({_share(sum(alone), len(alone))})"
    yield f"pairs of which one is named: {sum(map(any, pairs))}, both: {sum(map(all, pairs))}, of {len(pairs)}"
    yield f"facts told: {sum(facts.values())}: {', '.join(f'{name} {number}' for name, number in sorted(facts.items()))}"
    yield f"causes with anything false: {sum(_is_false(cause) for line in lines for cause in line['causes'])} of {sum(len(line['causes']) for line in lines)}"
    more = sum(not way["wrong"] and way["reached"] < way["promised"] for way in ways)
    yield f"ways out: {len(ways)}, not as promised: {sum(bool(way['wrong']) for way in ways)}, bring more: {more}"
    yield (
        f"complete fix: in {sum(line['price'] is not None for line in lines)} cases; where undoing is {len(priced)} times "
        f"expressible: dearer {len(dearer)}, none told {sum(line['price'] is None for line in priced)}"
    )
    for size in sorted({line["participants"] for line in lines}):
        own = [line for line in lines if line["participants"] == size]
        for name in ("processor", "seconds"):
            numbers = sorted(line[name] for line in own)
            yield f"{size} participants, {name}: median {numbers[len(numbers) // 2]:.1f}, most {numbers[-1]:.1f}"
    yield f"with something unfinished: {sum(bool(line['unfinished']) for line in lines)}; with faults: {sum(bool(line['faults']) for line in lines)}"


def _kinds(lines: Sequence[Line]) -> Iterator[str]:
    named, planted = Counter[str](), Counter[str]()
    for line in lines:
        for at, (kind, is_named) in enumerate(zip(line["kinds"], line["named"], strict=False)):
            if at not in line["together"]:
                planted[kind] += 1
                named[kind] += is_named
    rows = sorted(planted, key=lambda kind: (named[kind] / planted[kind], kind))
    yield "kind: named of planted"
    yield from (f"  {kind}: {named[kind]} of {planted[kind]}" for kind in rows)


def _misses(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        missed = [
            kind
            for at, (kind, is_named) in enumerate(zip(line["kinds"], line["named"], strict=False))
            if not is_named and at not in line["together"]
        ]
        wrong = [f"{cause['kind']} {place}: {verdict}" for cause in line["causes"] for place, verdict in cause["facts"] if verdict != "true"]  # fmt: skip
        ways = [
            f"way {way['number']} ({way['kind']}): {'; '.join(way['wrong'])}" for way in line["ways"] if way["wrong"]
        ]
        price = []
        if line["undoing"] is not None and (line["price"] is None or line["price"] > line["undoing"]):
            price = [f"complete fix {line['price']}, undoing {line['undoing']}"]
        told = [*(f"not named: {kind}" for kind in missed), *wrong, *ways, *price, *line["faults"]]
        if told:
            yield f"{line['case']} ({line['participants']}, {', '.join(line['kinds'])})"
            yield from (f"  {row}" for row in told)


def _is_false(cause: Mapping[str, Any]) -> bool:
    return any(verdict.startswith("false") for _, verdict in cause["facts"])


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"
