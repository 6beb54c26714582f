"""Which single rule leaves no start at all."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.rulebook import RuleId
from iopsched.why.look import Look
from iopsched.words.wordings import said


def why_barred(look: Look, person: Participant, service: Service) -> Iterator[str]:
    """Yield each single rule that leaves no start at all, other than rules on free time and matching."""
    sentences = {
        RuleId.TWO_STAFF: "nobody with one of its skills could be the second on the staff (two_staff)",
        RuleId.SIZE: said(
            "too few participants could come at any one start ({services.csv} and {groups.csv}, smallest size)"
        ),
        RuleId.WEEK_MAX: (
            "at every start that would suit, nothing is authorized or the session is longer than a day's hours"
        ),
        RuleId.SUPERVISOR: "no supervisor is on site at any start that would suit (supervisor_on_site)",
        RuleId.STAFF_LOAD: _why_overworked(look, service),
        RuleId.SEATS: "those who could hold it, the participant and the service share no modality",
        RuleId.APART: said("{keep_apart.csv} keeps the participant from everybody who could hold it"),
    }
    for rule, sentence in sentences.items():
        if person.id in look.possible.without_rule(rule, service):
            yield sentence


def _why_overworked(look: Look, service: Service) -> str:
    """Return which limit of staff hours no start keeps: a session's length does not depend on it, rest does."""
    skill = look.terms.roles(service, None)[0].skill
    longest = [look.terms.longest_session(row) for row in look.problem.therapists if skill in row.skills]
    if service.minutes <= max(longest, default=0):
        return (
            "at every start that would suit, those who could hold it lack the rest between it and their sessions of "
            "the week before or after (min_rest_hours)"
        )
    return (
        "it is longer than those who could hold it may work in one go "
        "(max_hours_per_day, max_hours_per_week, meal_after_hours)"
    )
