"""Profiles: numbers of sessions of one participant, a literal each, with the unmet minutes that they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from iopsched.model.build import Model
from iopsched.model.cuts.counting import Vector, vectors_of, wants_of
from iopsched.model.posting import Expression, Literal
from iopsched.stopping import look


@dataclass(frozen=True, slots=True)
class Profile:
    """The numbers of sessions of one participant, by service: of ``choice`` one literal holds."""

    service_ids: tuple[str, ...]
    choice: Mapping[Vector, Literal]

    def has(self, service_id: str, number: int) -> Expression:
        """Return 1 where the participant has at least so many sessions of a service, else 0; both may be said of more."""
        place = self.service_ids.index(service_id)
        return cp_model.LinearExpr.sum([row for vector, row in self.choice.items() if vector[place] >= number])

    def most(self, service_id: str) -> int:
        """Return the largest number of sessions of a service, 0 where it is none of the services."""
        if service_id not in self.service_ids:
            return 0
        place = self.service_ids.index(service_id)
        return max(vector[place] for vector in self.choice)


def post_profiles(model: Model) -> dict[str, Profile]:
    """Post, of each participant, that one of their profiles holds and that the unmet need is at least what it leaves.

    The relaxation serves everybody with parts of sessions; of a profile it may take parts too, but unmet need is convex in
    none of these numbers, and the parts cost what whole ones leave. Whatever sessions somebody attends, cut off where more
    change nothing, are at least those of a profile that leaves no more (:func:`iopsched.model.cuts.counting.vectors_of`).
    Who has sessions that have begun is left out: these may break the rules that limit what a day can hold.
    """
    x = model.x
    begun = {pid for candidate in x.begun.values() for pid in candidate.participant_ids}
    found: dict[str, Profile] = {}
    for person in x.participants:
        look()
        attendance = x.attending(person.id)
        wants = None if person.id in begun else wants_of(x.terms, person, attendance)
        vectors = None if wants is None else vectors_of(x.terms, person, attendance, wants)
        if wants is None or vectors is None:
            continue
        choice = {vector: model.cp.new_bool_var("") for vector in vectors}
        model.cp.add_exactly_one(choice.values())
        for place, service in enumerate(wants.services):
            attended = cp_model.LinearExpr.sum([literal for c, literal in attendance if c.service.id == service.id])
            model.cp.add(sum(vector[place] * row for vector, row in choice.items()) <= attended)
        unmet = sum(minutes * choice[vector] for vector, minutes in vectors.items() if minutes)
        model.cp.add(model.unmet.counted[person.id] >= unmet)
        found[person.id] = Profile(tuple(service.id for service in wants.services), choice)
    return found
