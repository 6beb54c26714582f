"""Whatever is typed into the files, reading them ends with issues and never with an exception or a name."""

import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from iopsched.ingest import CODES, inspect_clinic, inspect_schedule, read_names

HERE = Path(__file__).parent
WORDS = [
    "",
    "x",
    "-1",
    "0",
    "9",
    "1e5",
    "never",
    "Mon",
    "Mon-Fri",
    "P1",
    "P2",
    "T1",
    "R1",
    "G2",
    "W1",
    "group",
    "individual",
    "2026-12-01",
    "2026-11-30 09:00",
    "2026-11-29",
    "yes",
    "no",
    ";",
    ":",
    "a;b",
    "a:1",
    '"',
    '"x""y"',
    "\n",
    "\x00",
    "é",
    chr(0x420) + "1",
    "=1",
    "adult",
    "adolescent",
    "15:00",
    "9am",
    "24:00",
    "daily evening",
    "Tue",
    "must",
    "must_not",
    "telehealth",
    "either",
    "hybrid",
    "open",
    "require",
    "99999",
    "1.5",
    "\u202e",
    "{}",
    "[",
    "= 3",
    "[x]",
]
VALUES = [
    '"x"',
    "3",
    "-1",
    "true",
    "[]",
    "{}",
    "[1, 2]",
    '"Mon"',
    "1.5",
    "nan",
    '"09:00"',
    "09:00:00",
    "[{}]",
    "2026-01-01",
]

OTHER_FILES = {
    "covers.csv": "therapist_id,covered_by,from,until\nT1,T2;T3,2026-11-30,2026-12-04\n",
    "extra_time.csv": "kind,id,start,end,reason\nclinic,,2026-12-05 13:00,2026-12-05 15:00,\ntherapist,T1,2026-12-05,,\n",
    "modules.csv": "service_id,group_id,title,minutes,countable,week,order\ngroup,,Skill,90,yes,1,1\ngroup,G2,Break,20,no,2,2\n",
    "steps.csv": "participant_id,from,level,phase,payer\nP1,2026-11-30,step-down,last,\nP2,2026-12-07,,,medicare\n",
}


def mutated(text, is_toml, dice):
    """Return the text with one line or one stretch replaced."""
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    if is_toml:
        lines[at] = lines[at].split("=")[0] + f"= {dice.choice(VALUES)}" if "=" in lines[at] else "[levels.x]"
    elif dice.random() < 0.7:
        cells = lines[at].split(",")
        cells[dice.randrange(len(cells))] = dice.choice(WORDS)
        lines[at] = ",".join(cells)
    else:
        start = dice.randrange(len(text) + 1)
        return text[:start] + dice.choice(WORDS) + text[start + dice.randrange(4) :]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(150))
def test_mutation(seed, tmp_path):
    dice = random.Random(seed)
    clinic, week = tmp_path / "clinic", tmp_path / "week"
    shutil.copytree(HERE / "clinic", clinic)
    shutil.copytree(HERE / "week", week)
    for name, text in OTHER_FILES.items():
        (clinic / name).write_text(text, encoding="utf-8")
    for _ in range(dice.randint(1, 6)):
        path = dice.choice(sorted([*clinic.iterdir(), *week.iterdir()]))
        text = mutated(path.read_text(encoding="utf-8"), path.suffix == ".toml", dice)
        path.write_text(text, encoding="utf-8", newline="")
    found = inspect_clinic(clinic, date(2026, 12, 2), week)
    issues = (*found.issues, *inspect_schedule(week, found.problem).issues)
    assert (found.problem is None) == any(issue.level == "error" for issue in found.issues)
    assert {issue.code for issue in issues} <= set(CODES)
    assert "canary" not in repr(issues).casefold()
    read_names(clinic)
