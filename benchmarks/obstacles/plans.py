"""Which cases there are: of 30 and 60 participants for choosing and for confirming, and tiny ones."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.obstacles.bases import BASES
from benchmarks.obstacles.planting import Plan

# Seeds of the clinics: what is chosen by looking at the first is confirmed on the others.
SETS = {"choose": 1, "confirm": 501, "tiny": 1001}
TINY = 14


def plans(name: str, number: int) -> Iterator[Plan]:
    """Yield plans: every base in turn, 30 and 60 participants (of tiny ones 14), 1 to 5 obstacles, a pair in every tenth."""
    for at in range(number):
        chance = random.Random(f"{name}/{at}")
        base = list(BASES)[at % len(BASES)]
        has_pair = at % 10 == 9
        yield Plan(
            name=f"{name}-{at:03d}",
            base=base,
            participants=TINY if name == "tiny" else 60 if at // len(BASES) % 2 else 30,
            seed=SETS[name] + at,
            obstacles=chance.randint(2 if has_pair else 1, 5),
            has_pair=has_pair,
            is_priced=chance.random() < 0.4,
        )
