"""Writes one planted clinic."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import benchmarks.planted as package
from benchmarks.planted import BESIDES, MAKES, ROOMY, SHORT, TIGHT, plant_make


def main() -> None:
    """Write one clinic."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.planted",
        description=package.__doc__,
        epilog="\n".join(["makes:", *(f"  {name}: {make.says}" for name, make in MAKES.items())]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--make", choices=list(MAKES), default="roomy", metavar="NAME", help="see below")
    parser.add_argument("--participants", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tight", action="store_true", help=f"begin with {TIGHT} instead of {ROOMY}")
    parser.add_argument("--short", action="store_true", help=f"begin with {SHORT}")
    parser.add_argument("--availability", type=float, help="share of the other days on which each person can come")
    parser.add_argument("--rooms", type=float, help="rooms above the planted need, as a share of it")
    parser.add_argument("--staff", type=float, help="staff above the planted need, as a share of it")
    parser.add_argument(
        "--besides", nargs="*", default=[], choices=BESIDES, help="what planted clinics have on request"
    )
    given = parser.parse_args()
    make = MAKES[given.make]
    shares = {name: getattr(given, name) for name in ("availability", "rooms", "staff")}
    slack = replace(
        SHORT if given.short else TIGHT if given.tight else make.slack,
        **{key: row for key, row in shares.items() if row is not None},
    )
    plant_make(given.folder, make, given.participants, given.seed, slack, given.besides)


if __name__ == "__main__":
    main()
