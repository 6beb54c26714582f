"""The workbook as another program reads it back: cells, tables, pages, marks."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from iopsched.domain.publication import Change, Publication, PublishedSession
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.export.sheets import signin
from iopsched.export.workbook import files
from iopsched.store.revisions import draft
from iopsched.views.sessions import session_rows
from iopsched.words.phrases import long_date
from tests.support.clinics import adult, adults, clinic, group, individual, room, schedule, session, small, therapist
from tests.support.workbooks import book_of, cells, edition_of, records, texts

FIXED = ["Week", "Unmet needs", "Hours", "Rooms", "Changes", "Goals", "About", "Sign-in", "Sign-in single", "Staff"]

UPRIGHT = ("About", "Call list", "Hours", "Rooms", "Sign-in", "Sign-in single", "Staff")


@pytest.fixture(scope="module")
def book(edition):
    """Return the workbook of the complete example."""
    return book_of(edition)


def test_the_same_edition_gives_the_same_bytes(edition):
    assert files(edition) == files(edition)


def test_sheets_are_in_order(book):
    assert book.sheetnames == FIXED


def test_no_cell_is_a_formula_a_link_to_elsewhere_or_merged(book):
    for sheet in book:
        assert {cell.data_type for cell in cells(sheet)} <= {"s", "n", "d"}
        assert all(link.target is None for cell in cells(sheet) if (link := cell.hyperlink))
        assert not sheet.merged_cells.ranges


def test_every_sheet_prints_on_letter_with_pages_counted_and_the_confidentiality_line(book):
    for sheet in book:
        assert sheet.page_setup.paperSize == 1, sheet.title
        assert sheet.print_area, sheet.title
        assert "42 CFR Part 2" in sheet.oddFooter.left.text
        assert "&P of &N" in f"{sheet.oddFooter.right.text.replace('&[Page]', '&P').replace('&[Pages]', '&N')}"
        orientation = "portrait" if sheet.title in UPRIGHT else "landscape"
        assert sheet.page_setup.orientation == orientation, sheet.title
        # One page wide and as high as need be: breaks between sessions hold only so.
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0), sheet.title


@pytest.mark.parametrize("name", ["Week", "Hours", "Rooms"])
def test_headers_are_repeated_and_stay_in_sight(book, name):
    sheet = book[name]
    row = int(sheet.print_title_rows.rpartition("$")[2])
    assert sheet.cell(row, 1).value in ("Block", "Participant", "Room")
    assert sheet.cell(row, 1).font.b
    assert sheet.freeze_panes.endswith(str(row + 1))


def test_a_draft_says_so_on_its_sheets(book):
    for name in ("Week", "Hours", "Staff"):
        assert any("DRAFT" in text for text in texts(book[name]))
    for name in ("Sign-in", "Sign-in single"):
        assert "DRAFT" in book[name]["A1"].value
        assert book[name].print_title_rows.startswith("$1:"), "the line is repeated on each page"


def test_a_published_week_tells_revision_and_local_time(edition):
    when = datetime(2026, 11, 27, 20, 30, tzinfo=UTC)
    rows = tuple(PublishedSession(row.id, row, 0, when) for row in edition.schedule.sessions)
    published = book_of(replace(edition, publication=Publication("site", edition.problem.week, 3, when, rows)))
    assert {
        "Revision 3, published Friday 27 November 2026 at 15:30", "Times are clock times in America/New_York.",
    } <= set(texts(published["Week"]))  # fmt: skip
    assert not any("DRAFT" in text for sheet in published for text in texts(sheet))
    assert published.properties.created == when.replace(tzinfo=None)


# --- week -----------------------------------------------------------------
def test_every_session_stands_once_in_the_week_on_its_day(book, edition):
    sheet = book["Week"]
    top = int(sheet.print_title_rows.rpartition("$")[2])
    columns = {sheet.cell(top, place).value.split()[0][:3]: place for place in range(3, 9)}
    rows = session_rows(edition.problem, edition.schedule, edition.labels)
    for day, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat")):
        column = "\n".join(str(sheet.cell(row, columns[name]).value) for row in range(top + 1, sheet.max_row + 1))
        here = [row for row in rows if row.day == day]
        singles = Counter(
            " + ".join((f"{row.start} {row.title}", *row.therapists[1:])) for row in here if row.is_single
        )
        assert all(
            len([line for line in column.split("\n") if line.partition(" · ")[0] == text]) == number
            for text, number in singles.items()
        )
        several = Counter(f"{row.heads}/{row.most}" for row in here if not row.is_single)
        assert Counter(word for word in column.split() if "/" in word and word[0].isdigit()) == several


def test_what_is_tight_has_words_and_a_thick_frame():
    """Ten of ten in a room for eleven, with one who may care for ten; a second session has a seat left."""
    problem = small(
        clinic=clinic(ratios={"adult": 10}),
        participants=adults(10),
        groups=(group("G1", max_size=10), group("G2", max_size=11)),
        rooms=(room("R1", capacity=11), room("R2", capacity=12)),
    )
    everybody = " ".join(row.id for row in adults(10))
    nine = " ".join(row.id for row in adults(9))
    held = schedule(
        session("Mon 09:00-12:00", everybody, group_id="G1"),
        session("Mon 13:00-16:00", nine, group_id="G2", room_id="R2"),
    )
    sheet = book_of(edition_of(problem, held))["Week"]
    by_text = {cell.value: cell for cell in cells(sheet) if isinstance(cell.value, str)}
    tight = next(cell for text, cell in by_text.items() if text.startswith("09:00-12:00 G1"))
    plain = next(cell for text, cell in by_text.items() if text.startswith("13:00-16:00 G2"))
    assert tight.value.endswith("10/10 · ratio 10:1 of 10:1\n▲ full (size, ratio, room)")
    assert tight.border.left.style == "thick"
    assert plain.value.endswith("9/11 · ratio 9:1 of 10:1")
    assert plain.border.left.style == "thin"
    assert any("1 session full (size, ratio, room)" in text for text in by_text)


def test_broken_rules_are_told_first_and_only_if_there_are_any(book):
    assert "Broken rules" not in book.sheetnames
    held = schedule(individual("Mon 09:00-10:00"), individual("Mon 09:00-10:00", "A2", id_="other"))
    broken = book_of(edition_of(small(), held))
    assert broken.sheetnames[1] == "Broken rules"
    assert {row["Rule"] for row in records(broken["Broken rules"])} == {"overlap"}
    assert any("rule violation" in text for text in texts(broken["Week"]))


def test_an_empty_week_is_a_workbook_as_well():
    empty = book_of(edition_of(small(), schedule()))
    assert "No sessions are held this week." in texts(empty["Week"])
    assert "No such session is held this week." in texts(empty["Sign-in"])
    assert "Sign-in single" not in empty.sheetnames
    assert book_of(edition_of(replace(small(), participants=(), therapists=(), rooms=()), schedule()))


# --- staff, rooms, hours --------------------------------------------------
def of_staff(book, label):
    """Return the days and the sessions of a member of staff: the two tables below the label."""
    sheet = book["Staff"]
    row = next(cell.row for cell in sheet["A"] if cell.value == label)
    tops = [sheet[table.ref][0][0].row for table in sheet.tables.values()]
    first = sum(top < row for top in tops)
    return records(sheet, first), records(sheet, first + 1)


def test_a_therapist_has_days_against_limits_and_every_session(book, edition):
    held = [row for row in edition.schedule.sessions if "T05" in row.therapist_ids]
    days, sessions = of_staff(book, "T05")
    assert sum(row["Hours in sessions"] for row in days) * 60 == sum(row.minutes for row in held)
    assert {row["At most"] for row in days} == {6}
    assert len(sessions) == len(held)
    assert [row["From"] for row in sessions[:1]] == [
        f"{min(row.start for row in held) % 1440 // 60:02d}:{min(row.start for row in held) % 60:02d}"
    ]


def test_waiting_and_work_beyond_the_limit_are_told():
    problem = small(therapists=(therapist("T1", max_minutes_per_week=90),))
    held = schedule(individual("Mon 09:00-10:00"), individual("Mon 12:00-13:00", "A2"))
    book = book_of(edition_of(problem, held))
    assert "2 h of at most 1.5 h in sessions this week; 2 h of waiting between sessions. ▲ OVER THE LIMIT" in texts(
        book["Staff"]
    )
    assert of_staff(book, "T1")[0][0]["Waiting (h)"] == 2


def test_a_room_shows_a_letter_in_each_half_hour_that_it_is_in_use(book, edition):
    rows = records(book["Rooms"])
    assert len(rows) == len(edition.problem.rooms) * 6
    for session_ in edition.schedule.sessions:
        if session_.room_id is None:
            continue
        row = next(
            row for row in rows if row["Room"] == session_.room_id and row["Day"].weekday() == session_.start // 1440
        )
        for minute in range(session_.start % 1440, session_.end % 1440, 30):
            assert row[f"{minute // 60:02d}:{minute % 60:02d}"]
    used = sum(row.minutes for row in edition.schedule.sessions if row.room_id) / 60
    assert sum(row["Hours used"] for row in rows) == used
    letters = sum(bool(value) for row in rows for name, value in row.items() if name[:2].isdigit())
    assert letters == used * 2


def test_hours_are_numbers_marked_by_words_and_conditions(book, edition):
    sheet = book["Hours"]
    rows = records(sheet)
    by_id = {row.participant_id: row for row in edition.hours}
    assert len(rows) == len(by_id)
    for row in rows:
        known = by_id[row["Participant"]]
        assert (row["Hours"], row["Required"]) == pytest.approx(
            (known.scheduled_minutes / 60, known.required_minutes / 60)
        )
        assert row["Status"] == {"met": "met", "short": "SHORT"}[known.status]
        assert bool(row["What is lacking"]) is (known.status == "short")
    rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
    assert sorted(rule.type for rule in rules) == ["cellIs", "expression", "expression", "notContainsBlanks"]
    assert all(rule.dxf.font.b for rule in rules), "bold, not color alone"
    assert {row["Participant"]: row["Rule and where it stands"] for row in rows}["P009"] == (
        "11 h: participants.csv or steps.csv; 3 days: level iop-adult"
    )
    assert any("SAMHSA" in text for text in texts(sheet))


# --- sign-in --------------------------------------------------------------
def blocks(sheet):
    """Return the rows of each block of a sign-in sheet; between two is a blank row."""
    found = [[]]
    for row in sheet.iter_rows(2, values_only=True):
        if any(value is not None for value in row):
            found[-1].append(row)
        else:
            found.append([])
    return [rows for rows in found if rows]


def of_groups(edition):
    """Return the sessions of several participants, those of a group together, in order."""
    held = {}
    sessions = {session.id: session for session in edition.schedule.sessions}
    for row in session_rows(edition.problem, edition.schedule, edition.labels):
        if not row.is_single:
            held.setdefault(sessions[row.session_id].group_id or row.session_id, []).append(row)
    return list(held.values())


def test_a_group_signs_for_its_sessions_side_by_side(book, edition):
    """Three columns a session; who is not due there, or joins online, is told so where others sign."""
    found, groups = blocks(book["Sign-in"]), of_groups(edition)
    assert len(found) == len(groups)
    for rows, sessions in zip(found, groups, strict=True):
        heading = next(place for place, row in enumerate(rows) if row[0] == "No.")
        assert [text for text in rows[heading - 1] if text] == [
            f"{WEEKDAYS[row.day]} {row.date.day}, {row.times}" for row in sessions
        ]
        assert rows[heading].count("Signature") == rows[heading].count("Time in") == len(sessions)
        lines = {row[1]: row[2:] for row in rows[heading + 1 :] if row[1]}
        labels = {label for session in sessions for label in session.participants}
        assert labels == {label for label in lines if not label.endswith(" (staff)")}
        for place, held in enumerate(sessions):
            for label in labels:
                due = "online" if label in held.remote or held.modality == "telehealth" else None
                wanted = due if label in held.participants else "\N{EN DASH}"
                assert lines[label][3 * place + 2] == wanted
            assert all(lines[f"{name} (staff)"][3 * place + 2] is None for name in held.therapists)
        facts = " ".join(row[0] for row in rows[:heading] if row[0])
        assert all(title in facts for session in sessions for title in session.modules)
        assert all(session.place in facts for session in sessions)


def test_a_block_is_never_cut_by_the_end_of_a_page(book):
    sheet = book["Sign-in"]
    breaks = [item.id for item in sheet.row_breaks.brk]
    assert breaks
    assert all(sheet.cell(row, 1).value is None for row in breaks), "the row above a break is the gap between two"


def test_one_day_of_visits_a_page(book, edition):
    """Every visit is a line of its day, and a family has lines for those who come along; headers come on each page."""
    sheet = book["Sign-in single"]
    here = book_of_singles(edition)
    days = {row.date: [other for other in here if other.date == row.date] for row in here}
    breaks = [item.id for item in sheet.row_breaks.brk]
    assert len(breaks) == len(days) < len(here)
    for (day, visits), first, last in zip(days.items(), [2, *breaks], breaks, strict=False):
        title, *lines = [[cell.value or "" for cell in row] for row in sheet.iter_rows(first + 1, last)]
        assert title[0] == long_date(day)
        told = [(row.times, row.participants[0], row.staff, ", ".join(row.where)) for row in visits]
        assert [tuple(line[:4]) for line in lines if line[0]] == told
        assert len(lines) == len(visits) + 2 * sum(row.kind == "family" for row in visits)
    assert [cell.value for cell in sheet[2]][-4:] == ["Time in", "Time out", "Signature", "Staff signature"]
    assert sheet.print_title_rows == "$1:$2"


def test_a_very_full_day_of_visits_has_lower_lines_and_still_one_page():
    people = adults(45)
    held = schedule(
        *(
            individual(f"Mon {8 + n // 6:02d}:00-{9 + n // 6:02d}:00", row.id, id_=f"I{n}")
            for n, row in enumerate(people)
        )
    )
    sheet = book_of(edition_of(small(participants=people), held))["Sign-in single"]
    assert len(sheet.row_breaks.brk) == 1
    heights = {round(sheet.row_dimensions[row].height, 1) for row in range(4, 4 + len(people))}
    assert len(heights) == 1
    assert 15 <= heights.pop() < 21


def test_there_are_blank_lines_for_latecomers(book, edition):
    labels = {label for row in of_groups(edition)[0] for label in row.participants}
    numbers = [row[0] for row in blocks(book["Sign-in"])[0] if isinstance(row[0], int)]
    assert numbers == list(range(1, len(labels) + 3 + 1))


def test_a_crowd_goes_on_in_further_parts_with_headers():
    problem = small(participants=adults(60), services=small().services)
    held = schedule(session("Mon 09:00-12:00", " ".join(row.id for row in problem.participants)))
    found = blocks(book_of(edition_of(problem, held))["Sign-in"])
    assert [rows[0][0] for rows in found] == [f"process (page {number} of 3)" for number in (1, 2, 3)]
    assert all(any("Signature" in row for row in rows) for rows in found)


def test_more_pages_than_excel_can_break_go_to_another_sheet(edition, monkeypatch):
    monkeypatch.setattr(signin, "MOST_BREAKS", 3)
    book = book_of(edition)
    parts = [sheet for sheet in book if sheet.title == "Sign-in" or sheet.title.startswith("Sign-in (")]
    assert [sheet.title for sheet in parts[:2]] == ["Sign-in", "Sign-in (2)"]
    assert all(len(sheet.row_breaks.brk) <= 3 for sheet in parts)
    assert sum(len(blocks(sheet)) for sheet in parts) == len(of_groups(edition))


def book_of_singles(edition):
    """Return the sessions for one participant or family."""
    return [row for row in session_rows(edition.problem, edition.schedule, edition.labels) if row.is_single]


# --- reports --------------------------------------------------------------
def test_changes_are_told_in_words_or_that_there_are_none(book):
    problem = small()
    before = session("Mon 09:00-12:00", "A1", id_="one")
    after = replace(before, start=before.start + 60, end=before.end + 60, participant_ids=("A2",))
    gone = individual("Tue 09:00-10:00", id_="two")
    changes = (Change("one", ("moved", "participants"), before, after), Change("two", ("cancelled",), gone, None))
    changed = book_of(edition_of(problem, schedule(after), changes=changes))
    assert [tuple(row.values()) for row in records(changed["Changes"])] == [
        ("process", "moved, other participants", "Mon 09:00-12:00 · T1 · R1", "Mon 10:00-13:00 · T1 · R1",
         "A2 joins; A1 leaves"),
        ("individual A1", "cancelled", "Tue 09:00-10:00 · T1 · R1", "is not held", None),
    ]  # fmt: skip
    assert any("no earlier" in text for text in texts(book["Changes"]))
    assert any("Nothing" in text for text in texts(book_of(edition_of(problem, schedule(), changes=()))["Changes"]))


def test_unmet_needs_and_goals_are_those_of_the_edition(book, edition):
    short = [row for row in edition.hours if row.status == "short"]
    assert short
    found = {row["Participant"]: row for row in records(book["Unmet needs"])}
    assert {key: row["Counts as (h)"] for key, row in found.items()} == {
        row.participant_id: row.unmet_minutes / 60 for row in short
    }
    assert {key: row["Why"] for key, row in found.items()} == {row.participant_id: row.why for row in edition.unmet}
    goals = records(book["Goals"])
    assert [row["Open"] for row in goals] == pytest.approx([goal.gap for goal in edition.goals])
    needy = small(participants=(adult(min_minutes_per_week=600),))
    edited = book_of(edition_of(needy, schedule()))
    assert any("not known" in text for text in texts(edited["Goals"]))
    assert any("Reasons are not known" in text for text in texts(edited["Unmet needs"]))


def test_about_links_every_sheet_and_everybody_on_the_staff(book, edition):
    sheet = book["About"]
    linked = {cell.value: cell.hyperlink.location for cell in cells(sheet) if cell.hyperlink}
    assert list(linked) == [*book.sheetnames, *(row.id for row in edition.problem.therapists)]
    assert all(book["Staff"][linked[row.id].rpartition("!")[2]].value == row.id for row in edition.problem.therapists)
    assert linked["Sign-in"] == "'Sign-in'!A1"


@pytest.mark.parametrize("weeks", [-5, 14], ids=["autumn", "spring"])
def test_local_times_stay_over_both_clock_changes(book, edition, weeks):
    """The weeks of 26 October 2026 and 8 March 2027 end with a change of the clock in New York."""
    monday = edition.problem.week + timedelta(weeks=weeks)
    held = Schedule(monday, edition.schedule.sessions)
    problem = replace(edition.problem, week=monday)
    moved = book_of(replace(edition, problem=problem, schedule=held, publication=draft("site", held)))
    (_, here), (_, there) = of_staff(book, "T01"), of_staff(moved, "T01")
    assert [row["From"] for row in there] == [row["From"] for row in here]
    assert all(row["Day"].date() >= monday for row in there)
