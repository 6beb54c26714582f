"""The states of the page's screens, each reached as a director reaches it.

A walk goes through the states of one screen and yields the name of each when it is shown. Whoever walks looks at the tab
between two names. ``WALKS`` has one for each screen; a screen without one, and a control that no walk has shown, fail a test.
"""

from tests.support.walks.callouts_walk import sick_states
from tests.support.walks.framing_walk import frame_states
from tests.support.walks.lacks_walk import short_states
from tests.support.walks.opening_walk import open_states
from tests.support.walks.solving_walk import solve_states
from tests.support.walks.telling_walk import changes_states, publish_states
from tests.support.walks.typing_walk import input_states
from tests.support.walks.weeks_walk import week_states

WALKS = {
    "open": open_states,
    "input": input_states,
    "solve": solve_states,
    "week": week_states,
    "short": short_states,
    "sick": sick_states,
    "changes": changes_states,
    "publish": publish_states,
    "frame": frame_states,
}
