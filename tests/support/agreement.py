"""What every output tells one person of one session, read back from the files: who, date, start, end, place, staff."""

import csv
import io
import json
import re
from collections import defaultdict
from datetime import date, datetime

import openpyxl
from icalendar import Calendar

from tests.support.markup import every, spoken, tree

ONLINE = "online"


def _hour(text):
    """Return ``09:00`` for ``9:00 am``, ``noon`` or ``09:00``."""
    if text in ("noon", "midnight"):
        return {"noon": "12:00", "midnight": "24:00"}[text]
    if text[-2:] not in ("am", "pm"):
        return text
    hour, rest = text[:-3].split(":")
    return f"{int(hour) % 12 + 12 * (text[-2:] == 'pm'):02}:{rest}"


def _span(text):
    start, end = re.split(r"\s*[\u2013-]\s*", text)
    return _hour(start), _hour(end)


def _date(text, week):
    """Return the date that a day and month of the week's year, or of the next, name: ``30 November``, ``Mon 30 Nov``."""
    number = int(re.search(r"\d+", text)[0])
    return next(day for n in range(7) if (day := date.fromordinal(week.toordinal() + n)).day == number)


def _place(text, person=""):
    """Return where a person is, told by a line such as ``R1, online: P2, P4``."""
    pieces = re.split(r", (?=online)| · (?=online)", text)
    joined = next((piece.partition(": ")[2].split(", ") for piece in pieces if piece.startswith("online: ")), [])
    if person in joined or pieces[0].casefold() == ONLINE:
        return ONLINE
    return "" if pieces[0] in ("no room", "ask at the desk") else pieces[0]


def handouts(folder, kind, week):
    """Return by person what the handouts say; of staff also who comes."""
    found = defaultdict(set)
    for path in folder.glob(f"handouts/{kind}-*.html"):
        root = tree(path)
        person = path.stem.removeprefix(f"{kind}-")
        for body in every(root, "tbody"):
            day = _date(spoken(every(body, "span")[0]), week)
            for row in every(body, "tr")[1:]:
                cells = list(row)
                small = [spoken(one) for one in every(cells[1], "span", "small")]
                staff = re.split(" and | \\+ ", small[0].removeprefix("with ")) if small else []
                people = list(every(cells[3], "span")) if kind == "therapist" else []
                told = spoken(cells[3]).removeprefix("".join(map(spoken, people))) if kind == "therapist" else ""
                start, end = _span(spoken(cells[0]))
                own = {person, *staff} if kind == "therapist" else set(staff)
                found[person].add((day, start, end, _place(spoken(cells[2])), frozenset(own), _people(told)))
    return found


def _people(text):
    return frozenset(
        one.strip() for one in re.split("[,;]", text.replace(" (online)", "")) if one.strip() and one != "nobody"
    )


def calendars(folder, kind):
    """Return by person what their calendar says of what is held."""
    found = defaultdict(set)
    for path in folder.glob(f"calendars/{kind}-*.ics"):
        person = path.stem.removeprefix(f"{kind}-")
        for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            if event["status"] == "CANCELLED":
                continue
            lines = dict(line.partition(": ")[::2] for line in str(event["description"]).splitlines())
            location = str(event.get("location", ""))
            assert lines.get("Room", ONLINE) == location or not location or location == "Online", path.name
            staff = frozenset(one for one in lines.get("Staff", "").split(", ") if one)
            place = ONLINE if location == "Online" else location
            found[person].add((event.start.date(), f"{event.start:%H:%M}", f"{event.end:%H:%M}", place, staff))
    return found


def attendees(folder):
    """Return by participant what the table for billing says; minutes are those of the clock."""
    found = defaultdict(set)
    (path,) = folder.glob("attendees-*.csv")
    for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
        staff = [row["provider"], *filter(None, row["co_providers"].split(";"))]
        place = ONLINE if row["modality"] == "telehealth" else row["location"]
        assert (row["location"] == "telehealth") == (row["modality"] == "telehealth")
        begin, end = (datetime.fromisoformat(row[key]) for key in ("start_at", "end_at"))
        assert (end - begin).total_seconds() / 60 == int(row["minutes"]) >= int(row["contact_minutes"])
        told = (date.fromisoformat(row["date"]), row["start"], row["end"], place, frozenset(filter(None, staff)))
        found[row["participant_id"]].add(told)
    return found


def shown(text):
    """Return what ``show --json`` says of one person, and who comes."""
    found = set()
    for row in json.loads(text)["sessions"]:
        place = ONLINE if row["modality"] == "telehealth" else row["room"]
        told = (date.fromisoformat(row["date"]), row["start"], row["end"], place, frozenset(row["therapists"]))
        found.add((*told, frozenset(row["participants"])))
    return found


def page(folder, week, known):
    """Return by participant what the page shows when it is filtered by that person; ``known`` are all on the staff."""
    (path,) = folder.glob("week-*.html")
    root = tree(path)
    select = next(one for one in every(root, "select") if one.get("name") == "participant")
    labels = {one.get("value"): spoken(one) for one in every(select, "option")}
    found = defaultdict(set)
    for table in every(root, "table", "grid"):
        days = [_date(spoken(every(one, "span")[0]), week) for one in every(every(table, "thead")[0], "th")[1:]]
        for line in every(table, "tr")[1:]:
            title, *cells = list(line)
            for day, cell in zip(days, cells, strict=True):
                for card in every(cell, "li", "card"):
                    single = every(card, "span", "time")
                    pieces = spoken(every(card, "span", "who")[0]).split(" · ")
                    if single:
                        first = pieces[0].split(" + ")[1:]
                        staff, where = [spoken(title), *first], pieces[1:]
                    else:
                        at = next(n for n, one in enumerate(pieces) if set(one.split(" + ")) <= known | {"nobody"})
                        staff, where = pieces[at].split(" + "), pieces[at + 1 :]
                    start, end = _span(spoken(single[0] if single else title))
                    for number in card.get("data-participant", "").split():
                        person = labels[number]
                        told = (day, start, end, _place(" · ".join(where), person), frozenset(staff) - {"nobody"})
                        found[person].add(told)
    return found


def _workbook(folder):
    (path,) = folder.glob("week-*.xlsx")
    return openpyxl.load_workbook(path)


def signing(folder, week):
    """Return by participant what the sign-in sheets say."""
    book = _workbook(folder)
    found = defaultdict(set)
    for sheet in (one for one in book if one.title.startswith("Sign-in") and "single" not in one.title):
        facts, held, is_people = {}, {}, False
        for row in sheet.iter_rows(min_row=2, values_only=True):
            first, second = str(row[0] or ""), str(row[1] or "")
            if not any(row):
                facts, held, is_people = {}, {}, False
            elif match := re.fullmatch(r"((?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ?)+): (.*) · (.*)", first):
                told = match[2], frozenset(match[3].split(" + ")) - {"nobody"}
                facts |= dict.fromkeys(match[1].split(), told)
            elif not first and not held:
                held = {place: str(text).split() for place, text in enumerate(row) if text}
            elif first == "No.":
                is_people = True
            elif is_people and second and first.isdigit():
                for place, (weekday, number, times) in held.items():
                    where, staff = facts[weekday]
                    mark = row[place + 2]
                    if mark != "\N{EN DASH}":
                        here = ONLINE if mark == ONLINE else _place(where)
                        found[second].add((_date(number, week), *_span(times), here, staff))
    if "Sign-in single" in book.sheetnames:
        for row in book["Sign-in single"].iter_rows(min_row=3, values_only=True):
            time, person, told, where = (str(cell or "") for cell in row[:4])
            if not person and time:
                day = _date(time, week)
            elif time:
                found[person].add((day, *_span(time), _place(where, person), frozenset(told.split(" + ")) - {"nobody"}))
    return found


def staff_sheets(folder, staff):
    """Return by member of staff what the sheet of the staff in the workbook says, and who comes."""
    found = defaultdict(set)
    person, header = "", None
    for row in _workbook(folder)["Staff"].iter_rows(values_only=True):
        if row[0] in staff and not any(row[1:]):
            person, header = row[0], None
        elif "Session" in row and "Room" in row:
            header = list(row)
        elif header and row[0] and row[1]:
            facts = dict(zip(header, row, strict=False))
            others = {one for one in str(facts["With"] or "").split(" + ") if one}
            people = str(facts.get("Participants") or "") or str(facts["Session"]).split(" ")[-1]
            place = _place(str(facts["Room"]))
            told = (facts["Day"].date(), facts["From"], facts["To"], place, frozenset({person, *others}))
            found[person].add((*told, _people(people)))
    return found
