"""A draft becomes what everybody is told: what stands against it, who is told of what, and its publication; files to hand out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iopsched import store
from iopsched.errors import ConflictError, UsageError
from iopsched.export.formats import Format
from iopsched.files.output import EXPORTS
from iopsched.repairs.happeningwords import in_words
from iopsched.store import RevisionSummary, clinic_home
from iopsched.verifier import Violation
from iopsched.views.labels import NameMode, names_warning
from iopsched.work import exports, recording
from iopsched.work.basis import schedule_of
from iopsched.work.editing import DraftState, EditedWeek, SavedWeek
from iopsched.work.publications import Announced, actor, foresee, write_calls
from iopsched.work.readying import Readied, ready, record
from iopsched.work.restoring import published_week
from iopsched.work.weeks import Read, read_week


class BlockedError(UsageError):
    """A week that breaks rules, or in which nothing is planned, is not published from the page."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What publishing a draft would do. ``blocked`` are the rules that it breaks, which forbid it.

    ``unrecorded`` is what the week knows to have happened and the clinic's tables do not, in words.
    """

    state: DraftState
    blocked: tuple[Violation, ...]
    readied: Readied
    announced: Announced
    unrecorded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedDraft:
    """A draft that was published: where it lies, what was told, and where the call list is, None where nobody is called."""

    announced: Announced
    folder: Path
    calls: Path | None


def prospect(week: EditedWeek, now: datetime, names: NameMode) -> Prospect:
    """Return what publishing a draft at a moment would do; nothing is written. ``now`` knows its time zone."""
    state, judged = week.judged()
    readied = ready(_as_read(state), now)
    announced = foresee(readied.read, now, names)
    unrecorded = recording.unrecorded(readied.read)
    told = tuple(map(in_words, unrecorded.happenings)) if unrecorded is not None else ()
    return Prospect(state, judged.violations, readied, announced, told)


def publish_draft(
    week: EditedWeek, revision: int, now: datetime, names: NameMode, *, with_records: bool
) -> PublishedDraft:
    """Save a draft and record it as the next revision; a new draft begins with it.

    Raises
    ------
    BlockedError
        If it breaks a rule, or nothing is planned in it.
    ConflictError
        If the draft is another one than ``revision``, or somebody else has changed the week on the disk.
    """
    with week.alone():  # a move that came after saving would end with the draft
        state, judged = week.judged()
        _refuse_empty(week.seen(revision))
        if judged.violations:
            raise BlockedError("The week breaks rules. Mend them first; the week screen lists them.")
        saved = week.save(revision)
        read = read_week(state.opened.clinic, saved.folder)
        unrecorded = recording.unrecorded(read)
        if unrecorded is not None and with_records:
            unrecorded.record()
        readied, announced = record(ready(read, now), now, actor(), names)
        week.end()
    try:
        calls = write_calls(readied.read, announced)
    except (ConflictError, UsageError):  # the week is published whatever becomes of its call list
        calls = None
    return PublishedDraft(announced, readied.read.folder, calls)


def revisions(state: DraftState) -> tuple[RevisionSummary, ...]:
    """Return what was published of the draft's week, the last first."""
    home, monday = clinic_home(state.opened.clinic), state.opened.problem.week
    return tuple(row for row in reversed(store.history(home)) if row.week == monday)


def is_empty(state: DraftState) -> bool:
    """Return whether nothing is planned in the draft's week and nobody was ever told of one: there is nothing to tell yet."""
    return not state.week.schedule.sessions and not revisions(state)


def _refuse_empty(state: DraftState) -> None:
    if is_empty(state):
        raise BlockedError("Nothing is planned in this week yet. Search for the best week first.")


def take_revision(week: EditedWeek, revision: int, number: int) -> DraftState:
    """Make what was published as a revision the draft's week, as one move that can be undone."""
    state = week.seen(revision)
    opened = state.opened
    publication = published_week(opened.clinic, opened.problem.week, number)
    return week.take(revision, schedule_of(opened.clinic, publication), {"kind": "revision", "revision": number})


def hand_out(
    week: EditedWeek,
    revision: int,
    formats: Collection[Format],
    names: NameMode | None,
    now: datetime,
    language: str | None = None,
) -> tuple[SavedWeek, exports.Exported]:
    """Save a draft where it is not saved, and write its files among the exports of its folder.

    ``language`` is the code of that of all participants' handouts; None: each participant's own.

    Raises
    ------
    UsageError
        If no format is named, one needs something that is not installed, nothing is planned yet, or the disk refuses.
    """
    if not formats:
        raise UsageError("Choose at least one kind of file.")
    state = week.seen(revision)
    _refuse_empty(state)
    folder = state.opened.folder
    saved = week.save(revision) if not state.history.is_saved or folder is None else SavedWeek(folder, 0, None)
    read = read_week(state.opened.clinic, saved.folder)
    return saved, exports.export(read, saved.folder / EXPORTS, formats, names, now, is_forced=False, language=language)


def told_by_files(mode: NameMode) -> str:
    """Return what files that show people so tell whoever can open them."""
    match mode:
        case NameMode.NONE:
            return "The files name no participant."
        case NameMode.ID:
            return "The files show participants by their ids only."
        case _:
            return names_warning(mode, "the files show").removeprefix("Warning: ").capitalize()


def _as_read(state: DraftState) -> Read:
    """Return a draft as it will be read from its folder."""
    opened = state.opened
    return Read(
        opened.clinic,
        opened.target,
        opened.problem,
        state.week.schedule,
        opened.issues,
        opened.inputs_sha256,
        remembered=opened.remembered,
    )
