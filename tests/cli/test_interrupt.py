import signal
import time

import pytest

from iopsched.cli.interrupt import PATIENCE_S
from tests.support.cli_world import FIRST_LINE

WORLD = "tests.support.cli_world"


def start(python, clinic, *options):
    """Start a solve that works until it is stopped, and wait until it works."""
    process = python("-m", WORLD, "solve", clinic, "--week", "2026-11-30", *options)
    lines = []
    while not lines or lines[-1] != "READY\n":
        lines.append(process.stderr.readline())
        assert lines[-1], lines  # the process has ended
    return process, "".join(lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_keeps_the_best_so_far(python, clinic, number):
    process, before = start(python, clinic)
    begun = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - begun < 2
    assert process.returncode == 130
    assert before.removeprefix(FIRST_LINE) == "Building the week.\nUnmet need: 0 h, proven best (0.1 s)\nREADY\n"
    assert "Stopping with the best schedule so far. Press Ctrl-C again to end at once." in err
    assert f"Written to {clinic / 'schedules' / '2026-11-30'}" in out
    assert len(list((clinic / "schedules" / "2026-11-30").iterdir())) == 4
    assert "\x1b" not in before + out + err


def test_the_second_signal_ends_at_once_without_harm(python, clinic):
    process, _ = start(python, clinic, "--hang")
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline() == "\n"
    assert process.stderr.readline().startswith("Stopping")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert process.returncode == 130
    assert not list(clinic.iterdir())


def test_ctrl_c_outside_the_search_is_130(run, install, monkeypatch, clinic):
    install()

    def reader(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("iopsched.ingest.inspect_clinic", reader)
    done = run("solve", clinic)
    assert (done.exit_code, done.stderr) == (130, "Interrupted; nothing was written.\n")


def test_ctrl_c_in_a_command_that_writes_promises_nothing_about_what_it_wrote(run, install, monkeypatch, clinic):
    def reader(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("iopsched.cli.publish.read_week", reader)
    done = run("publish", clinic, clinic)
    assert done.exit_code == 130
    assert done.stderr == (
        "Interrupted. Each file is written whole or not at all; run the same command again for the rest.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("wait", [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3])
def test_a_signal_while_loading_ends_with_a_sentence(python, wait, number):
    """However early: nothing is printed but that nothing was written. Python's own start is not ours."""
    code = "import iopsched.cli; print('up', flush=True); iopsched.cli.main()"
    process = python("-c", f"import sys; sys.argv = ['iopsched', 'check', 'data/complete']; {code}")
    assert process.stdout.readline() == "up\n"
    time.sleep(wait)
    begun = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - begun < 2
    assert "Traceback" not in err
    assert "Aborted" not in err
    assert process.returncode in (0, 130, -number)
    if process.returncode == 130:
        assert err in ("", "Interrupted; nothing was written.\n")
    else:
        assert wait or process.returncode == -number == -signal.SIGTERM  # before the first line of ours has run


STUBBORN = """
import sys, time
import iopsched.ingest
def inspect_clinic(*arguments, **options):
    news = ["HEARD", "READY"]
    while True:
        try:
            print(news.pop(), flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            continue
iopsched.ingest.inspect_clinic = inspect_clinic
import iopsched.cli.interrupt
iopsched.cli.interrupt.PATIENCE_S = float(sys.argv[1])
sys.argv = ["iopsched", "check", "anywhere"]
from iopsched.cli import main
main()
"""
DEAF = """
import os, signal, sys, time, weakref
import iopsched.ingest
class Thing: pass
def inspect_clinic(*arguments, **options):
    thing = Thing()
    kept = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))
    del thing
    while True:
        time.sleep(0.01)
iopsched.ingest.inspect_clinic = inspect_clinic
import iopsched.cli.interrupt
iopsched.cli.interrupt.PATIENCE_S = 50
sys.argv = ["iopsched", "check", "anywhere"]
from iopsched.cli import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_does_not_end_is_ended(python, number):
    process = python("-c", STUBBORN, str(PATIENCE_S))
    assert process.stdout.readline() == "READY\n"
    begun = time.monotonic()
    process.send_signal(number)
    assert process.stdout.readline() == "HEARD\n"
    _, err = process.communicate(timeout=20)
    assert 0.5 < time.monotonic() - begun < 3
    assert (process.returncode, err) == (130, "Interrupted; nothing was written.\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_a_command_at_once(python, number):
    process = python("-c", STUBBORN, "60")  # so that it is the second signal that ends it
    assert process.stdout.readline() == "READY\n"
    process.send_signal(number)
    assert process.stdout.readline() == "HEARD\n"  # two signals at once are one
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "")


def test_an_interrupt_that_python_loses_is_raised_again(python):
    """What is raised in the callback of a weakref cannot leave it; Python prints a traceback and goes on."""
    process = python("-c", DEAF)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "Interrupted; nothing was written.\n")


def test_ctrl_c_while_telling_says_what_was_written(run, install, monkeypatch, clinic):
    def tell(*_arguments):
        raise KeyboardInterrupt

    install()
    monkeypatch.setattr("iopsched.cli.solve.report", tell)
    done = run("solve", clinic, "--week", "2026-11-30")
    folder = clinic / "schedules" / "2026-11-30"
    assert (done.exit_code, done.stderr.removeprefix(FIRST_LINE)) == (
        130,
        f"Interrupted; the week is written to {folder}.\n",
    )
    assert folder.is_dir()
