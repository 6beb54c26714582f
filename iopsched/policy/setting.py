"""What a setting of ``clinic.toml`` is: its key, its place among the facts, its bounds, and how it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf
from typing import Any, Literal

from iopsched.domain.clinic import Clinic
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import HOUR, hours
from iopsched.rulebook import GoalId, RuleId

ANY = "*"
Path = tuple[str, ...]
Kind = Literal["text", "texts", "date", "clock", "flag", "whole", "wholes", "hours"]
Form = Literal["text", "texts", "date", "clock", "flag", "wholes", "number"]
Looser = Literal["less", "more"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of ``clinic.toml``; ``ANY`` in its ``path`` stands for a name that the clinic gives.

    ``low`` and ``high`` bound a number, and each of ``wholes``, in the unit of the file; a kept value of kind
    ``hours`` is in minutes. ``fields`` of the object at ``home`` inside :class:`Clinic` keep the value: two for a
    pair, none where only the reader needs it. ``rule`` is the rule or goal that reads it, None where none does.
    ``looser`` says which numbers ask less of a schedule, ``off`` is the kept value that asks nothing; where the field
    ``only_with`` of the same object is 0, this setting says nothing. In ``subject`` and ``words`` the braces stand
    for the name and for the value. ``default`` is kept where neither file nor preset names it, on the word of ``source``.
    """

    path: Path
    kind: Kind
    meaning: str
    low: int = 0
    high: int = 0
    choices: Path = ()
    home: Path | None = None
    fields: Path | None = None
    rule: RuleId | GoalId | None = None
    looser: Looser | None = None
    off: object = None
    only_with: str = ""
    subject: str = "{}"
    words: str | Callable[[Any], str] = "{}"
    off_words: str = "off"
    default: object = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.home is None:
            object.__setattr__(self, "home", self.path[:-1])
        if self.fields is None:
            object.__setattr__(self, "fields", (self.key.replace("hours", "minutes"),))

    @property
    def key(self) -> str:
        """Return the last part of the path."""
        return self.path[-1]

    @property
    def dotted(self) -> str:
        """Return the whole key, such as ``levels.NAME.max_gap_days``."""
        return ".".join("NAME" if part == ANY else part for part in self.path)

    def path_of(self, name: str) -> Path:
        """Return the path with the name that the clinic gives."""
        return tuple(self._named(part, name) for part in self.path)

    @property
    def field(self) -> str:
        """Return the field that keeps the value, the first of a pair."""
        return (self.fields or ("",))[0]

    @property
    def form(self) -> Form:
        """Return what a cell of the workbook holds."""
        match self.kind:
            case "hours" | "whole":
                return "number"
            case kind:
                return kind

    def stored(self, written: Any) -> Any:
        """Return the kept value of a written one: hours as minutes, lists as tuples.

        Raises
        ------
        ValueError
            If a number is out of bounds, or is no whole number of minutes.
        """
        if self.kind == "wholes":
            return tuple(self._bounded(number) for number in written)
        if self.kind == "texts":
            return tuple(written)
        return self._bounded(written) if self.form == "number" else written

    def _bounded(self, written: Any) -> int:
        number = Decimal(str(written))
        kept = number * HOUR if self.kind == "hours" else number
        if not self.low <= number <= self.high or kept % 1:
            unit = "hours" if self.kind == "hours" else "a whole number"
            msg = f"{self.dotted} is {unit} from {self.low} to {self.high}, not {written}."
            raise ValueError(msg)
        return int(kept)

    def names(self, clinic: Clinic) -> tuple[str, ...]:
        """Return the names under which a clinic has this setting, one blank name where it gives none."""
        if ANY not in self.path:
            return ("",)
        table = getattr(clinic, self.path[0])
        return tuple(table if isinstance(table, Mapping) else (row.id for row in table))

    def value(self, clinic: Clinic, name: str = "") -> Any:
        """Return the kept value, a tuple where two fields keep it.

        Raises
        ------
        KeyError
            If the clinic does not give this name.
        """
        try:
            values = tuple(_inside(self._owner(clinic, name), self._named(field, name)) for field in self.fields or ())
        except KeyError:
            if self.default is None:
                raise
            return self.default
        return values[0] if len(values) == 1 else values

    def _owner(self, clinic: Clinic, name: str) -> Any:
        owner: Any = clinic
        for step in self.home or ():
            owner = _inside(owner, self._named(step, name))
        return owner

    @staticmethod
    def _named(part: str, name: str) -> str:
        return name if part == ANY else part

    def says_something(self, clinic: Clinic, name: str = "") -> bool:
        """Return whether the setting that this one belongs to is on; true where it stands alone."""
        return not self.only_with or bool(getattr(self._owner(clinic, name), self.only_with))

    def is_off(self, clinic: Clinic, name: str = "") -> bool:
        """Return whether the value asks nothing."""
        return self.off is not None and self.value(clinic, name) == self.off

    def changed(self, problem: Problem, name: str, value: Any) -> Problem:
        """Return the problem with another kept value, under a name that the clinic gives or a blank one.

        Raises
        ------
        KeyError
            If the clinic does not give this name.
        ValueError
            If the problem does not hold with that value.
        """
        values = value if len(self.fields or ()) > 1 else (value,)
        new = dict(zip((self._named(field, name) for field in self.fields or ()), values, strict=True))
        steps = tuple(self._named(step, name) for step in self.home or ())
        return replace(problem, clinic=_changed(problem.clinic, steps, new))

    def is_looser(self, written: float, other: float) -> bool:
        """Return whether a written number asks less of a schedule than another one."""
        one, two = (inf if self.looser == "more" and self.off == number else number for number in (written, other))
        return two < one if self.looser == "more" else self.looser == "less" and one < two

    def told(self, value: Any) -> str:
        """Return a kept value in words."""
        if self.off is not None and value == self.off:
            return self.off_words
        if callable(self.words):
            return self.words(value)
        if self.kind == "flag":
            return "yes" if value else "no"
        shown = [hours(value)] if self.kind == "hours" else value if isinstance(value, tuple) else [value]
        return ", ".join(shown) if self.kind == "texts" else self.words.format(*shown)


def _inside(owner: Any, step: str) -> Any:
    if isinstance(owner, Mapping):
        return owner[step]
    if isinstance(owner, tuple):
        return {row.id: row for row in owner}[step]
    return getattr(owner, step)


def _changed(owner: Any, steps: Path, new: Mapping[str, Any]) -> Any:
    if steps:
        new = {steps[0]: _changed(_inside(owner, steps[0]), steps[1:], new)}
    if isinstance(owner, Mapping):
        return {**owner, **new}
    if isinstance(owner, tuple):
        return tuple(new.get(row.id, row) for row in owner)
    return replace(owner, **new)
