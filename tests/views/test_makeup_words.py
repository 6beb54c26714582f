"""What somebody lacks who is behind, in words that can be read out."""

import pytest

from iopsched.makeups.balances import Balance
from iopsched.views.madeuptables import lack_line


@pytest.mark.parametrize(
    ("minutes", "days", "gaps", "told"),
    [
        (420, 2, 1, "2 h, 1 day and 1 gap of too many days behind (7 h of 9 h, 2 of 3 days)"),
        (420, 2, 0, "2 h and 1 day behind (7 h of 9 h, 2 of 3 days)"),
        (540, 2, 0, "1 day behind (9 h of 9 h, 2 of 3 days)"),
        (540, 3, 2, "2 gaps of too many days behind (9 h of 9 h, 3 of 3 days)"),
    ],
)
def test_what_somebody_lacks_is_one_list(minutes, days, gaps, told):
    assert lack_line(Balance("A1", 540, minutes, 3, days, {}, 0, gaps)) == told
