"""Numbers agree: every output of every example tells the same hours, members, participants, sessions and heads.

Each output is read back from its bytes; the truth is counted here from sessions, roster and services alone.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from icalendar import Calendar

from iopsched.cli.layout import hours_text
from iopsched.cli.weekreport import report
from iopsched.domain.timegrid import decimal_hours, hours_of
from iopsched.domain.timegrid import hours as in_words
from iopsched.errors import UsageError
from iopsched.export import attendees, calendars, handouts, page, pdf
from iopsched.export.edition import Edition
from iopsched.files.output import table_files
from iopsched.ingest import read_problem
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.store.revisions import draft
from iopsched.verifier import hours, violations
from iopsched.views.labels import Labels, NameMode
from iopsched.views.sessions import hours_lines
from iopsched.words.papers import paper_words
from tests.export.conftest import EXAMPLES, WEEK
from tests.support.markup import every, root_of, spoken
from tests.support.workbooks import book_of, records, texts

NAMES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


class Truth:
    """What is counted from sessions, roster and services alone."""

    def __init__(self, problem, schedule):
        service = problem.service
        self.sessions = len(schedule.sessions)
        self.staff_minutes, self.staff_sessions = Counter(), Counter()
        self.contact, self.clock, self.heads = Counter(), Counter(), {}
        self.members = defaultdict(set)
        for session in schedule.sessions:
            self.heads[session.id] = len(session.participant_ids)
            for person in session.therapist_ids:
                self.staff_minutes[person] += session.end - session.start
                self.staff_sessions[person] += 1
            for person in session.participant_ids:
                self.clock[person] += session.end - session.start
                if service[session.service_id].counts:
                    self.contact[person] += service[session.service_id].contact_minutes
            if session.group_id:
                self.members[session.group_id] |= set(session.participant_ids)


@pytest.fixture(scope="module", params=NAMES)
def told(request):
    """Return an example's edition, its outcome and what was counted of it."""
    problem = read_problem(EXAMPLES / request.param, WEEK)
    outcome = solve(problem, SolveParams(time_limit_s=60, deterministic_limit=0.02, workers=1))
    edition = Edition(
        problem=problem,
        schedule=outcome.schedule,
        publication=draft("site-of-a-test", outcome.schedule),
        hours=hours(problem, outcome.schedule),
        violations=violations(problem, outcome.schedule),
        labels=Labels(NameMode.ID),
        calendar_labels=Labels(NameMode.ID),
        goals=outcome.goals,
        unmet=outcome.unmet,
    )
    return edition, outcome, Truth(problem, outcome.schedule)


@pytest.fixture(scope="module")
def book(told):
    """Return the workbook of the example."""
    return book_of(told[0])


@pytest.fixture(scope="module")
def root(told):
    """Return the page of the example."""
    ((_, data),) = page.files(told[0]).items()
    return root_of(data.decode())


def tables(edition):
    """Return the rows of hours.csv as another program reads them."""
    files = table_files(edition.problem, edition.schedule, edition.hours)
    return {row["participant_id"]: row for row in csv.DictReader(io.StringIO(files["hours.csv"].decode()))}


def captioned(root, tag, beginning):
    """Return the table or list whose caption begins so."""
    return next(one for one in every(root, tag) if spoken(every(one, "caption")[0]).startswith(beginning))


def rows_of(table):
    """Return the texts of the cells of a table, without its head."""
    return [[spoken(cell) for cell in row] for row in every(every(table, "tbody")[0], "tr")]


# --- participants -----------------------------------------------------------
def test_hours_of_participants_are_the_same_everywhere(told, book, root):
    edition, _, truth = told
    found = tables(edition)
    sheet = {row["Participant"]: row for row in records(book["Hours"])}
    shown = {line.split()[0]: line for line in hours_text(hours_lines(edition.hours, edition.labels)).splitlines()[2:]}
    on_page = {cells[0]: cells for cells in rows_of(captioned(root, "table", "Hours that count"))}
    assert set(found) == set(sheet) == set(shown) == set(on_page)
    for person, row in found.items():
        minutes, least = int(row["scheduled_minutes"]), int(row["required_minutes"])
        days, least_days = int(row["scheduled_days"]), int(row["required_days"])
        assert int(row["contact_minutes"]) == truth.contact[person]
        assert sheet[person]["Hours"] * 60 == pytest.approx(minutes)
        assert sheet[person]["Required"] * 60 == pytest.approx(least)
        assert (sheet[person]["Days"], sheet[person]["Required days"]) == (days, least_days)
        assert on_page[person][3:5] == [
            f"{decimal_hours(minutes)} of {decimal_hours(least)}", f"{days} of {least_days}",
        ]  # fmt: skip
        assert shown[person].split()[2:6] == [decimal_hours(minutes), decimal_hours(least), str(days), str(least_days)]
        status = row["status"]
        assert sheet[person]["Status"].casefold() == status
        assert status in on_page[person][5]
        assert status in shown[person].split()


def test_rows_for_billing_add_up_to_the_hours(told):
    edition, _, truth = told
    ((_, data),) = attendees.files(edition).items()
    sums = {name: Counter() for name in ("minutes", "contact_minutes", "countable_minutes")}
    for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))):
        person = edition.problem.participant[row["participant_id"]]
        counts = edition.problem.service[row["service_id"]].counts
        for name, total in sums.items():
            total[person.id] += int(row[name]) if counts or name == "minutes" else 0
        assert row["payer"] == (person.payer or "")
    assert sums["minutes"] == truth.clock
    for person, row in tables(edition).items():
        assert sums["contact_minutes"][person] == int(row["contact_minutes"])
        assert sums["countable_minutes"][person] == int(row["scheduled_minutes"])


def test_a_handout_tells_a_participant_the_hours_of_the_page(told):
    edition, _, _ = told
    files = handouts.files(replace(edition, language="en"))
    for row in edition.hours:
        text = spoken(root_of(files[f"handouts/participant-{row.participant_id}.html"].decode()))
        assert f"You have {in_words(row.scheduled_minutes)} of program time this week" in text
        assert (paper_words().say("ask") in text) is (row.status == "short")
        for lacking in filter(None, row.missing.split(";")):
            service, number = lacking.split(":")
            told = f"{number} {service.replace('_', ' ')} session"
            assert told in text.partition("Not on this page yet: ")[2], (row.participant_id, lacking)


def test_so_many_people_have_everything_everywhere(told, book, root):
    edition, outcome, _ = told
    rows = tables(edition)
    met, everybody = sum(row["status"] == "met" for row in rows.values()), len(rows)
    unmet = {key: int(row["unmet_minutes"]) for key, row in rows.items() if row["status"] == "short"}
    assert f"\n{met} of {everybody} participants have all" in report(edition.problem, outcome)
    assert {row.participant_id: row.minutes for row in outcome.unmet} == unmet
    assert f"{everybody - met} of {everybody} participants short" in " ".join(texts(book["Hours"]))
    sheet = records(book["Unmet needs"]) if unmet else []
    assert {row["Participant"]: round(row["Counts as (h)"] * 60) for row in sheet} == unmet
    figures = {spoken(every(one, "span", "label")[0]): spoken(one) for one in every(root, "li") if every(one, "strong")}
    assert figures["participants have everything they need"].startswith(f"{met} of {everybody} ")
    goals = {goal.name.value: goal.value for goal in outcome.goals}
    assert goals["people_short"] == len(unmet)
    assert goals["unmet_need"] >= sum(unmet.values())
    assert f"{everybody} participants" in " ".join(texts(book["About"]))


# --- staff ------------------------------------------------------------------
def test_hours_of_staff_are_the_same_everywhere(told, book, root):
    edition, outcome, truth = told
    lines = [cell.value for cell in book["Staff"]["A"]]
    on_page = {row[0]: row for row in rows_of(captioned(root, "table", "Hours of staff"))}
    files, dated = handouts.files(edition), calendars.files(edition)
    assert set(on_page) == set(edition.problem.therapist)
    for person, limit in edition.problem.therapist.items():
        minutes, number = truth.staff_minutes[person], truth.staff_sessions[person]
        line = lines[lines.index(person) + 1]
        assert line.startswith(f"{in_words(minutes)} of at most "), limit.id
        assert (on_page[person][1], on_page[person][3]) == (decimal_hours(minutes), str(number))
        if number:
            text = spoken(root_of(files[f"handouts/therapist-{person}.html"].decode()))
            assert re.search(rf"\b{number} sessions?, {re.escape(in_words(minutes))} in all\.", text)
            events = Calendar.from_ical(dated[f"calendars/therapist-{person}.ics"]).walk("VEVENT")
            assert sum((event.end - event.start).total_seconds() / 60 for event in events) == minutes
            assert len(events) == number
    total = sum(truth.staff_minutes.values())
    figure = next(spoken(one) for one in every(root, "li") if "hours of staff are in sessions" in spoken(one))
    assert figure.split()[0] == decimal_hours(total)
    cost = next(dict(goal.parts) for goal in outcome.goals if goal.name == "cost")
    assert cost["staff"] == total * edition.problem.clinic.weights["cost"]["staff"]


def test_days_of_staff_add_up_in_the_workbook(told, book):
    edition, _, truth = told
    places = [records(book["Staff"], place) for place in range(len(book["Staff"].tables))]
    days = [rows for rows in places if rows and "Hours in sessions" in rows[0]]
    worked = [person for person in sorted(edition.problem.therapist) if truth.staff_sessions[person]]
    for person, rows in zip(worked, days, strict=True):
        assert round(60 * sum(row["Hours in sessions"] for row in rows)) == truth.staff_minutes[person]
        assert sum(row["Sessions"] for row in rows) == truth.staff_sessions[person]


# --- groups and sessions ----------------------------------------------------
def test_members_of_groups_are_the_same_everywhere(told, root):
    edition, outcome, truth = told
    present = {row.participant_id for row in edition.hours}
    members = {
        group.id: truth.members[group.id]
        | {row.id for row in edition.problem.participants if group.id in row.group_ids and row.id in present}
        for group in edition.problem.groups
    }
    line = next((one for one in report(edition.problem, outcome).splitlines() if one.startswith("Members")), "")
    reported = {name: int(number) for name, number in re.findall(r"([^ ,]+) (\d+)/\d+", line)}
    assert reported == {key: len(people) for key, people in members.items()}
    rosters = {row[0]: row for row in rows_of(captioned(root, "table", "Groups, then shared"))}
    for key, people in members.items():
        if truth.members[key]:
            assert rosters[key][4].startswith(f"{len(people)} of ")
            assert set(rosters[key][5].split(", ")) == people


def test_heads_and_numbers_of_sessions_are_the_same_everywhere(told, book, root):
    edition, outcome, truth = told
    files = table_files(edition.problem, edition.schedule, edition.hours)
    rows = list(csv.DictReader(io.StringIO(files["sessions.csv"].decode())))
    assert {row["session_id"]: int(row["participants"]) for row in rows} == truth.heads
    assert f"\n{truth.sessions} sessions held" in report(edition.problem, outcome)
    assert any(text.startswith(f"{truth.sessions}: ") for text in texts(book["About"]))
    assert len(every(root, "li", "card")) == truth.sessions
    told_heads = [
        spoken(every(card, "span", "heads")[0]) for card in every(root, "li", "card") if every(card, "span", "heads")
    ]
    shared = [row for row in edition.schedule.sessions if len(row.participant_ids) > 1]
    on_page = Counter(int(re.search(r"(\d+)/\d+", text)[1]) for text in told_heads)
    assert all(
        on_page[heads] >= number for heads, number in Counter(len(row.participant_ids) for row in shared).items()
    )
    clinic = Calendar.from_ical(calendars.files(edition)["calendars/clinic.ics"]).walk("VEVENT")
    said = Counter(int(re.search(r"(\d+) participants?", str(event["description"]))[1]) for event in clinic)
    assert said == Counter(truth.heads.values())


def test_without_participants_shown_the_numbers_stay(told):
    edition, _, _ = told
    ((_, data),) = page.files(replace(edition, labels=Labels(NameMode.NONE))).items()
    met = sum(row.status == "met" for row in edition.hours)
    found = [spoken(one) for one in every(root_of(data.decode()), "li") if every(one, "strong")]
    assert any(text.startswith(f"{met} of {len(edition.hours)} participants have") for text in found)


@pytest.mark.slow
def test_the_pdf_tells_the_hours_of_the_page(told):
    pypdf = pytest.importorskip("pypdf")
    edition, _, truth = told
    try:
        ((_, data),) = pdf.files(edition).items()
    except UsageError as error:
        pytest.skip(str(error))
    text = " ".join(" ".join(part.extract_text() for part in pypdf.PdfReader(io.BytesIO(data)).pages).split())
    for row in edition.hours:
        scheduled, required = decimal_hours(row.scheduled_minutes), decimal_hours(row.required_minutes)
        numbers = f"{scheduled} of {required} {row.scheduled_days} of {row.required_days}"
        assert f"{row.participant_id} {row.level} {numbers}" in text, row.participant_id
    met = sum(row.status == "met" for row in edition.hours)
    assert text.count("✓ met") == met
    for person, limit in ((row.id, row.max_minutes_per_week) for row in edition.problem.therapists):
        if limit:
            assert f"{person} {hours_of(truth.staff_minutes[person], limit)}" in text
