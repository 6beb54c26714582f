"""A week in which a made name stands wherever a name can."""

from dataclasses import replace

from iopsched.domain.names import Names
from iopsched.domain.publication import Change
from tests.support.clinics import adults, group, individual, schedule, session, small
from tests.support.workbooks import edition_of

CANARY = "Zyxcanary"


def canary_edition(mode):
    """Return a week in which names stand everywhere that names can, somebody is short, and a rule is broken."""
    people = tuple(replace(row, id=f"Q{row.id}", min_minutes_per_week=600) for row in adults(3))
    one = {"QA1": f"{CANARY} One", "QA2": f"{CANARY} Two", "QA3": f"{CANARY} Two"}
    names = Names(
        participants=one,
        initials={key: f"{CANARY}-{key[-1]}" for key in one},
        therapists={"T1": f"Doctor {CANARY}"},
        groups={"SECRETGROUP": f"Group {CANARY}"},
        public_groups={"SECRETGROUP": "Group A"},
        rooms={"R1": f"Room {CANARY}"},
    )
    held = schedule(
        session("Mon 09:00-12:00", "QA1 QA2", group_id="SECRETGROUP", id_="SECRETGROUP-1"),
        individual("Mon 09:00-10:00", "QA1", id_="individual-1"),
        individual("Tue 09:00-10:00", "QA3", id_="individual-2"),
    )
    after = held.sessions[1]
    changes = (Change("individual-QA1-1", ("participants",), replace(after, participant_ids=("QA2",)), after),)
    problem = small(participants=people, groups=(group("SECRETGROUP"),))
    return edition_of(problem, held, mode, names, changes=changes)
