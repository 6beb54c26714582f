"""Rule ``supervisor``: a licensed supervisor in the building whenever a session is held there."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.timegrid import Windows
from iopsched.policy.numbers import is_supervisor
from iopsched.rulebook import RuleId
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Week
from iopsched.words.sentence import Sentence


def supervisor(week: Week) -> Iterator[Violation]:
    """Report sessions in the building that the working hours of the supervisors do not cover."""
    if not week.problem.clinic.staff.supervisor_on_site:
        return
    present = presence(week)
    for meeting in week.meetings:
        if meeting.session.modality != "telehealth" and not present.covers(meeting.start, meeting.end):
            sentence = Sentence(
                "Session {} is held without a licensed supervisor on site all the time "
                "(supervisor_on_site in clinic.toml; supervisor in therapists.csv).",
                meeting.told,
            )
            yield Violation(RuleId.SUPERVISOR, meeting.id, sentence, (meeting.id,))


def presence(week: Week) -> Windows:
    """Return when any supervisor is at work: busy or in a session, but neither away nor at home."""
    return Windows.of(
        stretch
        for row in week.problem.therapists
        if is_supervisor(row)
        for stretch in row.availability.minus(week.calendars.off("therapist", row.id))
    )
