"""Priced changes: a literal for each change that could be made, and everything that holds only where it is not made.

The model is that of the problem with every change (:attr:`iopsched.model.changes.Changes.wide`). What the facts before
allow of it needs nothing; every other decision needs the changes without which filters object to it, and a limit that
could grow is posted once more for each size, by the same function of its rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from iopsched.model.build import Model
from iopsched.model.changes import Changes
from iopsched.model.lifting import Lifting
from iopsched.model.posting import Expression, Literal, Posting, sum_of
from iopsched.model.questions import Place, questions
from iopsched.model.rules.groups import sessions_of_group, size_of_session
from iopsched.model.rules.staffing import minutes_of_staff
from iopsched.model.variables import Variables
from iopsched.words.sentence import GroupRef, ParticipantRef, TherapistRef


@dataclass(frozen=True, slots=True)
class Priced:
    """A literal for each change, by number: it holds where the change is made. ``price`` is that of all that are made."""

    made: Mapping[int, Literal]
    price: Expression

    def taken(self, values: Sequence[int]) -> frozenset[int]:
        """Return the changes that a solution makes (values by variable index)."""
        return frozenset(number for number, literal in self.made.items() if values[literal.index])


@dataclass(frozen=True, slots=True)
class Wish:
    """What a bargain must keep to.

    ``without``: changes that must not be made; ``most``: how many may be; ``known``: sets of which one at least must be left out
    of each; ``limits``: the most minutes of unmet need by participant, where the sum of all does not matter; ``is_met``: whether
    nothing may be lacking in all.
    """

    without: frozenset[int] = frozenset()
    most: int | None = None
    known: tuple[frozenset[int], ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    is_met: bool = False


def price_changes(model: Model, lifting: Lifting) -> Priced:
    """Let decisions of a model of the wide problem hold only where the changes are made that they need."""
    changes, x, post = lifting.changes, model.x, model.post
    made = {number: x.cp.new_bool_var("") for number in range(len(changes.all))}
    for number in changes.demanding:
        x.cp.fix(made[number], 0)
    for row, number in changes.unpinned.items():
        if row in post.lifts:
            x.cp.add_implication(post.lifts[row], made[number])
    for numbers in (*changes.cells.values(), *changes.new.values()):
        if len(numbers) > 1:
            x.cp.add_at_most_one([made[number] for number in numbers])
    _need_changes(x, lifting, made)
    _grow_limits(x, post, changes, made)
    _keep_primaries(x, changes, made)
    price = sum_of((change.price, made[number]) for number, change in enumerate(changes.all))
    return Priced(made, price)


def _need_changes(x: Variables, lifting: Lifting, made: Mapping[int, Literal]) -> None:
    """Let each decision hold only where what it needs is made; decisions of which one can hold are counted together."""
    single: dict[tuple[Place, frozenset[int]], list[Expression]] = defaultdict(list)
    for question in questions(x):
        needed = lifting.needed(question)
        if needed is None:
            x.cp.add(question.decision == 0)
            continue
        for clause in needed:
            if question.is_single:
                single[question.place, clause].append(question.decision)
            else:
                _imply(x, question.decision, [made[number] for number in sorted(clause)])
    for (_, clause), decisions in single.items():
        x.cp.add(cp_model.LinearExpr.sum(decisions) <= _sum(made, clause))


def _imply(x: Variables, decision: Expression, makers: list[Literal]) -> None:
    if isinstance(decision, cp_model.IntVar) and decision.is_boolean:
        x.cp.add_bool_or([decision.negated(), *makers])
    elif not isinstance(decision, int):
        most = max(1, len(x.problem.participants))
        x.cp.add(decision <= most * cp_model.LinearExpr.sum(makers))


def _sum(made: Mapping[int, Literal], numbers: Iterable[int]) -> Expression:
    return cp_model.LinearExpr.sum([made[number] for number in sorted(numbers)])


def _grow_limits(x: Variables, post: Posting, changes: Changes, made: Mapping[int, Literal]) -> None:
    """Post the limits of a row as they are with each number of steps, unless one more is made."""
    for (row, name), numbers in changes.steps.items():
        others = [number for key, own in changes.steps.items() if key[0] == row and key[1] != name for number in own]
        for place, number in enumerate(numbers):
            facts = changes.after([*others, *numbers[:place]])
            until = post.unless(made[number])
            if isinstance(row, TherapistRef) and row.id in facts.therapist:
                minutes_of_staff(x, until, facts.therapist[row.id])
            elif isinstance(row, GroupRef):
                sessions_of_group(x, until, facts.group[row.id])
                for candidate in x.of_group(row.id):
                    if candidate.begun is None:
                        size_of_session(x, until, candidate, facts.group[row.id])
            if place:
                x.cp.add_implication(made[number], made[numbers[place - 1]])


def _keep_primaries(x: Variables, changes: Changes, made: Mapping[int, Literal]) -> None:
    """Have whoever could be given another primary keep theirs, which counts in a caseload, unless that is done."""
    for key, rows in changes.given_primaries.items():
        own = x.primaries.get((key, rows[0].primary_id or ""))
        if own is None:
            continue
        others = [
            made[number]
            for number in changes.of_rows([ParticipantRef(key)])
            if changes.after([number]).participant[key].primary_id != rows[0].primary_id
        ]
        x.cp.add_bool_or([own, *others])


def ask(model: Model, priced: Priced, asked: Wish) -> Literal:
    """Post what is asked; return a literal, fixed to 1, that it depends on, so that it can be lifted again."""
    cp, made = model.cp, priced.made
    is_asked = cp.new_bool_var("")
    cp.fix(is_asked, 1)
    without = [made[number].negated() for number in sorted(asked.without)]
    if without:
        cp.add_bool_and(without).only_enforce_if(is_asked)
    if asked.most is not None:
        cp.add(cp_model.LinearExpr.sum(list(made.values())) <= asked.most).only_enforce_if(is_asked)
    for numbers in asked.known:
        cp.add_bool_or([made[number].negated() for number in sorted(numbers)]).only_enforce_if(is_asked)
    for key, most in asked.limits.items():
        lack = model.unmet.of.get(key)
        if lack is not None and lack.most > most:
            cp.add(lack.minutes <= most).only_enforce_if(is_asked)
    if asked.is_met and not isinstance(model.unmet.total, int):
        cp.add(model.unmet.total <= 0).only_enforce_if(is_asked)
    return is_asked


def harmed(model: Model, before: Mapping[str, int]) -> Expression:
    """Return how many participants lack more than before, in minutes by participant, for minimizing."""
    found = []
    for key, lack in model.unmet.of.items():
        if lack.most > before.get(key, 0):
            found.append(model.cp.new_bool_var(""))
            model.cp.add(lack.minutes <= before.get(key, 0) + lack.most * found[-1])
    return cp_model.LinearExpr.sum(found)
