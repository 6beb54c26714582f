"""The rows of the report of a night; each field is a column with its kind and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iopsched.reports.reporttable import told


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site and what became of its week."""

    site: str = told("The site.", "id")
    week: date = told("Monday of the week.", "date")
    state: str = told("What became of it; `skipped` means that the week was made before from the same inputs.")
    to_do: str = told("What somebody has to see to at this site; blank where nothing.")
    participants: int | None = told("Participants who are there in the week.", "number")
    met: int | None = told("Participants who have all their hours, days and sessions.", "number")
    people_short: int | None = told("Participants who lack something.", "number")
    unmet_minutes: int | None = told("What is lacking, as goal `unmet_need` counts it.", "minutes")
    unmet_bound: int | None = told("No week of this site can lack less.", "minutes")
    worst_off_minutes: int | None = told("What the participant with the greatest lack lacks.", "minutes")
    changes: int | None = told("Participants and staff whose week differs from the earlier week.", "number")
    goals: str = told("How many goals are proven to be the best possible, and the first that is not.")
    folder: str = told("Where the schedule lies.")


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One goal of one site."""

    site: str = told("The site.", "id")
    goal: str = told("The goal; goals are met in this order.", "id")
    value: int = told("What the week has; less is better.", "number")
    bound: int = told("No week whose earlier goals are as good has less.", "number")
    unit: str = told("The unit of both.")
    proven: bool = told("Whether the value is the best possible.", "yes_no")
    gap: float = told("(value - least possible) ÷ value; 0 where it is proven.", "decimal")


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One fault of the input of a site that could not be solved because of it."""

    site: str = told("The site.", "id")
    file: str = told("The file, or the workbook and its sheet.")
    row: int | None = told("The row as a spreadsheet counts.", "number")
    column: str = told("The column.")
    code: str = told("The code of the fault.", "id")
    found: str = told("What was found.")
    remedy: str = told("What to do.")


@dataclass(frozen=True, slots=True)
class HelpRow:
    """What more of one thing would bring one site, the most useful over all sites first."""

    rank: int = told("1 brings most: first by what it heals, then by how little trouble one more place is.", "number")
    site: str = told("The site.", "id")
    resource: str = told("Of what there would be more: therapist, room, evening, or what the steps change.")
    what: str = told("What there would be more, or what somebody would change.")
    healed_minutes: int = told("How much less is lacking then, in a week that was made with it.", "minutes")
    left_minutes: int = told("What is lacking even then.", "minutes")
    places: int = told("How many more people could come then.", "number")
    points: int | None = told("The trouble of it by [prices] of the clinic; blank where it has no price.", "number")
    sure: str = told("How sure that is.")


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """How many more people of a kind one site can take."""

    site: str = told("The site.", "id")
    population: str = told("Population.")
    track: str = told("Track.")
    part: str = told("Part of the day; blank means all opening hours.")
    more: int = told("So many more can come, each with all they need, while nobody lacks more than now.", "number")
    bound: int | None = told("No week has more of them; blank where nothing is proven.", "number")
    limited_by: str = told("What keeps one more out; `not known` where it was not found out in time.")
    price_of_next: int | None = told("Points of trouble of one more place; blank where none is known.", "number")


@dataclass(frozen=True, slots=True)
class ShortageRow:
    """What one site asks of a skill, and what it has of it."""

    site: str = told("The site.", "id")
    skill: str = told("The skill that the lead of a session needs.", "id")
    demand_minutes: int = told("Staff time of the sessions that are held or lacking.", "minutes")
    supply_minutes: int = told(
        "Time that staff with the skill are there, within their limits; who has two skills counts in both.", "minutes"
    )
    unmet_minutes: int = told(
        "Unmet need that sessions of this skill would heal; the sum over skills is that of the site.", "minutes"
    )
    unfilled_sessions: int = told("Sessions that somebody needs and that are not held.", "number")
    people: int = told("Participants who lack something of it.", "number")
    why: str = told("The most frequent causes, as the solve found them; with how many participants each.")


@dataclass(frozen=True, slots=True)
class LendingRow:
    """Somebody who has hours left at one site and could lead at another what nobody leads there."""

    site: str = told("The site that lacks the sessions.", "id")
    service: str = told("The service.", "id")
    therapist_id: str = told("Who could lead them.", "id")
    home: str = told("The site at which they have hours left.", "id")
    unused_minutes: int = told("Their time at home in no session, within windows and limits.", "minutes")
    sessions: int = told("So many lacking sessions they could lead, all of them together.", "number")
    healed_minutes: int = told("How much less would be lacking at the site.", "minutes")
    slots: str = told("When; in the site's clock.")
    travel_minutes: int | None = told("Minutes between the sites; blank where travel.csv has none.", "number")


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One member of staff of several sites, at one of them."""

    person: str = told("Who, by the id that is one over all sites.", "id")
    site: str = told("One of their sites.", "id")
    therapist_id: str = told("Their id there.", "id")
    minutes: int | None = told("Minutes in sessions there in the week; blank where there is no week.", "minutes")
    all_minutes: int = told("Minutes in sessions at all of their sites.", "minutes")


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """Sites that share staff, and how far their weeks are from the least unmet need over all of them."""

    sites: tuple[str, ...] = told("The sites.", "ids")
    way: str = told("Searched together, or made one after the other with what was left of each person's time.")
    unmet_minutes: int | None = told("What is lacking over all of them.", "minutes")
    least_minutes: int | None = told("No weeks of all of them together lack less; blank where not known.", "minutes")
    gap: float | None = told("(unmet - least) ÷ unmet; 0 where it is proven.", "decimal")


@dataclass(frozen=True, slots=True)
class PersonShortRow:
    """One participant who is short, in the section of their own site."""

    site: str = told("The site.", "id")
    participant_id: str = told("Who.", "id")
    unmet_minutes: int = told("What is lacking, as goal `unmet_need` counts it.", "minutes")
    lacks: str = told("What is lacking.")
    why: str = told("Why, as the solve found it.")


@dataclass(frozen=True, slots=True)
class RunRow:
    """What it took to make one site's week; the only table with times, which differ from night to night."""

    site: str = told("The site.", "id")
    tries: int = told("How often it was begun.", "number")
    waiting_seconds: float = told("From the beginning of the night until it was begun.", "decimal")
    solving_seconds: float = told("The search.", "decimal")
    overhead_seconds: float = told("Reading, checking and writing.", "decimal")
