"""Causes: what stands in the way of a session that somebody lacks, and what the week would be without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from iopsched.domain.problem import Problem
from iopsched.words.sentence import Sentence


class CauseKind(StrEnum):
    """Kinds of cause, from the most to the least telling: of several that hold alone the first is told."""

    # dated and written facts
    BEGUN = "begun"
    PIN = "pin"
    STAY = "stay"
    AUTHORIZATION = "authorization"
    APART = "apart"
    TOGETHER = "together"
    PERSON_OFF = "person_off"
    STAFF_OFF = "staff_off"
    ROOM_OFF = "room_off"
    CLOSED_DAY = "closed_day"
    # numbers of the person
    WEEK_MAX = "week_max"
    DAY_HOURS = "day_hours"
    PHP_GUARD = "php_guard"
    PHASE = "phase"
    PER_DAY = "per_day"
    SESSIONS_PER_DAY = "sessions_per_day"
    IN_A_ROW = "in_a_row"
    GROUP_DAY = "group_day"
    # numbers of groups and sessions
    FULL = "full"
    MIN_SIZE = "min_size"
    RATIO = "ratio"
    TWO_STAFF = "two_staff"
    SUPERVISOR = "supervisor"
    SEATS = "seats"
    EQUIPMENT = "equipment"
    # numbers of staff
    STAFF_HOURS = "staff_hours"
    ELSEWHERE = "elsewhere"
    REST = "rest"
    MEAL = "meal"
    CASELOAD = "caseload"
    CHANGEOVER = "changeover"
    # who and what suits at all
    SKILL = "skill"
    LICENSE = "license"
    COUNTS = "counts"
    STAFF_TRACK = "staff_track"
    GENDER = "gender"
    LANGUAGE = "language"
    TRACK = "track"
    JOINS = "joins"
    LEADS = "leads"
    SECOND_STAFF = "second_staff"
    FEATURES = "features"
    ROOM_OF_GROUP = "room_of_group"
    MODALITY = "modality"
    # what else is held
    IN_SESSION = "in_session"
    STAFF_TAKEN = "staff_taken"
    ROOM_TAKEN = "room_taken"
    # weekly windows
    PERSON_BUSY = "person_busy"
    STAFF_BUSY = "staff_busy"
    ROOM_BUSY = "room_busy"
    PERSON_WINDOW = "person_window"
    STAFF_WINDOW = "staff_window"
    ROOM_WINDOW = "room_window"
    SAME_START = "same_start"
    # what the program offers
    ONE_LEAD = "one_lead"
    PRIMARY = "primary"
    OWN_GROUP = "own_group"
    OFFERED = "offered"
    PROGRAM_DAY = "program_day"
    GAP = "gap"


NOTHING = Sentence("")
RANK = {kind: place for place, kind in enumerate(CauseKind)}

Undo = Callable[[Problem], Problem]


def unchanged(problem: Problem) -> Problem:
    """Return the problem as it is: what stands in the way is another session, not a row."""
    return problem


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """One row, cell or setting that stands in the way, or other sessions that are held then.

    ``subject`` is the row's id. ``undo`` returns the problem without the fact, ``frees`` are the sessions that
    stand in the way, with the person or room that is in them. ``clause`` is a sentence without its full stop.
    """

    kind: CauseKind
    subject: str
    clause: Sentence
    undo: Undo = field(compare=False, repr=False)
    frees: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Cause:
    """Facts of which each alone keeps nobody from the session, and all together do: most often one.

    ``sentence`` tells them; ``facts`` is empty where nothing is known, or only the search ended. ``label`` and ``told``
    are its halves, what is lacking and why, where it has two.
    """

    facts: tuple[Fact, ...]
    sentence: Sentence
    label: Sentence = NOTHING
    told: Sentence = NOTHING
