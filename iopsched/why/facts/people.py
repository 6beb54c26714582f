"""Facts behind the rules on what a participant may have: ``week_max``, ``php_guard``, ``day_max``, ``day_min``, ``phase``."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.timegrid import DAY, hours
from iopsched.policy.numbers import in_force, level_of, units_told
from iopsched.policy.setting import ANY
from iopsched.policy.settings import setting_at
from iopsched.verifier import Violation
from iopsched.why.cause import CauseKind, Fact
from iopsched.why.edits import NO_LIMIT, changed_need, changed_row, changed_setting
from iopsched.why.scene import Scene
from iopsched.words.phrases import count
from iopsched.words.sentence import Sentence
from iopsched.words.wordings import said


def week_max(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the most hours of a week and a day, and the authorization."""
    del violation
    person = scene.person
    for column, verb in (("authorized_from", "begins"), ("authorized_until", "ends")):
        day = getattr(person, column)
        if day is not None:
            clause = said(f"the authorization {verb} on {{}} ({{participants.csv}}, {column})", day.isoformat())
            edit = changed_row("participants", person.id, **{column: None})
            yield Fact(CauseKind.AUTHORIZATION, person.id, clause, edit)
    for column in ("authorized_days", "units_left"):
        days = getattr(person, column)
        if days is not None:
            shown = units_told(person) if column == "units_left" else column
            clause = said(
                f"the authorization allows {{}} this week ({{participants.csv}}, {shown})", count(days, "day")
            )
            edit = changed_row("participants", person.id, **{column: None})
            yield Fact(CauseKind.AUTHORIZATION, person.id, clause, edit)
    yield from limits(scene, "max_hours_per_week", CauseKind.WEEK_MAX, NO_LIMIT, "at most {} a week are allowed ({})")
    yield from limits(scene, "max_hours_per_day", CauseKind.DAY_HOURS, DAY, "at most {} a day are allowed ({})")


def limits(scene: Scene, key: str, kind: CauseKind, off: int, told: str, *, timed: bool = True) -> Iterator[Fact]:
    """Yield the number in force, then the one that would be without it: the payer's, the person's or the level's."""
    problem, person = scene.problem, scene.person
    field = setting_at("levels", ANY, key).field
    for _ in range(2):
        limit = in_force(problem.clinic, person, key)
        payer, own = problem.clinic.payers.get(person.payer or ""), getattr(person, field, None)
        if payer is not None and limit.owner == f"payer {payer.id}":
            subject, edit = payer.id, changed_setting("payers", payer.id, **{field: 0})
        elif own is not None:
            subject, edit = person.id, changed_row("participants", person.id, **{field: off})
        else:
            level = level_of(problem.clinic, person)
            if level.id not in problem.clinic.levels:
                return
            subject, edit = level.id, changed_setting("levels", level.id, **{field: off})
        number = hours(limit.value) if timed else limit.value
        yield Fact(kind, subject, Sentence(told, number, limit.setting), edit)
        problem = edit(problem)
        person = problem.participant[person.id]


def php_guard(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the hours from which care is partial hospitalization."""
    del violation
    level = level_of(scene.problem.clinic, scene.person)
    clause = Sentence(
        "{} a week are partial hospitalization (php_guard_hours of level {})", hours(level.php_guard_minutes), level.id
    )
    yield Fact(CauseKind.PHP_GUARD, level.id, clause, changed_setting("levels", level.id, php_guard_minutes=0))


def day_min(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the fewest hours of a day with a group session."""
    del violation
    told = "a day with a group session must have {} ({})"
    yield from limits(scene, "min_hours_on_group_days", CauseKind.GROUP_DAY, 0, told)


def day_max(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the most sessions of a service and in all on one day, and the longest stretch."""
    person, service = scene.person, scene.service_of(scene.session_of(violation.sessions))
    need = scene.problem.need.get((person.id, service.id))
    own = need.max_per_day if need is not None else None
    told = "at most {} of {} a day ({needs.csv}, max_per_day)"
    if own:
        clause = said(told, count(own, "session"), service.id)
        edit = changed_need(person.id, service.id, max_per_day=0)
        yield Fact(CauseKind.PER_DAY, person.id, clause, edit)
    elif service.max_per_day and own is None:
        clause = said(told.replace("needs.csv", "services.csv"), count(service.max_per_day, "session"), service.id)
        yield Fact(CauseKind.PER_DAY, service.id, clause, changed_row("services", service.id, max_per_day=0))
    key, kind = "max_sessions_per_day", CauseKind.SESSIONS_PER_DAY
    if in_force(scene.problem.clinic, person, key).value:
        yield from limits(scene, key, kind, 0, "at most {} sessions a day are allowed ({})", timed=False)
    key, kind = "max_hours_in_a_row", CauseKind.IN_A_ROW
    if in_force(scene.problem.clinic, person, key).value:
        yield from limits(scene, key, kind, 0, "at most {} without a pause are allowed ({})")


def phase(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the most group sessions of the phase."""
    del violation
    stage = scene.problem.clinic.phases.get(scene.person.phase or "")
    if stage is not None:
        clause = said(
            "phase {} allows at most {} a week ({clinic.toml}, group_sessions)",
            *(stage.id, count(stage.max_group_sessions, "group session")),
        )
        edit = changed_setting("phases", stage.id, max_group_sessions=NO_LIMIT)
        yield Fact(CauseKind.PHASE, stage.id, clause, edit)
