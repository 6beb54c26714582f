"""How good a plan of groups, members and visits is: all goals, kept up to date with every move.

One value of a group is its whole week: the days, the start and the lead. One value of a visit is a start and a
therapist. Who attends follows: members come to every session of their group that their windows allow.

People or rooms in two sessions at once, and every other broken rule, cost twice the minutes in the first goal:
leaving the visit out is always better, and the search may pass through such weeks. Rooms are counted by size while
searching and handed out afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CELLS = 48  # of half an hour, a day
UNIT, MOST_BROKEN = 10**8, 10**5
LONGEST_RUN = 240


@dataclass
class GroupWeek:
    """When a group meets, minutes of the day, and its lead; ``outside`` are minutes outside the lead's preferred."""

    lead: int
    days: list[int]
    start: int
    end: int
    is_evening: int
    outside: int


@dataclass
class Slot:
    """When and with whom a visit is held, minutes of the day."""

    therapist: int
    day: int
    start: int
    end: int
    is_evening: int
    outside: int


@dataclass
class Rules:
    """Numbers of the clinic by place; ``free`` and ``outside`` by place of the participant x 10 080 + start.

    ``foreign`` are places of participants x number of staff + place of somebody with whom they share no language.
    """

    people: int
    staff: int
    groups: int
    required_minutes: list[int]
    required_days: list[int]
    program_minutes: list[int]
    most_a_day: list[int]
    most_a_week: list[int]
    staff_day: list[int]
    staff_week: list[int]
    fewest: list[int]
    most: list[int]
    kind_of_group: list[int]
    kinds: int
    room_heads: list[int]
    rooms: list[int]
    group_heads: list[int]
    cannot_attend: set[int]
    outside: dict[int, int]
    given: list[int]
    kept: list[bool]
    anytime: list[int]
    target: list[int]
    evening: list[int]
    weights: list[int]
    foreign: set[int]
    short_day: int
    pause: int


@dataclass
class Visit:
    """A needed visit; ``is_talk`` is 1 for individual and family sessions, ``counts`` for countable ones."""

    id: str
    person: int
    service: int
    minutes: int
    heads: int
    is_talk: int
    counts: int
    options: list[int]


@dataclass
class Planned:
    """What is to be planned: entities with the numbers of the values each may take.

    ``members`` are the places of participants without a given group, whose values are groups.
    """

    rules: Rules
    weeks: list[GroupWeek]
    slots: list[Slot]
    groups: list[list[int]]
    members: list[int]
    choices: list[list[int]]
    visits: list[Visit]


class Calculator:
    """Keeps the value of every goal up to date while entities change.

    Entities are told by their place, values by their number, -1 where unassigned.
    """

    def __init__(self, plan: Planned) -> None:
        self.plan, self.rules = plan, plan.rules

    def begin(self, weeks: Iterable[int], choices: Iterable[int], slots: Iterable[int]) -> None:
        """Begin anew with the values of all groups, members and visits."""
        rules, plan = self.rules, self.plan
        self.unmet = 0
        self.short = 0
        self.preferences = 0
        self.broken = 0
        self.idle = 0
        self.trips = 0
        self.waits = 0
        self.staff_minutes = 0
        self.staff_days = 0
        self.no_pause = 0
        self.of_person = [[] for _ in range(rules.people * 7)]
        self.of_staff = [[] for _ in range(rules.staff * 7)]
        self.minutes = [0] * (rules.people * 7)
        self.person_broken = [0] * (rules.people * 7)
        self.person_waits = [0] * (rules.people * 7)
        self.person_trips = [0] * (rules.people * 7)
        self.person_short = [0] * (rules.people * 7)
        self.lacking = [0] * rules.people
        self.person_unmet = [0] * rules.people
        self.week_broken = [0] * rules.people
        self.talks = [[] for _ in range(rules.people)]
        self.talk_cost = [0] * rules.people
        self.staff_total = [0] * rules.staff
        self.staff_evenings = [0] * rules.staff
        self.staff_week_broken = [0] * rules.staff
        self.staff_broken = [0] * (rules.staff * 7)
        self.staff_idle = [0] * (rules.staff * 7)
        self.staff_there = [0] * (rules.staff * 7)
        self.staff_beyond = [0] * (rules.staff * 7)
        self.use = [0] * (len(rules.rooms) * 7 * CELLS)
        self.weeks = [None] * rules.groups
        self.open_days = [[] for _ in range(rules.groups)]
        self.members = [[] for _ in range(rules.groups)]
        self.heads = [0] * (rules.groups * 7)
        self.size = [0] * rules.groups
        self.size_broken = [0] * rules.groups
        for person in range(rules.people):
            if rules.given[person] >= 0:
                self.members[rules.given[person]].append(person)
        for visit in plan.visits:
            self.lacking[visit.person] += visit.minutes
        for person in range(rules.people):
            self.week_of_person(person)
        for place, number in enumerate(choices):
            self.put_choice(place, number)
        for place, number in enumerate(weeks):
            self.put_week(place, number)
        for place, number in enumerate(slots):
            self.put_slot(place, number)

    # --- what the solver tells --------------------------------------------
    def put_week(self, place: int, number: int) -> None:
        """Hold a group's week."""
        if number >= 0:
            self.open_group(place, self.plan.weeks[number])

    def take_week(self, place: int, number: int) -> None:
        """Hold a group's week no longer."""
        if number >= 0:
            self.close_group(place)

    def put_choice(self, place: int, number: int) -> None:
        """Begin a membership."""
        if number >= 0:
            self.join(self.plan.members[place], number)

    def take_choice(self, place: int, number: int) -> None:
        """End a membership."""
        if number >= 0:
            self.leave(self.plan.members[place], number)

    def put_slot(self, place: int, number: int) -> None:
        """Hold a visit."""
        if number >= 0:
            self.move_visit(self.plan.visits[place], self.plan.slots[number], 1)

    def take_slot(self, place: int, number: int) -> None:
        """Hold a visit no longer."""
        if number >= 0:
            self.move_visit(self.plan.visits[place], self.plan.slots[number], -1)

    # --- days of people and staff -----------------------------------------
    def day_of_person(self, person: int, day: int) -> None:
        """Count a day of a participant anew: minutes, overlaps, waiting, a trip."""
        place = person * 7 + day
        sessions = self.of_person[place]
        total = 0
        countable = 0
        overlap = 0
        first = 1440
        last = 0
        for index in range(len(sessions)):
            start = sessions[index] // 4000
            end = sessions[index] % 4000 // 2
            total += end - start
            if sessions[index] % 2 > 0:
                countable += end - start
            first = min(first, start)
            last = max(last, end)
            for other in range(index):
                begin = sessions[other] // 4000
                finish = sessions[other] % 4000 // 2
                if begin < end and start < finish:
                    overlap += min(end, finish) - max(start, begin)
        broken = 0
        if overlap > 0:
            broken = 2 * overlap + 1
        if countable > self.rules.most_a_day[person]:
            broken += 2 * (countable - self.rules.most_a_day[person]) + 1
        wait = 0
        trip = 0
        if total > 0:
            trip = 1
            if last - first > total:
                wait = last - first - total
        self.broken += broken - self.person_broken[place]
        self.person_broken[place] = broken
        self.waits += wait - self.person_waits[place]
        self.person_waits[place] = wait
        self.trips += trip - self.person_trips[place]
        self.person_trips[place] = trip
        short = 0
        if 0 < total < self.rules.short_day:
            short = self.rules.weights[11]
        self.preferences += short - self.person_short[place]
        self.person_short[place] = short
        self.minutes[place] = countable

    def week_of_person(self, person: int) -> None:
        """Count a participant's unmet need anew."""
        total = 0
        days = 0
        rules = self.rules
        for day in range(7):
            minutes = self.minutes[person * 7 + day]
            if minutes > 0:
                total += minutes
                if minutes >= rules.program_minutes[person]:
                    days += 1
        unmet = self.lacking[person]
        if total < rules.required_minutes[person]:
            unmet += rules.required_minutes[person] - total
        if days < rules.required_days[person]:
            unmet += 60 * (rules.required_days[person] - days)
        before = self.person_unmet[person]
        if unmet != before:
            self.unmet += unmet - before
            if unmet > 0 and before == 0:
                self.short += 1
            if unmet == 0 and before > 0:
                self.short -= 1
            self.person_unmet[person] = unmet
        broken = 0
        if total > rules.most_a_week[person]:
            broken = 2 * (total - rules.most_a_week[person]) + 1
        self.broken += broken - self.week_broken[person]
        self.week_broken[person] = broken

    def day_of_staff(self, worker: int, day: int) -> None:
        """Count a day of a member of staff anew: overlaps, too many minutes, waiting."""
        place = worker * 7 + day
        sessions = self.of_staff[place]
        total = 0
        overlap = 0
        first = 1440
        last = 0
        for index in range(len(sessions)):
            start = sessions[index] // 2000
            end = sessions[index] % 2000
            total += end - start
            first = min(first, start)
            last = max(last, end)
            for other in range(index):
                begin = sessions[other] // 2000
                finish = sessions[other] % 2000
                if begin < end and start < finish:
                    overlap += min(end, finish) - max(start, begin)
        broken = 0
        if overlap > 0:
            broken = 2 * overlap + 1
        if total > self.rules.staff_day[worker]:
            broken += 2 * (total - self.rules.staff_day[worker]) + 1
        idle = 0
        if total > 0 and last - first - total > 60:
            idle = last - first - total - 60
        self.broken += broken - self.staff_broken[place]
        self.staff_broken[place] = broken
        self.idle += idle - self.staff_idle[place]
        self.staff_idle[place] = idle
        there = 1 if total > 0 else 0
        self.staff_days += there - self.staff_there[place]
        self.staff_there[place] = there
        beyond = self.minutes_beyond(sessions)
        self.no_pause += beyond - self.staff_beyond[place]
        self.staff_beyond[place] = beyond

    def minutes_beyond(self, sessions: list[int]) -> int:
        """Return the minutes beyond four hours of each run of sessions without a pause."""
        total = 0
        begin = finish = -1440
        for session in sorted(sessions):
            start, end = session // 2000, session % 2000
            if start - finish >= self.rules.pause:
                total += max(0, finish - begin - LONGEST_RUN)
                begin = start
            finish = max(finish, end)
        return total + max(0, finish - begin - LONGEST_RUN)

    def work(self, worker: int, day: int, start: int, end: int, evening: int, sign: int) -> None:
        """Add a session to a member of staff, or take it away."""
        sessions = self.of_staff[worker * 7 + day]
        if sign > 0:
            sessions.append(start * 2000 + end)
        else:
            sessions.remove(start * 2000 + end)
        minutes = sign * (end - start)
        self.staff_minutes += minutes
        self.staff_total[worker] += minutes
        self.staff_evenings[worker] += sign * evening
        broken = 0
        if self.staff_total[worker] > self.rules.staff_week[worker]:
            broken = 2 * (self.staff_total[worker] - self.rules.staff_week[worker]) + 1
        self.broken += broken - self.staff_week_broken[worker]
        self.staff_week_broken[worker] = broken
        self.day_of_staff(worker, day)

    def occupy(self, heads: int, day: int, start: int, end: int, sign: int) -> None:
        """Take a room that seats so many, or give it back."""
        size = 0
        while size < len(self.rules.rooms) and heads >= self.rules.room_heads[size]:
            self.occupy_size(size, day, start, end, sign)
            size += 1

    def occupy_size(self, size: int, day: int, start: int, end: int, sign: int) -> None:
        """Count one more or less of the rooms of a size and above, and by how many there are too few."""
        limit = self.rules.rooms[size]
        for cell in range(start // 30, (end + 29) // 30):
            place = (size * 7 + day) * CELLS + cell
            before = self.use[place]
            self.use[place] = before + sign
            self.broken += 61 * (max(0, before + sign - limit) - max(0, before - limit))

    # --- groups -----------------------------------------------------------
    def attend(self, person: int, group: int, week: GroupWeek, sign: int) -> None:
        """Put a member into all sessions of the group that their windows allow, or take them out.

        Who can attend none is a member only where the group is given.
        """
        rules, start, minutes = self.rules, week.start, week.end - week.start
        days = [day for day in week.days if person * 10080 + day * 1440 + start not in rules.cannot_attend]
        if not days and not rules.kept[person]:
            return
        self.size[group] += sign
        self.preferences += sign * rules.weights[0] * minutes * (len(week.days) - len(days))
        code = start * 4000 + week.end * 2 + 1
        for day in days:
            sessions = self.of_person[person * 7 + day]
            if sign > 0:
                sessions.append(code)
            else:
                sessions.remove(code)
            self.heads[group * 7 + day] += sign
            lost = rules.outside.get(person * 10080 + day * 1440 + start, 0)
            self.preferences += sign * rules.weights[1] * lost
            self.day_of_person(person, day)
        self.week_of_person(person)

    def check_size(self, group: int) -> None:
        """Count anew by how many the sessions of a group are too small or too large."""
        broken = 0
        for day in self.open_days[group]:
            heads = self.heads[group * 7 + day]
            broken += 61 * max(0, self.rules.fewest[group] - heads) + 361 * max(0, heads - self.rules.most[group])
        self.broken += broken - self.size_broken[group]
        self.size_broken[group] = broken

    def join(self, person: int, group: int) -> None:
        """Make a participant a member of a group."""
        self.members[group].append(person)
        if self.weeks[group] is not None:
            self.attend(person, group, self.weeks[group], 1)
            self.check_size(group)

    def leave(self, person: int, group: int) -> None:
        """End a membership."""
        self.members[group].remove(person)
        if self.weeks[group] is not None:
            self.attend(person, group, self.weeks[group], -1)
            self.check_size(group)

    def open_group(self, group: int, week: GroupWeek) -> None:
        """Hold a group's week."""
        self.weeks[group] = week
        self.open_days[group] = week.days
        self.preferences += self.rules.weights[1] * week.outside
        for person in self.members[group]:
            self.attend(person, group, week, 1)
        for day in week.days:
            self.work(week.lead, day, week.start, week.end, week.is_evening, 1)
            self.occupy(self.rules.group_heads[group], day, week.start, week.end, 1)
        self.check_size(group)

    def close_group(self, group: int) -> None:
        """Hold no session of a group."""
        week = self.weeks[group]
        self.preferences -= self.rules.weights[1] * week.outside
        for person in self.members[group]:
            self.attend(person, group, week, -1)
        for day in week.days:
            self.work(week.lead, day, week.start, week.end, week.is_evening, -1)
            self.occupy(self.rules.group_heads[group], day, week.start, week.end, -1)
        self.weeks[group] = None
        self.open_days[group] = []
        self.check_size(group)

    # --- visits -----------------------------------------------------------
    def move_visit(self, visit: Visit, slot: Slot, sign: int) -> None:
        """Hold a visit, or take it out."""
        person = visit.person
        sessions = self.of_person[person * 7 + slot.day]
        code = slot.start * 4000 + slot.end * 2 + visit.counts
        if sign > 0:
            sessions.append(code)
        else:
            sessions.remove(code)
        self.lacking[person] -= sign * visit.minutes
        self.day_of_person(person, slot.day)
        self.week_of_person(person)
        self.work(slot.therapist, slot.day, slot.start, slot.end, slot.is_evening, sign)
        self.occupy(visit.heads, slot.day, slot.start, slot.end, sign)
        outside = slot.outside
        key = ((visit.service + 1) * self.rules.people + person) * 10080 + slot.day * 1440 + slot.start
        if key in self.rules.outside:
            outside += self.rules.outside[key]
        self.preferences += sign * self.rules.weights[1] * outside
        if visit.is_talk > 0 and person * self.rules.staff + slot.therapist in self.rules.foreign:
            self.preferences += sign * self.rules.weights[10]
        if visit.is_talk > 0:
            talks = self.talks[person]
            if sign > 0:
                talks.append(slot.therapist)
            else:
                talks.remove(slot.therapist)
            different = 0
            for index in range(len(talks)):
                is_new = 1
                for other in range(index):
                    if talks[other] == talks[index]:
                        is_new = 0
                different += is_new
            cost = 0
            if different > 1:
                cost = self.rules.weights[2] * (different - 1)
            self.preferences += cost - self.talk_cost[person]
            self.talk_cost[person] = cost

    # --- the score --------------------------------------------------------
    def spread(self, numbers: list[int], places: list[int]) -> int:
        """Return the largest less the smallest of the numbers at these places."""
        if len(places) == 0:
            return 0
        high = numbers[places[0]]
        low = high
        for place in places:
            number = numbers[place]
            high = max(high, number)
            low = min(low, number)
        return high - low

    def shares(self) -> list[int]:
        """Return the minutes of each member of staff, divided by their target, times the largest, rounded down."""
        rules = self.rules
        largest = 1
        for place in rules.anytime:
            largest = max(largest, rules.target[place])
        return [minutes * largest // rules.target[place] for place, minutes in enumerate(self.staff_total)]

    def uneven_sizes(self) -> int:
        """Return, per service and population, members of the largest less those of the smallest held group."""
        total = 0
        rules = self.rules
        for kind in range(rules.kinds):
            high = -1
            low = 100000
            for group in range(rules.groups):
                if rules.kind_of_group[group] == kind and self.weeks[group] is not None:
                    size = self.size[group]
                    high = max(high, size)
                    low = min(low, size)
            if high >= 0:
                total += high - low
        return total

    def score(self) -> tuple[int, int, int]:
        """Return the score, to be maximized: three whole numbers of 64 bits hold all goals, see :func:`levels`."""
        weights = self.rules.weights
        workload = weights[3] * self.spread(self.shares(), self.rules.anytime)
        workload += weights[4] * self.spread(self.staff_evenings, self.rules.evening)
        workload += weights[5] * self.idle + weights[6] * self.uneven_sizes()
        workload += weights[12] * self.no_pause
        cost = weights[7] * self.staff_minutes + weights[8] * self.trips + weights[9] * self.waits
        cost += weights[13] * self.staff_days
        broken = min(self.broken, MOST_BROKEN - 1)
        return (
            -self.unmet - self.broken,
            -(self.short * UNIT + self.preferences),
            -((workload * UNIT + cost) * MOST_BROKEN + broken),
        )


def levels(hard: int, medium: int, soft: int) -> list[int]:
    """Return unmet need with what is broken, people short, preferences, workload, cost and what is broken."""
    people, preferences = divmod(-medium, UNIT)
    rest, broken = divmod(-soft, MOST_BROKEN)
    return [-hard, people, preferences, *divmod(rest, UNIT), broken]
