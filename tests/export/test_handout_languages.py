"""Handouts in a second language: a file beside the English one, chosen by the participant's language or asked for."""

import re
import string
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import iopsched
from iopsched.export.handouts import files
from iopsched.words.papers import paper_languages, paper_words, spoken_code
from iopsched.words.phrases import DAYS, MONTHS, long_date, words
from tests.support.clinics import adults, session
from tests.support.clinics import schedule as week
from tests.support.clinics import small as small_clinic
from tests.support.readers import Page
from tests.support.workbooks import edition_of

SOURCE = Path(iopsched.__file__).parent
CODES = sorted(paper_languages().values())


def shape(entry):
    """Return what two languages must have alike: keys, numbers of days and months, values in a sentence."""
    if isinstance(entry, dict):
        return {key: shape(part) for key, part in entry.items()}
    if isinstance(entry, list):
        return len(entry)
    return {name for _, name, _, _ in string.Formatter().parse(entry) if name}


def told(made, name):
    return Page(made[f"handouts/participant-{name}.html"]).text


@pytest.mark.parametrize("code", CODES)
def test_every_language_says_everything(code):
    english, other = paper_words().entries, paper_words(code).entries
    assert list(other) == list(english)
    for key, entry in english.items():
        if key.startswith(("date", "day_of", "short_day", "long_date")):
            assert shape(other[key]) <= {"weekday", "day", "month", "year"}
        else:
            assert shape(other[key]) == shape(entry), key
    assert all(text for text in (*other["days"], *other["months"], *other["services"].values()))


def test_every_sentence_is_used():
    texts = [path.read_text(encoding="utf-8") for kind in ("py", "html") for path in SOURCE.rglob(f"*.{kind}")]
    used = {word for text in texts for word in re.findall(r"""["'](\w+)["']""", text)}
    assert not set(paper_words().entries) - used


def test_english_is_what_the_program_says_elsewhere():
    english = paper_words()
    assert tuple(english.entries["days"]) == DAYS
    assert tuple(english.entries["months"]) == MONTHS
    assert english.dated("long_date", date(2026, 11, 30)) == long_date(date(2026, 11, 30))
    assert english.short_dates([date(2026, 12, 31), date(2027, 1, 1)]) == "Thu 31 Dec and Fri 1 Jan"
    assert all(text == words(key) for key, text in english.entries["services"].items())


@pytest.mark.parametrize(
    ("languages", "code"),
    [
        ((), "en"),
        (("Spanish",), "es"),
        (("English", "Spanish"), "en"),
        (("Hmong", "spanish"), "es"),
        (("Hmong",), "en"),
    ],
)
def test_the_first_language_that_there_is_is_chosen(languages, code):
    assert spoken_code(languages) == code


def test_a_participant_reads_their_own_week_in_their_own_language(edition):
    first, second = edition.hours[0].participant_id, edition.hours[1].participant_id
    people = tuple(
        replace(row, languages=("Spanish",) if row.id == first else ()) for row in edition.problem.participants
    )
    made = files(replace(edition, problem=replace(edition.problem, participants=people)))
    spanish, english = told(made, first), told(made, second)
    assert "Su semana" in spanish
    assert f"Semana del {paper_words('es').dated('long_date', edition.schedule.week)}" in spanish
    assert "BORRADOR" in spanish
    assert 'lang="es"' in made[f"handouts/participant-{first}.html"].decode()
    assert not re.search(rf"\b(?:with|and|your|week|online|noon|{'|'.join(DAYS)}|{'|'.join(MONTHS)})\b", spanish)
    assert "Your week" in english
    assert "Su semana" not in english


def test_one_language_can_be_asked_for_all(edition):
    made = files(replace(edition, language="es"))
    participants = [name for name in made if "/participant-" in name]
    assert participants
    assert all("Su semana" in Page(made[name]).text for name in participants)
    staff = [name for name in made if "/participant-" not in name]
    assert not [name for name in staff if "semana" in Page(made[name]).text]


def test_what_is_not_there_yet_is_told_in_spanish():
    people = tuple(replace(row, languages=("Spanish",), individual_per_week=2) for row in adults(1))
    text = told(files(edition_of(small_clinic(participants=people), week(session("Mon 09:00-12:00", "A1")))), "A1")
    assert "Todavía falta en esta hoja: " in text
    assert "sesiones (taller). Su equipo lo sabe; pregúntenos, por favor." in text
    assert re.search(r"Lunes 30 de noviembre", text)
