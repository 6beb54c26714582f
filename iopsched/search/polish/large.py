"""Polish of a large week: as a whole up to a size, else part by part, each with all that its visits could be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from iopsched.model.build import build_model
from iopsched.params import Effort
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.polish.rounds import Polish
from iopsched.search.workshop import Opening, Visit, Workshop


class PolishInParts:
    """Improves the best week by single moves. Two visits of different parts are not exchanged."""

    def __init__(self, workshop: Workshop, clock: Clock, incumbent: Incumbent) -> None:
        self.workshop = workshop
        self.tuning = workshop.tuning
        self.clock = clock
        self.incumbent = incumbent
        self._whole: Polish | None = None
        self._choices = workshop.count_choices(self.tuning.polish_choices)
        self._is_whole = self._choices < self.tuning.polish_choices

    @property
    def effort(self) -> Effort:
        """Return about what a polish takes; a week in parts has no first round of moves, and time for some parts at the end."""
        tuning = self.tuning
        return Effort(
            tuning.polish_choice_s * self._choices,
            0.0 if not self._is_whole else tuning.polish_choice_s * self._choices,
        )

    def run(self) -> bool:
        """Try moves until none is left that improves a goal; return whether none is left, False where time ended."""
        if self._is_whole:
            return self._polish_whole() if self._has_time(self._choices) else False
        barren = 0
        while self.incumbent.week is not None:
            parts = list(self._openings())
            for opening in parts:
                before = self.incumbent.week
                if not self._has_time(self.tuning.polish_part_choices) or not self._polish_part(opening):
                    return False
                barren = barren + 1 if self.incumbent.week is before else 0
                if barren >= len(parts):
                    return True
        return False

    def _has_time(self, choices: int) -> bool:
        """Return whether a model with so many choices can be built in the time left, which nothing else ends."""
        is_built = self._is_whole and self._whole is not None
        seconds = 0.0 if is_built else self.tuning.polish_build_s * choices
        return not self.clock.is_over and (self.clock.params.workers == 1 or self.clock.left_s > seconds)

    def _polish_whole(self) -> bool:
        if self._whole is None:
            model = build_model(self.workshop.problem, terms=self.workshop.terms)
            self.workshop.note(model)
            self._whole = Polish(model, self.clock, self.incumbent)
        return self._whole.run()

    def _polish_part(self, opening: Opening) -> bool:
        week = self.incumbent.week
        return (
            week is not None
            and Polish(self.workshop.open_part(week, opening, is_about_all=False), self.clock, self.incumbent).run()
        )

    def _openings(self) -> Iterator[Opening]:
        """Yield the sessions for several, then all visits, those with the same lead together."""
        groups = frozenset(group.id for group in self.workshop.problem.groups)
        yield Opening(group_ids=groups, keeps_freely_formed=False)
        chosen: list[Visit] = []
        choices = 0
        for visit in self._visits_by_lead():
            starts, leads = self.workshop.choices(*visit)
            if chosen and choices + starts * len(leads) > self.tuning.polish_part_choices:
                yield Opening(leads=dict.fromkeys(chosen))
                chosen, choices = [], 0
            chosen.append(visit)
            choices += starts * len(leads)
        if chosen:
            yield Opening(leads=dict.fromkeys(chosen))

    def _visits_by_lead(self) -> list[Visit]:
        held = self.incumbent.week.sessions if self.incumbent.week is not None else ()
        leads: dict[Visit, str] = defaultdict(str)
        for session in held:
            if session.group_id is None:
                leads[session.participant_ids[0], session.service_id] = session.lead_id
        return sorted(self.workshop.visit_kinds, key=lambda visit: (leads[visit], visit))
