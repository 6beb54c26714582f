"""The words that the product itself knows: a cell made of them, of ids, numbers, dates and times names nobody."""

from __future__ import annotations

import re
from functools import cache

from iopsched.ingest.cell import days, spelling
from iopsched.ingest.cell.clocktimes import NAMED_TIMES
from iopsched.ingest.cell.datewords import MONTHS
from iopsched.policy.columns import CLINIC_FILES, TABLES
from iopsched.policy.presets import preset_names
from iopsched.policy.settings import SETTINGS

_PLAIN = (
    "am pm h hr hrs hour hours min mins minute minutes day days week weeks month daily weekday weekdays weekend weekends "
    "never always every each other first second third last and or to thru until till from on at of the in no not yes true "
    "false all any none open closed noon midnight morning afternoon evening night lunch before after except st nd rd th "
    "zero one two three four five six seven eight nine ten eleven twelve half twice once nan inf today tomorrow someday "
    "maybe perhaps many several few tbd asap oui si ja nein partial phone up down name ref value div grp indiv teen teens youth child children "
    "iopsched init readme md copy old new backup final list sheet staff clients patients notes budget total close csv tsv tab txt toml doc docx xls "
    "xlsx xlsm xlsb ods numbers bak "
    # the field's terms
    "iop php adult adolescent sud mood dual trauma opioid alcohol anxiety ptsd ocd dbt cbt medication psychiatry nursing "
    "nutrition yoga art outing intake therapy session group individual family telehealth recovery relapse prevention "
    # payers
    "medicaid medicare aetna cigna humana tricare bcbs "
    # time zones
    "central eastern mountain pacific standard daylight time america new york chicago denver los angeles us usa canada utc gmt est cst mst pst"
)
_ESCAPED = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
_SPLIT = re.compile(r"[\W_]+")
_ID = re.compile(
    r"(?:[a-z]{1,2}|[A-Z]{1,2})[0-9]+[A-Za-z]?"  # P1, T12, b2x
    r"|(?:[a-z]{3,5}|[A-Z]{3,5})[0-9]{2,}"  # MRN0012; a name with one digit behind it is none
    r"|[0-9]+[A-Za-z]{0,2}|[0-9]+[TtEe][0-9]+[Zz]?"  # 15B, 9am, 20261130T0900
)


@cache
def known_words() -> frozenset[str]:
    """Return every word of tables, columns, choices, settings, spellings, days and times, in lower case."""
    texts = [
        MONTHS,
        _PLAIN,
        *CLINIC_FILES,
        *days.DAY_WORDS,
        *days.MANY_DAYS,
        *NAMED_TIMES,
        *preset_names(),
    ]
    texts += [month[:3] for month in MONTHS.split()]
    texts += [word for table in TABLES.values() for column in table.columns for word in (column.name, *column.choices)]
    texts += [part for setting in SETTINGS for part in setting.path]
    for spellings in (spelling.GENDERS, spelling.LANGUAGES, *spelling.CHOICES.values()):
        texts += [*spellings, *spellings.values()]
    return frozenset(word for text in texts for word in words_of(text.casefold()))


def words_of(text: str) -> list[str]:
    r"""Return the words of a text, without signs; a code point such as ``\u200b`` counts as what it stands for."""
    if "\\" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1] or match[2] or match[3], 16)), text)
    return [word for word in _SPLIT.split(text) if word]


def is_plain(word: str) -> bool:
    """Return whether a word is a number, a date, a time or an id such as ``P001``, or one that the product knows."""
    return not any(map(str.isalpha, word)) or _ID.fullmatch(word) is not None or word.casefold() in known_words()
