"""What can be chosen about a planted clinic: a :class:`Make` is one record of such choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HOUR = 60
Span = tuple[int, int]  # minutes after midnight


@dataclass(frozen=True)
class Slack:
    """What a clinic has beyond its planted week.

    ``availability``: share of the other days on which a participant or member of staff can come besides, 0 to 1.
    ``rooms``: rooms of each size above those that the planted week uses at once, as a share of them; below 0 so many are
    missing. ``staff``: counselors above those of the planted week, as a share of its staff; with 0 or less nobody works
    more hours a week than in the planted week (rounded up to whole hours), else everybody up to the week of the make.
    Below 0 so many counselors with an ordinary week are missing (rounded up). Where rooms or staff are missing, most
    likely not every need can be met.
    """

    availability: float = 1.0
    rooms: float = 1 / 3
    staff: float = 1 / 2

    @property
    def is_short(self) -> bool:
        """Return whether something is missing that the planted week needs."""
        return self.staff < 0 or self.rooms < 0


ROOMY = Slack()
TIGHT = Slack(availability=0.35, rooms=0.0, staff=0.0)
# The planted week cannot be held here: for proofs of an unmet need that is not 0.
SHORT = Slack(availability=0.35, rooms=0.0, staff=-0.1)
CROWDED = Slack(availability=0.35, rooms=-0.25, staff=1 / 2)


@dataclass(frozen=True)
class Block:
    """A block of ``clinic.toml``."""

    id: str
    part: str
    start: int
    end: int
    days: str = "Mon-Fri"


@dataclass(frozen=True)
class Service:
    """A row of ``services.csv``, its columns by name, and the kind of room in which the planted week holds it."""

    service_id: str
    kind: str
    minutes: int
    counts: str = ""
    staff: str = ""
    licensed_lead: str = ""
    min_participants: int | str = ""
    max_participants: int | str = ""
    participants_per_staff: int | str = ""
    guests: int | str = ""
    starts: str = ""
    with_primary: str = ""
    adult_per_week: int | str = ""
    adolescent_per_week: int | str = ""
    max_per_day: int | str = ""
    room_features: str = ""
    needs_room: str = ""
    modality: str = ""
    room: str = field(default="", metadata={"is_column": False})


@dataclass(frozen=True)
class Room:
    """A kind of room: ``capacity`` seats, ``features`` as in ``rooms.csv``."""

    capacity: int
    features: str = ""


@dataclass(frozen=True)
class Track:
    """Who shares groups: a population and a part of the day in which they can come at all.

    ``label`` is their track in the files, by default the name; ``visits`` the hours in which their visits may lie, by
    default the window. Without ``blocks`` they have no groups.
    """

    name: str
    population: str
    blocks: tuple[int, ...]
    window: Span
    shift: str
    share: float
    size: int
    label: str = ""
    visits: Span | None = None

    @property
    def track(self) -> str:
        """Return the track as the files call it."""
        return self.label or self.name

    @property
    def visit_window(self) -> Span:
        """Return the hours in which visits may lie."""
        return self.visits or self.window


@dataclass(frozen=True)
class Visit:
    """A session for one that each person of the ``populations`` (all where empty) has, or a ``share`` of them.

    Who has it stands in the ``column`` of ``participants.csv``, else in ``needs.csv`` where it is a share, else in
    the service.
    """

    service: str
    skills: str
    share: float = 1.0
    populations: tuple[str, ...] = ()
    is_primary: bool = False
    column: str = ""


@dataclass(frozen=True)
class Course:
    """Sessions formed freely from ``needs.csv``: a ``share`` of the people has ``per_week`` (least, most) of them."""

    service: str
    skills: str
    share: float
    per_week: Span = (1, 1)
    helper: str = ""


@dataclass(frozen=True)
class Make:
    """A make of clinics. Shares are 0 to 1, hours are minutes; what is not named is as in the first make.

    ``part_days``: share of the days on which somebody can come for a part of the day only, on planted days for the
    planted sessions and little else. ``has_staff_tracks``: staff belong to one or two tracks. ``given_times``: share of
    groups whose starts are given. ``pinned``: share of the planted sessions that ``pins.csv`` demands. ``time_off``:
    share of people and staff who are away on a day that the planted week does not give them. ``keep_apart``: pairs
    among so many participants. ``near_visits``: whether visits lie within five hours of the group. ``course_minutes``:
    most minutes a week of a person's courses. ``besides``: names of what :mod:`benchmarks.variants` adds.
    """

    name: str
    says: str
    tracks: tuple[Track, ...]
    services: tuple[Service, ...]
    visits: tuple[Visit, ...]
    limits: str
    skills: Mapping[str, str]
    blocks: tuple[Block, ...] = ()
    slack: Slack = ROOMY
    opening: str = "Mon-Fri 08:00-21:00"
    days: int = 5
    grid_minutes: int = 30
    shifts: Mapping[str, Span] = field(default_factory=lambda: {"early": (8 * 60, 17 * 60), "late": (12 * 60, 21 * 60)})
    lunch: Span | None = None
    patterns: tuple[tuple[int, ...], ...] = ((0, 2, 4), (0, 1, 3), (1, 3, 4), (0, 2, 3), (1, 2, 4))
    rooms: Mapping[str, Room] = field(default_factory=lambda: {"L": Room(14), "S": Room(4)})
    courses: tuple[Course, ...] = ()
    course_minutes: int = 10 * HOUR
    staff_day: int = 6 * HOUR
    staff_week: int = 25 * HOUR
    person_day: int = 5 * HOUR
    smallest_group: int = 4
    group_sizes: Mapping[str, int] = field(default_factory=dict)
    given_primary: float = 0.7
    given_cohort: float = 0.3
    given_times: float = 0.0
    with_preferred: float = 0.3
    part_days: float = 0.0
    has_staff_tracks: bool = False
    has_services_file: bool = True
    near_visits: bool = True
    pinned: float = 0.0
    time_off: float = 0.0
    keep_apart: float = 0.0
    besides: tuple[str, ...] = ()

    def service(self, service_id: str) -> Service:
        """Return a service by its id."""
        return next(row for row in self.services if row.service_id == service_id)

    @property
    def populations(self) -> tuple[str, ...]:
        """Return the populations of its tracks, in their order."""
        return tuple(dict.fromkeys(track.population for track in self.tracks))
