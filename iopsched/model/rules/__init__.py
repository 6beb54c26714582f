"""One function per hard rule of the contract, named as the rule, one module per family."""

from collections.abc import Callable, Mapping

from iopsched.model.posting import Posting
from iopsched.model.rules.groups import apart, cohort, match, ratio, size, together, two_staff
from iopsched.model.rules.hours import day_max, day_min, phase, php_guard, week_max
from iopsched.model.rules.overlap import overlap
from iopsched.model.rules.pins import pin
from iopsched.model.rules.rooms import seats
from iopsched.model.rules.staffing import primary, staff_load, staffed
from iopsched.model.rules.windows import supervisor, window
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId

HARD_RULES: Mapping[RuleId, Callable[[Variables, Posting], None]] = {
    RuleId.PIN: pin,
    RuleId.PHASE: phase,
    RuleId.DAY_MAX: day_max,
    RuleId.DAY_MIN: day_min,
    RuleId.WEEK_MAX: week_max,
    RuleId.PHP_GUARD: php_guard,
    RuleId.COHORT: cohort,
    RuleId.PRIMARY: primary,
    RuleId.STAFF_LOAD: staff_load,
    RuleId.SIZE: size,
    RuleId.RATIO: ratio,
    RuleId.TWO_STAFF: two_staff,
    RuleId.SUPERVISOR: supervisor,
    RuleId.STAFFED: staffed,
    RuleId.MATCH: match,
    RuleId.TOGETHER: together,
    RuleId.APART: apart,
    RuleId.SEATS: seats,
    RuleId.WINDOW: window,
    RuleId.OVERLAP: overlap,
}
