"""Weeks of several sites that share staff: in rounds first, then together in one model, then each to its last goal."""

from iopsched.search.linked.elsewhere import restricted as restricted
from iopsched.search.linked.linkedweeks import LinkedOutcome as LinkedOutcome
from iopsched.search.linked.linkedweeks import LinkedProblem as LinkedProblem
from iopsched.search.linked.linkedweeks import solve_linked as solve_linked
