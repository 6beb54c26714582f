"""Words in the rows of staff that nothing asks for, so that they have no effect."""

from __future__ import annotations

from collections.abc import Collection

from iopsched.domain.problem import Problem
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.words.wording import is_it, listed, quoted

_USUAL = frozenset({"group", "individual", "family", "multifamily", "other"})
_MOST_SHOWN = 8


def check_idle_words(problem: Problem, sheet: SoundRows) -> None:
    """Warn, once for each, of skills that no session asks for and of tracks that nobody else has."""
    staff = [service.staff for service in problem.services] + [group.staff or () for group in problem.groups]
    asked = {role.skill for roles in staff for role in roles}
    people = (*problem.participants, *(entry.value.participant for entry in sheet.draft.waitlist))
    tracks = {
        track for held in (*(row.tracks for row in problem.groups), *(row.tracks for row in people)) for track in held
    }
    skills: dict[str, At] = {}
    others: dict[str, At] = {}
    for entry in sheet.therapists.values():
        for skill in sorted(set(entry.value.skills) - asked - _USUAL):
            skills.setdefault(skill, entry.at.cell("skills"))
        idle = set(entry.value.tracks) - tracks
        for track in sorted(idle):  # beside tracks that somebody has, one may wait for its people
            if len(idle) < len(entry.value.tracks) and not is_it(track, tracks):
                continue
            others.setdefault(track, entry.at.cell("tracks"))
    for skill, at in skills.items():
        message = f"No session asks for the skill {quoted(skill)}, so it has no effect."
        _tell(sheet, at, message, skill, asked)
    for track, at in others.items():
        message = f"No group and no participant has the track {quoted(track)}, so it has no effect."
        _tell(sheet, at, message, track, tracks)


def _tell(sheet: SoundRows, at: At, message: str, word: str, known: Collection[str]) -> None:
    shown = listed(sorted(known)[:_MOST_SHOWN])
    sheet.report.tell("W-WORD-IDLE", at, message, is_it(word, known) or f"Words in use: {shown}.", word)
