"""One alternative that somebody names: what it would cost, or which rules it breaks; then the best week with it."""

from __future__ import annotations

from dataclasses import replace

from iopsched.answers.alternatives.answer import Forbidden, InsteadAnswer, OtherChoice, SubjectKind
from iopsched.answers.alternatives.asking import Alternative
from iopsched.answers.alternatives.choicewords import choice_words
from iopsched.answers.alternatives.fixing import fixed_by, is_told_by_pin
from iopsched.answers.alternatives.hindrances import hindrances
from iopsched.answers.alternatives.inquiry import Inquiry
from iopsched.answers.alternatives.meaning import Meant, about, meaning_of
from iopsched.answers.alternatives.neededsteps import needed_steps
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import RuleId
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.stopping import Late, look
from iopsched.verifier import goal_values
from iopsched.words.sentence import Sentence

FREE_KINDS = ("individual", "family")
MOST_IDS = 6

NO_WEEK = Sentence("No week has it, whatever else moves: proven.")
NOT_FOUND = Sentence("No week with it was found in the time there was.")


def answer_instead(
    inquiry: Inquiry, kind: SubjectKind, subject: str, asked: Alternative, files: ClinicFiles | None = None
) -> InsteadAnswer:
    """Return what becomes of an alternative; with the clinic's files also by which steps it would be allowed.

    Raises
    ------
    UsageError
        If it does not say which session it is about, or says nothing that differs from what is held.
    """
    asked = about(kind, subject, asked)
    meant = meaning_of(inquiry, asked)
    if any(row in inquiry.problem.begun for row in meant.own):
        told = Sentence("It was published and has begun: nothing of it can be otherwise.")
        return InsteadAnswer(asked.told, is_legal=False, remark=told)
    edit, broken = _best_edit(inquiry, meant)
    if any(is_told_by_pin(inquiry.terms, pin, row) for pin in inquiry.problem.pins for row in meant.condition.never):
        return InsteadAnswer(asked.told, is_legal=False, broken=_pinned(inquiry, asked, meant), remark=NO_WEEK)
    ids = [row.id for row in meant.own]
    as_edit: OtherChoice | None = None
    if edit is not None and not broken:
        as_edit = inquiry.edit_told(edit, _changed(inquiry, edit), choice_words(inquiry.schedule, edit, ids, "start"))
        if as_edit.is_proven:  # nothing becomes worse, nobody else moves
            return InsteadAnswer(asked.told, is_legal=True, as_edit=as_edit)
    around = inquiry.around(meant.own, others=meant.groups, staff=meant.staff)
    is_by_facts = any(row.facts for row in broken)
    found = inquiry.search(meant.condition, around, 0.5 if is_by_facts else 0.9)
    best: OtherChoice | None = None
    remark = Sentence("")
    if found.week is None:
        remark = NO_WEEK if found.is_proven else NOT_FOUND
    else:
        own = ids or _changed(inquiry, found.week.schedule)
        best = inquiry.told(found.week, own, "start", is_proven=found.is_proven)
    answer = InsteadAnswer(asked.told, edit is not None and not broken, as_edit, broken, best, remark=remark)
    return _with_steps(inquiry, meant, answer, edit, files) if is_by_facts and edit is not None else answer


def _pinned(inquiry: Inquiry, asked: Alternative, meant: Meant) -> tuple[Forbidden, ...]:
    """Return what fixes the sessions that were to be otherwise."""
    found = (cell.fact for row in meant.own for cell in fixed_by(inquiry.problem, inquiry.terms, row, "start"))
    return tuple(Forbidden(asked.told, str(RuleId.PIN), fact.sentence, (fact,)) for fact in dict.fromkeys(found))


def _with_steps(
    inquiry: Inquiry, meant: Meant, answer: InsteadAnswer, edit: Schedule, files: ClinicFiles | None
) -> InsteadAnswer:
    """Return an answer with the cheapest steps that would allow it, and the best week then."""
    try:
        steps = needed_steps(inquiry.problem, inquiry.schedule, edit, meant.own)
    except Late:
        return answer
    if not steps or files is None:
        return answer
    problem = inquiry.problem
    for step in steps:
        problem = step.changed(problem)
    changed = inquiry.of(problem)
    found = changed.search(meant.condition, changed.around(meant.own, others=meant.groups, staff=meant.staff), 0.9)
    if found.week is None:
        return answer
    choice = changed.told(found.week, [row.id for row in meant.own], "start", is_proven=found.is_proven)
    return replace(answer, steps=files.with_offers(steps)[0], with_steps=choice)


def _changed(inquiry: Inquiry, week: Schedule) -> list[str]:
    old, new = inquiry.sessions, {row.id: row for row in week.sessions}
    return [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]


def _best_edit(inquiry: Inquiry, meant: Meant) -> tuple[Schedule | None, tuple[Forbidden, ...]]:
    """Return the edit that breaks the fewest rules, of equal ones the best, with what it breaks."""
    found: list[tuple[int, list[int], Schedule]] = []
    for rows in meant.edits:
        look()
        week = inquiry.edited(rows)
        values = [row.value for row in goal_values(inquiry.problem, week).values()]
        found.append((len(inquiry.newly_broken(week)), values, week))
    if not found:
        return None, ()
    week = min(found, key=lambda row: row[:2])[2]
    broken = tuple(
        Forbidden(
            meant_words(inquiry, week, meant),
            str(row.violation.rule),
            row.violation.sentence,
            row.facts,
            not row.facts,
        )
        for row in hindrances(inquiry.problem, inquiry.schedule.sessions, week.sessions)
    )
    return week, broken


def meant_words(inquiry: Inquiry, week: Schedule, meant: Meant) -> str:
    """Return what is otherwise."""
    return choice_words(inquiry.schedule, week, [row.id for row in meant.own], "start")
