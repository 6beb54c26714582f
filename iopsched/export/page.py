"""``--to html``: the week as one self-contained page that asks no network for anything."""

from __future__ import annotations

from iopsched.export import charts
from iopsched.export.content import Content
from iopsched.export.edition import Edition, Files
from iopsched.export.findings import Findings
from iopsched.export.heading import NAMES_WORDS, status_line, zone_line
from iopsched.export.palette import TONES
from iopsched.export.templating import is_american, render, script_hash
from iopsched.views.calls import call_list, people_line
from iopsched.views.changes import since_line
from iopsched.views.goals import UNKNOWN, goal_lines, minutes_outside
from iopsched.words.phrases import DAYS, long_date, short_date, words

SCRIPT = "filters.js"


def files(edition: Edition) -> Files:
    """Return ``week-DATE.html``."""
    return {f"week-{edition.schedule.week.isoformat()}.html": page(edition)}


def page(edition: Edition, *, is_for_print: bool = False) -> bytes:
    """Return the page; a version for print has no controls and names its paper."""
    content = Content(edition)
    findings = Findings(content)
    people = content.person_lines()
    most = max((max(line.line.row.scheduled_minutes, line.line.row.required_minutes) for line in people), default=0)
    services = [service.id for service in edition.problem.services]
    calls = call_list(edition.problem, edition.called or (), edition.labels, edition.problem.now)
    held = {card.row.service_id for card in content.cards}
    return render(
        "week.html",
        is_for_print=is_for_print,
        paper="letter" if is_american(edition) else "A4",
        script=SCRIPT,
        script_hash=script_hash(SCRIPT),
        tones=TONES,
        clinic=edition.problem.clinic.name,
        week=long_date(edition.schedule.week),
        status=status_line(edition),
        zone=zone_line(edition),
        record=edition.record,
        shown=NAMES_WORDS[edition.labels.mode],
        shows_people=edition.labels.shows_people,
        days=[(DAYS[day], short_date(content.date_of(day))) for day in content.days],
        choices=content.numbers.choices(),
        sessions=len(content.cards),
        groups_table=content.groups_table(),
        singles_table=content.singles_table(),
        rosters=content.rosters(),
        people=[
            (line, charts.hours_bar(line.line.row.scheduled_minutes, line.line.row.required_minutes, most))
            for line in people
        ],
        legend=[(content.tone(service), words(service)) for service in services if service in held],
        figures=findings.figures(),
        goals=goal_lines(edition.goals, edition.problem.clinic, minutes_outside(edition.problem, edition.schedule)),
        unknown=UNKNOWN,
        tight=findings.tight(),
        short=findings.short(),
        shortage=content.shortage,
        answer=edition.answer,
        broken=findings.broken(),
        calls=calls,
        called=people_line(calls),
        changes=findings.changes(),
        since=since_line(edition.changes),
        pictures=_pictures(content),
    )


def _pictures(content: Content) -> list[charts.Picture]:
    found = (
        charts.seats_picture(content),
        charts.hours_picture(content),
        charts.load_picture(content.staff_weeks),
    )
    return [picture for picture in found if picture]
