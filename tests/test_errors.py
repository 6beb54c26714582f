"""Exceptions travel: between processes, and as copies, with everything they hold."""

import copy
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import iopsched
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.domain.pins import Pin
from iopsched.errors import InputError, IopschedError, Issue, NoScheduleError
from iopsched.files.reading import Reason, UnreadableError
from iopsched.files.rewriting import ChangedElsewhereError, HeldElsewhereError
from iopsched.ingest.cell.fault import Fault
from iopsched.page.asked import Refused
from iopsched.push.collection import RefusalError
from iopsched.rulebook import RuleId
from iopsched.verifier.violation import Violation
from iopsched.words.sentence import Sentence
from iopsched.work.holding import KeptSessionsError
from tests.support.processes import sent

FAULT = Issue("rooms.csv", 2, "seats", "E-NUMBER", "'x' is no number.", "Write a number.", "x", replacements=("8",))
EXAMPLES = {
    InputError: [InputError([FAULT, Issue("pins.csv", 1, "", "W-X", "Odd.", "Look.", level="warning")])],
    NoScheduleError: [
        NoScheduleError(Infeasible((Pin("must", "P1", row=2),), 1.5)),
        NoScheduleError(OutOfTime(2.0, was_interrupted=True)),
    ],
    UnreadableError: [UnreadableError(Path("rooms.csv"), Reason.SIZE)],
    Fault: [Fault("E-DAY", "'Mo' is no day.", lambda: "Write Mon.", ("Mon",))],
    KeptSessionsError: [KeptSessionsError([Violation(RuleId.SEATS, "A1-1", Sentence("Full."), ("A1-1",))])],
    ChangedElsewhereError: [ChangedElsewhereError(Path("rooms.csv"), "It was changed.")],
    HeldElsewhereError: [HeldElsewhereError(Path("rooms.csv"), "It is open.")],
    Refused: [Refused(409, "stale", "It was changed.", revision=7)],
    RefusalError: [RefusalError(403, "The server refuses.", is_of_making=True)],
}
"""Of each class that takes more than a text, what it may hold."""


def every_class():
    """Return all classes of exceptions that the package defines."""
    for module in pkgutil.walk_packages(iopsched.__path__, "iopsched."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, new = set(), {BaseException}
    while new:
        found |= new
        new = {below for above in new for below in above.__subclasses__()} - found
    return sorted((one for one in found if one.__module__.startswith("iopsched.")), key=lambda one: one.__qualname__)


def held(error):
    """Return all that an exception tells and holds."""
    names = [name for name in dir(error) if not name.startswith("_") and name != "advice"]  # of which remedy is made
    return type(error), str(error), {name: getattr(error, name) for name in names if not callable(getattr(error, name))}


@pytest.mark.parametrize("kind", every_class(), ids=lambda kind: kind.__qualname__)
def test_exceptions_arrive_whole(kind):
    """A class with an ``__init__`` of its own needs an example."""
    takes_text = not inspect.isfunction(kind.__init__) or kind is IopschedError
    for error in EXAMPLES.get(kind) or [kind("It broke.")] * takes_text or pytest.fail("write an example"):
        error.add_note("while reading")
        for other in (sent(error), copy.copy(error), copy.deepcopy(error)):
            assert held(other) == held(error)


def test_whatever_a_command_can_raise_is_among_them():
    assert {InputError, NoScheduleError, UnreadableError, Fault, RefusalError} <= set(every_class())
