"""Rules ``staffed``, ``primary`` and ``staff_load``: who leads, who helps, how much they may work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ortools.sat.python import cp_model

from iopsched.domain.clinic import Preference
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.helpers import earlier_leads
from iopsched.model.matching import staff_matches
from iopsched.model.owner import Owner
from iopsched.model.ownsessions import Attendance
from iopsched.model.posting import Literal, Posting, add_up
from iopsched.model.rules.groups import needing_two_staff
from iopsched.model.rules.hours import at_once, limit_runs
from iopsched.model.rules.pins import could_match
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, TherapistRef


def staffed(x: Variables, post: Posting) -> None:
    """Fill every role, ask surplus staff for a reason, keep one lead where required."""
    for candidate in x.open_candidates:
        _bring_asked_staff(x, post, candidate)
        if candidate.lead_id is not None and candidate.has_plain_staff:
            continue
        held = x.held[candidate]
        for (role, _), chosen in zip(candidate.other_roles, x.roles[candidate], strict=True):
            filled = x.cp.add(cp_model.LinearExpr.sum(list(chosen.values())) == role.number * held)
            post.require(RuleId.STAFFED, candidate.ref, filled)
        _justify_surplus(x, post, candidate)
        _suit_everybody(x, post, candidate)
    for subject, leads in leads_to_unite(x, "require"):
        _one_lead(x, post, subject, leads)


def _justify_surplus(x: Variables, post: Posting, candidate: Candidate) -> None:
    """Let surplus staff come only where a need, a pin, the ratio, ``two_staff`` or the earlier week asks for them.

    Not a rule of the contract, which admits any surplus with the skill: it
    keeps the solver from adding idle co-facilitators to even out the workload.
    """
    if not candidate.surplus_ids:
        return
    uncounted = {w.id: 0 for w in x.problem.therapists if not w.counts_for_ratio}
    counting = x.staff_count(candidate, uncounted)
    skills = {role.skill for role in x.terms.roles(candidate.service, candidate.group)}
    two_staff = _two_staff_asking(x, candidate)
    before = earlier_leads(x.terms, candidate.service, candidate.group, candidate.starts or (candidate.start,))
    leads = {lead: staff for lead, staff in before.items() if lead in x.leads[candidate]}
    for therapist_id, literal in x.surplus[candidate].items():
        askers = [*_askers(x, candidate, therapist_id), *_pins_asking(x, candidate, therapist_id)]
        is_skilled = bool(skills.intersection(x.problem.therapist[therapist_id].skills))
        if is_skilled:
            askers.extend(two_staff)
            askers.extend(x.leads[candidate][lead] for lead in leads if therapist_id in leads[lead])
        if candidate.ratio is None or therapist_id in uncounted or not is_skilled:
            post.at_most(RuleId.STAFFED, candidate.ref, literal, sum(askers))
        else:
            needed = x.cp.add(x.heads(candidate) >= candidate.ratio * (counting - 1) + 1)
            needed.only_enforce_if([literal, *[asker.negated() for asker in askers]])
            post.require(RuleId.STAFFED, candidate.ref, needed)


def _two_staff_asking(x: Variables, candidate: Candidate) -> list[Literal]:
    """Return a literal that holds only where there are two staff, and participants who need two, if there can be."""
    together = needing_two_staff(x, candidate)
    if len(together) < 2:
        return []
    asked = x.cp.new_bool_var("")
    x.cp.add(cp_model.LinearExpr.sum(together) >= 2).only_enforce_if(asked)
    x.cp.add(x.staff_count(candidate) <= 2).only_enforce_if(asked)
    return [asked]


def _askers(x: Variables, candidate: Candidate, therapist_id: str) -> list[Literal]:
    found = []
    for participant_id, attends in x.roster(candidate).items():
        need = x.problem.need.get((participant_id, candidate.service.id))
        if need is not None and therapist_id in need.therapist_ids:
            found.append(attends)
    return found


def _pins_asking(x: Variables, candidate: Candidate, therapist_id: str) -> list[Literal]:
    """Return a literal per ``must`` pin for a therapist, that holds only where the session matches the pin."""
    found = []
    for pin in x.problem.pins:
        if pin.action != "must" or pin.therapist_id != therapist_id:
            continue
        if candidate.day not in x.terms.pin_days(pin) or not could_match(pin, candidate):
            continue
        matched = x.cp.new_bool_var("")
        x.cp.add_implication(matched, x.held[candidate])
        if pin.participant_id is not None:
            x.cp.add_implication(matched, x.attends[candidate, pin.participant_id])
        if pin.room_id is not None:
            room = x.rooms.literal(candidate, pin.participant_id, pin.room_id)
            x.cp.add_implication(matched, room) if room is not None else x.cp.add(matched == 0)
        found.append(matched)
    return found


def _suit_everybody(x: Variables, post: Posting, candidate: Candidate) -> None:
    """Keep staff beyond the lead of a session without a group away from participants they do not match."""
    if candidate.group is not None or candidate.has_plain_staff:
        return
    for therapist_id, literals in x.staff_literals(candidate).items():
        if therapist_id == candidate.lead_id:
            continue
        therapist = x.problem.therapist[therapist_id]
        for participant_id, attends in x.roster(candidate).items():
            person = x.problem.participant[participant_id]
            if not staff_matches(therapist, person.population, person.tracks):
                for literal in literals:
                    post.at_most_one(RuleId.STAFFED, TherapistRef(therapist_id), [attends, literal])


def _bring_asked_staff(x: Variables, post: Posting, candidate: Candidate) -> None:
    for participant_id in candidate.participant_ids:
        need = x.problem.need.get((participant_id, candidate.service.id))
        for therapist_id in need.therapist_ids if need is not None else ():
            attends = x.attends[candidate, participant_id]
            post.at_most(RuleId.STAFFED, ParticipantRef(participant_id), attends, x.on_staff(candidate, therapist_id))


def leads_to_unite(x: Variables, strength: Preference) -> Iterator[tuple[Reference, list[tuple[str, list[Literal]]]]]:
    """Yield each group, and the participant of each need, that asks for one lead this strongly, with the leads there could be.

    A lead counts where the literals beside it all hold.
    """
    for group in x.problem.groups:
        if group.one_lead == strength:
            yield GroupRef(group.id), _leads_of(x, x.of_group(group.id), None)
    for need in x.problem.needs:
        if need.same_therapist == strength:
            candidates = [c for c, _ in x.attending(need.participant_id) if c.service.id == need.service_id]
            yield ParticipantRef(need.participant_id), _leads_of(x, candidates, need.participant_id)


def _leads_of(x: Variables, candidates: list[Candidate], participant_id: str | None) -> list[tuple[str, list[Literal]]]:
    """Return, per session and possible lead, the literals that together make the lead count.

    For a participant's sessions these are that the participant attends and that the therapist leads.
    """
    found = []
    for candidate in candidates:
        for therapist_id, leads in x.leads[candidate].items():
            literals = [leads]
            if participant_id is not None:
                literals = [x.attends[candidate, participant_id]]
                if candidate.lead_id is None:
                    literals.append(leads)
            found.append((therapist_id, literals))
    return found


def _one_lead(x: Variables, post: Posting, subject: Reference, sessions: list[tuple[str, list[Literal]]]) -> None:
    chosen: dict[str, Literal] = {}
    for therapist_id, literals in sessions:
        one = chosen.setdefault(therapist_id, x.cp.new_bool_var(""))
        post.require(RuleId.STAFFED, subject, x.cp.add_bool_or([*[literal.negated() for literal in literals], one]))
    post.at_most_one(RuleId.STAFFED, subject, chosen.values())


def primary(x: Variables, post: Posting) -> None:
    """Have one primary lead a participant's sessions that ask for it, within caseloads."""
    for participant_id, sessions in x.attendance.rows.items():
        asking = [(c, attends) for c, attends in sessions if c.service.with_primary]
        if asking:
            _led_by_primary(x, post, x.problem.participant[participant_id], asking)
    choices: dict[str, list[Literal]] = defaultdict(list)
    for (participant_id, _), literal in x.primaries.items():
        choices[participant_id].append(literal)
    for participant_id, literals in choices.items():
        post.at_most_one(RuleId.PRIMARY, ParticipantRef(participant_id), literals)
    for therapist in x.problem.therapists:
        everybody = x.terms.participants  # also those who keep what they have
        if therapist.max_caseload is not None:
            _caseload(x, post, therapist.id, everybody, therapist.max_caseload)
        for population, most in x.problem.clinic.caseload.items():
            _caseload(x, post, therapist.id, [p for p in everybody if p.population == population], most)


def _led_by_primary(x: Variables, post: Posting, person: Participant, sessions: Attendance) -> None:
    """Have whoever leads these sessions, or somebody in whose place they lead, be the participant's primary."""
    subject = ParticipantRef(person.id)
    alone: dict[str, Attendance] = defaultdict(
        list
    )  # by lead, who is nobody's cover there: said once for many sessions
    for candidate, attends in sessions:
        if candidate.begun is not None and person.primary_id not in {None, candidate.lead_id}:
            continue
        starts = candidate.starts or (candidate.start,)
        for therapist_id, leads in x.leads[candidate].items():
            covered = x.filters.stood_in_for(person, therapist_id, candidate.service, candidate.group, starts)
            if person.primary_id in (therapist_id, *covered):
                continue
            if person.primary_id is None and candidate.lead_id is not None and candidate.begun is None and not covered:
                alone[therapist_id].append((candidate, attends))
                continue
            clause: list[cp_model.BoolVarT] = [attends.negated()]
            if person.primary_id is None:
                clause += [x.primaries[person.id, primary_id] for primary_id in (therapist_id, *covered)]
            if candidate.lead_id is None:
                clause.append(leads.negated())
            post.require(RuleId.PRIMARY, subject, x.cp.add_bool_or(clause))
    for therapist_id, led in alone.items():
        for _, literals in at_once(x, person, led):
            post.at_most(RuleId.PRIMARY, subject, add_up(literals), x.primaries[person.id, therapist_id])


def _caseload(x: Variables, post: Posting, therapist_id: str, people: Sequence[Participant], most: int) -> None:
    """Keep the number of these people whose primary a therapist is, by their own cell or by choice."""
    own = [p.id for p in people if p.primary_id == therapist_id]
    given = sum(participant_id not in x.there for participant_id in own)
    choices = (x.primaries.get((p.id, therapist_id)) for p in people if p.primary_id is None)
    chosen = [literal for literal in choices if literal is not None]
    chosen += [x.there[participant_id] for participant_id in own if participant_id in x.there]
    post.at_most(RuleId.PRIMARY, TherapistRef(therapist_id), cp_model.LinearExpr.sum(chosen), max(0, most - given))


def staff_load(x: Variables, post: Posting) -> None:
    """Keep session minutes a day and a week, the rest between days, and meal breaks."""
    staff = x.problem.clinic.staff
    for therapist in x.problem.therapists:
        minutes_of_staff(x, post, therapist)
        days = x.work.days(therapist.id)
        for day, sessions in days.items():
            keep_rest(x.cp, post, TherapistRef(therapist.id), sessions, days.get(day + 1, []), staff.min_rest_minutes)
            if staff.meal_minutes:
                owner = Owner(RuleId.STAFF_LOAD, TherapistRef(therapist.id))
                limit_runs(x, post, owner, sessions, staff.meal_after_minutes, staff.meal_minutes)


def minutes_of_staff(x: Variables, post: Posting, therapist: Therapist) -> None:
    """Keep the session minutes of one member of staff a week and a day."""
    subject = TherapistRef(therapist.id)
    _, per_week = x.terms.therapist_limits(therapist)
    left = per_week if therapist.left is None else therapist.left.week
    post.limit(RuleId.STAFF_LOAD, subject, session_minutes(x.working(therapist.id)), min(per_week, left))
    for day, sessions in x.work.days(therapist.id).items():
        post.limit(RuleId.STAFF_LOAD, subject, session_minutes(sessions), x.terms.most_minutes_on(therapist, day))


def session_minutes(work: Attendance) -> Iterator[tuple[int, Literal]]:
    """Yield the minutes of each session with its literal."""
    return ((candidate.service.minutes, literal) for candidate, literal in work)


def keep_rest(
    cp: cp_model.CpModel, post: Posting, subject: Reference, today: Attendance, tomorrow: Attendance, rest: int
) -> None:
    """Forbid a late end and an early start too close to each other, through one literal per early start."""
    latest = max((c.end for c, _ in today), default=-DAY)
    early: dict[int, list[Literal]] = defaultdict(list)
    for candidate, literal in tomorrow:
        if candidate.latest_start < latest + rest:
            early[candidate.latest_start].append(literal)
    for start, starting in sorted(early.items()):
        late = [literal for c, literal in today if c.end > start - rest]
        begins = cp.new_bool_var("")
        for literal in starting:
            post.require(RuleId.STAFF_LOAD, subject, cp.add_implication(literal, begins))
        for literal in late:
            post.require(RuleId.STAFF_LOAD, subject, cp.add_at_most_one([literal, begins]))
