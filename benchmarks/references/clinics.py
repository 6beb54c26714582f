"""The 200 clinics by their arguments, from which each is made anew."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import foreign
from benchmarks.planted import MAKES, WEEK, plant_make
from benchmarks.references.features import FEATURES
from iopsched.domain.problem import Problem
from iopsched.ingest import inspect_clinic, read_schedule

SIZES = (12, 12, 12, 13, 13, 14, 14, 15, 16, 16, 18, 20)
WITH_FEATURES = ("tight", "short", "windows", "telehealth", "teens")
# Published weeks have some eleven treatments a person: a few people of one are as much as a whole small clinic.
CUTS = (
    *(
        (f"p{people}_t30_{load}", number)
        for people in (10, 20)
        for load in ("low", "medium")
        for number in (3, 4, 5, 6)
    ),
    ("p30_t30_low", 4),
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One clinic: of a make or a published week (``foreign`` and its name), with a feature, or with none where blank."""

    make: str
    participants: int
    seed: int
    feature: str = ""

    @property
    def name(self) -> str:
        """Return what names it in tables."""
        return "-".join(filter(None, (self.make, str(self.participants), str(self.seed), self.feature)))

    @property
    def is_foreign(self) -> bool:
        """Return whether it is cut from a published week."""
        return self.make not in MAKES

    def write(self, folder: Path, copy: Path | None = None) -> None:
        """Write the clinic; ``copy`` is where published weeks are read from."""
        if self.is_foreign:
            instance = foreign.read(self.make, foreign.fetch(self.make, copy))
            foreign.write(replace(instance, patients=instance.patients[: self.participants]), folder)
            return
        besides = ("earlier",) if self.feature == "earlier" else ()
        plant_make(folder, MAKES[self.make], self.participants, self.seed, besides=besides)
        if self.feature in FEATURES:
            FEATURES[self.feature](folder, random.Random(self.name))

    def problem(self, folder: Path, copy: Path | None = None) -> Problem:
        """Write the clinic and return it as read, with its earlier week if it has one.

        Raises
        ------
        ValueError
            If the clinic is bad input; it says so in a sentence.
        """
        self.write(folder, copy)
        found = inspect_clinic(folder, WEEK)
        if found.problem is None:
            raise ValueError(f"{self.name} is bad input: {found.issues[0]}")
        earlier = folder.with_name(f"{folder.name}-earlier")
        return replace(found.problem, previous=read_schedule(earlier)) if earlier.exists() else found.problem


def sha256(folder: Path) -> str:
    """Return the first 16 signs of a hash of a clinic's files: whether it is still the same clinic."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _every() -> tuple[Reference, ...]:
    plain = [Reference(make, size, seed) for make in MAKES for seed, size in enumerate(SIZES, 1)]
    more = [
        Reference(make, 12 + place % 3, 20 + place, feature)
        for place, make in enumerate(WITH_FEATURES)
        for feature in (*FEATURES, "earlier")
        if not (feature == "earlier" and MAKES[make].slack.is_short)
    ]
    cuts = [Reference(name, number, 0) for name, number in CUTS]
    return tuple(sorted([*plain, *more, *cuts], key=lambda row: (row.is_foreign, row.participants)))


REFERENCES = _every()
