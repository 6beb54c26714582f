"""What can never work in a week, found by counting: each warning names its cell, two numbers and what mends it."""

from iopsched.why.counts.kinds import CODES as CODES
from iopsched.why.counts.tally import never as never
