"""Does a model accept a schedule? Answered thousands of times a second, exactly, without a search.

Every decision of a schedule is fixed, and what follows for the helper
variables is propagated. The answer is no where some constraint can no longer
hold, and yes where a complete assignment has been found and checked against
every constraint. Where neither comes out CP-SAT is asked, so that no answer
is a guess.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product

from ortools.sat.python import cp_model

from iopsched.model.build import build_model

FAR = 10**9


@dataclass(slots=True)
class Row:
    """The constraint low <= sum of coefficient x variable <= high, split into decisions and helper variables.

    ``least`` and ``most`` are the smallest and largest sum where every
    decision is 0; decisions come in as they are made.
    """

    helpers: tuple
    low: int
    high: int
    least: int
    most: int


class Evaluator:
    """The model of a problem under some rules, ready to be asked about schedules made of known sessions.

    ``asked_solver`` counts how often the propagation was not enough.
    """

    def __init__(self, problem, rules, sessions):
        self.model = build_model(problem, rules, name_rooms=True)
        self.asked_solver = 0
        self._candidates = defaultdict(list)
        for candidate in self.model.x.candidates:
            self._candidates[_key_of(candidate)].append(candidate)
        # Naming the room of a counted visit adds variables and constraints: first all words, then the rows.
        self._words = {session.id: self._words_for(session) for session in sessions}
        self._decisions = self._deciding()
        self._read_constraints()
        self._start_from_nothing()

    # --- words ------------------------------------------------------------
    def words(self, session):
        """Return every way to say a session: sets of the decisions that are 1. None at all where it cannot be said."""
        return self._words[session.id]

    def _words_for(self, session):
        x, found = self.model.x, []
        roster = session.participant_ids
        if not roster or not session.therapist_ids or len(set(roster)) < len(roster):
            return found
        key = (session.service_id, session.group_id, session.start, session.end, session.modality)
        for candidate in self._candidates.get(key, ()):
            if session.lead_id not in x.leads[candidate] or not set(roster) <= set(candidate.participant_ids):
                continue
            room = self._room_words(candidate, session)
            if room is None:
                continue
            fixed = [x.held[candidate], x.leads[candidate][session.lead_id], *room]
            fixed += [x.attends[candidate, who] for who in roster]
            others = [*x.roles[candidate], x.surplus[candidate]]
            places = [[part[who] for part in others if who in part] for who in session.therapist_ids[1:]]
            found += [frozenset(literal.index for literal in (*fixed, *chosen)) for chosen in product(*places)]
        return found

    def _room_words(self, candidate, session):
        """Return the literals that put a session into its room; None where it cannot be there."""
        x = self.model.x
        has_room = candidate.modality != "telehealth" and candidate.service.needs_room
        if has_room != (session.room_id is not None):
            return None
        if not has_room:
            return []
        if session.room_id not in x.rooms.class_of:
            return None
        literal = x.rooms.literal(candidate, session.participant_ids[0], session.room_id)
        return None if literal is None else [literal]

    def _deciding(self):
        x = self.model.x
        parts = [x.held.values(), x.attends.values()]
        parts += [part.values() for part in (*x.leads.values(), *x.surplus.values(), *x.rooms.choices.values())]
        parts += [part.values() for roles in x.roles.values() for part in roles]
        return {literal.index for part in parts for literal in part} | {
            literal.index for literal in x.rooms.named.values()
        }

    # --- rows -------------------------------------------------------------
    def _read_constraints(self):
        self._rows = []
        self._uses = defaultdict(list)
        variables = enumerate(self.model.cp.proto.variables)
        self._domain = [(0, 1) if v in self._decisions else self._bounds(row.domain) for v, row in variables]
        for constraint in self.model.cp.proto.constraints:
            self._read(constraint)

    def _bounds(self, domain):
        values = list(domain)
        assert len(values) == 2, "a domain with holes is unknown to the evaluator"
        return values[0], values[1]

    def _read(self, constraint):
        unless = [_negated(literal) for literal in constraint.enforcement_literal]
        if constraint.has_bool_or():
            self._add_literals([*unless, *constraint.bool_or.literals], 1, FAR)
        elif constraint.has_bool_and():
            for literal in constraint.bool_and.literals:
                self._add_literals([*unless, literal], 1, FAR)
        elif constraint.has_at_most_one() and not unless:
            self._add_literals(list(constraint.at_most_one.literals), -FAR, 1)
        elif constraint.has_exactly_one() and not unless:
            self._add_literals(list(constraint.exactly_one.literals), 1, 1)
        elif constraint.has_linear():
            self._read_linear(constraint.linear, unless)
        else:
            message = f"a kind of constraint that the evaluator does not know: {constraint}"
            raise NotImplementedError(message)

    def _read_linear(self, linear, unless):
        low, high = self._bounds(linear.domain)
        terms = list(zip(linear.vars, linear.coeffs, strict=True))
        if not unless:
            self._add(terms, low, high)
            return
        # Enforced: slack enough where one of the literals is off.
        least, most = self._range(terms)
        if least < low:
            self._add_with([(literal, low - least) for literal in unless], terms, low, FAR)
        if most > high:
            self._add_with([(literal, high - most) for literal in unless], terms, -FAR, high)

    def _add_literals(self, literals, low, high):
        self._add_with([(literal, 1) for literal in literals], [], low, high)

    def _add_with(self, literals, terms, low, high):
        """Add a row of literals with coefficients, and terms of variables: not x is 1 - x."""
        for literal, coefficient in literals:
            if literal >= 0:
                terms = [*terms, (literal, coefficient)]
            else:
                terms = [*terms, (_negated(literal), -coefficient)]
                low, high = low - coefficient, high - coefficient
        self._add(terms, low, high)

    def _add(self, terms, low, high):
        total = {}
        for variable, coefficient in terms:
            total[variable] = total.get(variable, 0) + coefficient
        for variable, coefficient in total.items():
            self._uses[variable].append((len(self._rows), coefficient))
        helpers = tuple((v, c) for v, c in total.items() if v not in self._decisions)
        self._rows.append(Row(helpers, low, high, *self._range(helpers)))

    def _range(self, terms):
        """Return the smallest and largest sum of some terms."""
        least = most = 0
        for variable, coefficient in terms:
            ends = [coefficient * bound for bound in self._domain[variable]]
            least, most = least + min(ends), most + max(ends)
        return least, most

    def _start_from_nothing(self):
        """Complete the schedule without sessions, and note the rows that it breaks (pins may ask for some)."""
        helpers = [v for v in range(len(self._domain)) if v not in self._decisions]
        self._usual = {v: self._domain[v][0] for v in helpers}
        self._add_up()
        known = self._propagate({}) if self._broken else {}
        if known:
            self._usual |= {v: max(low, self._usual[v]) for v, (low, _) in known.items()}
            self._add_up()
        if self._broken:
            solver = self._solve(frozenset())
            if solver is not None:
                self._usual = {v: solver.response_proto.solution[v] for v in helpers}
                self._add_up()
                assert not self._broken, "the evaluator reads a constraint unlike the solver"

    def _add_up(self):
        self._sums = [sum(c * self._usual[v] for v, c in row.helpers) for row in self._rows]
        self._broken = [n for n, row in enumerate(self._rows) if not row.low <= self._sums[n] <= row.high]

    # --- answers ----------------------------------------------------------
    def accepts(self, sessions):
        """Return whether the model admits exactly the schedule of these sessions."""
        for ways in product(*(self._words[session.id] for session in sessions)):
            made = frozenset().union(*ways)
            # Two sessions that are one candidate share a decision: no schedule of the model.
            if len(made) == sum(map(len, ways)) and self._admits(made):
                return True
        return False

    def _admits(self, made):
        added = defaultdict(int)
        for variable in made:
            for number, coefficient in self._uses[variable]:
                added[number] += coefficient
        known = self._propagate(added)
        if known is None:
            return False
        if self._is_complete(added, known):
            return True
        self.asked_solver += 1
        return self._solve(made) is not None

    def _propagate(self, added):
        """Return the bounds of helper variables that follow, None where some row cannot hold."""
        known = {}
        waiting = list(added) + [number for number in self._broken if number not in added]
        while waiting:
            number = waiting.pop()
            row = self._rows[number]
            offset = added.get(number, 0)
            if not row.helpers:
                if not row.low <= offset <= row.high:
                    return None
                continue
            least, most = self._reach(row, offset, known)
            if least > row.high or most < row.low:
                return None
            if least >= row.low and most <= row.high:
                continue
            for variable in self._tighten(row, least, most, known):
                if known[variable][0] > known[variable][1]:
                    return None
                waiting.extend(other for other, _ in self._uses[variable])
        return known

    def _reach(self, row, offset, known):
        least, most = row.least + offset, row.most + offset
        for variable, coefficient in row.helpers:
            if variable in known:
                (old_low, old_high), (low, high) = self._domain[variable], known[variable]
                if coefficient > 0:
                    least += coefficient * (low - old_low)
                    most += coefficient * (high - old_high)
                else:
                    least += coefficient * (high - old_high)
                    most += coefficient * (low - old_low)
        return least, most

    def _tighten(self, row, least, most, known):
        """Yield the helper variables whose bounds a row narrows; the bounds go into ``known``."""
        for variable, coefficient in row.helpers:
            low, high = known.get(variable, self._domain[variable])
            if low == high:
                continue
            size = abs(coefficient)
            down, up = (row.high - least) // size, (most - row.low) // size
            if coefficient < 0:
                down, up = up, down
            new_low, new_high = max(low, high - up), min(high, low + down)
            if (new_low, new_high) != (low, high):
                known[variable] = new_low, new_high
                yield variable

    def _is_complete(self, added, known):
        """Return whether the helper variables, as usual where that is possible, hold every row."""
        sums = dict(added)
        for variable, (low, high) in known.items():
            usual = self._usual[variable]
            value = min(max(usual, low), high)
            if value != usual:
                for number, coefficient in self._uses[variable]:
                    sums[number] = sums.get(number, 0) + coefficient * (value - usual)
        for number in (*sums, *self._broken):
            row = self._rows[number]
            if not row.low <= self._sums[number] + sums.get(number, 0) <= row.high:
                return False
        return True

    def _solve(self, made):
        """Return the solver that completed these decisions, None where they cannot be completed."""
        cp = self.model.cp
        cp.clear_hints()
        for variable in self._decisions:
            cp.add_hint(cp.get_int_var_from_proto_index(variable), int(variable in made))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.fix_variables_to_their_hinted_value = True
        solver.parameters.cp_model_presolve = False
        status = solver.solve(cp)
        assert status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}, solver.status_name(status)
        return solver if status == cp_model.OPTIMAL else None


def _key_of(candidate):
    group_id = candidate.group.id if candidate.group else None
    return candidate.service.id, group_id, candidate.start, candidate.end, candidate.modality


def _negated(literal):
    return -literal - 1
