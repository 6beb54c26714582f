import io
import time

from iopsched.cli.console import width
from iopsched.cli.progress import ProgressLine, sentence
from iopsched.params import Progress
from iopsched.rulebook import GoalId


class Terminal(io.StringIO):
    def isatty(self):
        return True


def put_terminal(monkeypatch):
    """Put a terminal on stderr; not in a fixture, because pytest puts its own there before the test begins."""
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr("iopsched.cli.liveline._EVERY_S", 0.01)
    return stream


def wait_for(terminal, text):
    give_up = time.monotonic() + 5
    while text not in terminal.getvalue():
        assert time.monotonic() < give_up, terminal.getvalue()
        time.sleep(0.01)


def test_a_terminal_gets_one_line_that_renews_itself(monkeypatch):
    """The line counts down, and nothing of it is left at the end."""
    terminal = put_terminal(monkeypatch)
    with ProgressLine(is_quiet=False) as line:
        line(Progress("build", 0.0, 60.0))
        wait_for(terminal, "\rBuilding the week · 60 s left at most")
        line(Progress("goal", 1.0, 59.0, GoalId.UNMET_NEED, 120, 60))
        wait_for(terminal, "\rUnmet need: 2 h, at best 1 h · 59 s left at most")
    text = terminal.getvalue()
    assert text.rpartition("\r")[0].endswith(" ")
    assert "\n" not in text
    assert "\x1b" not in text


def test_quiet_draws_nothing(monkeypatch):
    terminal = put_terminal(monkeypatch)
    with ProgressLine(is_quiet=True) as line:
        line(Progress("build", 0.0, 60.0))
        time.sleep(0.05)
    assert terminal.getvalue() == ""


def test_what_is_not_known_yet_is_not_told():
    assert sentence(Progress("goal", 0, 9, GoalId.CHANGES)) == "People with changes: searching"
    assert sentence(Progress("goal", 0, 9, GoalId.COST, 30)) == "Cost: 30 points so far"


def test_width_follows_the_terminal_within_reason(monkeypatch):
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "300")
    assert width() == 120
    monkeypatch.setenv("COLUMNS", "84")
    assert width() == 84
