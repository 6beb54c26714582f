"""What Ctrl-C and SIGTERM do, stage by stage: each ends the command within a second, and a second one at once.

While the program loads, the process ends on the spot. While a command works, a KeyboardInterrupt leaves it, so that
what is half written is removed; where that takes longer than ``PATIENCE_S``, the process ends all the same (files are
written whole or not at all). A search is asked for the best schedule so far.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import NoReturn

from iopsched.cli.exits import Exit
from iopsched.stopping import Request

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ASKED = "\nStopping with the best schedule so far. Press Ctrl-C again to end at once.\n"
NOTHING = "Interrupted; nothing was written."
PERHAPS = "Interrupted. Each file is written whole or not at all; run the same command again for the rest."
PATIENCE_S = 0.7
_WRITES = ("--marked", "--apply", "--to")
_READERS = frozenset(
    {"", "capacity", "check", "compare", "curriculum", "explain", "history", "rules", "show", "solve", "verify", "why"}
)


def begin(*, is_whole_process: bool = False) -> None:
    """Handle the signals of this process, except signals that the parent process set to be ignored."""
    _Work.is_whole_process = is_whole_process
    for number in _SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _while_loading)
    sys.unraisablehook = _tell_unless_interrupted


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Have a signal raise KeyboardInterrupt inside; afterward all is done, and it only ends the process."""
    _exchange(_while_loading, _at_work)
    try:
        yield
    finally:
        _exchange(_at_work, _when_done)


def _exchange(old: object, new: signal.Handlers | object) -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) is old:
            signal.signal(number, new)  # type: ignore[arg-type]  # one of the three handlers below


def _while_loading(_signal: int, _frame: FrameType | None) -> None:
    end_at_once(NOTHING)


def _when_done(_signal: int, _frame: FrameType | None) -> None:
    end_at_once()


class _Work:
    words: Sequence[str] = ()
    is_whole_process = False
    is_left = False
    is_lost = False


def is_whole_process() -> bool:
    """Return whether this process is one command, so that its age is the time that the command has taken so far."""
    return _Work.is_whole_process


def take_command(words: Sequence[str]) -> None:
    """Remember what the command is, to say what its end means."""
    _Work.words = tuple(words)


def _at_work(_signal: int, _frame: FrameType | None) -> None:
    if _Work.is_lost:
        _Work.is_lost = False
        raise KeyboardInterrupt
    if _Work.is_left:
        end_at_once()
    _Work.is_left = True
    threading.Thread(target=_lose_patience, daemon=True).start()
    raise KeyboardInterrupt


def _tell_unless_interrupted(lost: sys.UnraisableHookArgs) -> None:
    """Raise again what was to leave the command and got lost in a weakref's callback or a finalizer; Python prints the rest."""
    if issubclass(lost.exc_type, Exception):
        sys.__unraisablehook__(lost)
    elif issubclass(lost.exc_type, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is _at_work:
        _Work.is_lost = True
        threading.Thread(target=_interrupt_again, daemon=True).start()  # not here, where it would get lost as well


def _interrupt_again() -> None:
    threading.Event().wait(0.02)
    _thread.interrupt_main(signal.SIGINT)


def _lose_patience() -> None:
    threading.Event().wait(PATIENCE_S)
    end_at_once(farewell())


def farewell() -> str:
    """Return the sentence for a command that is left at an unknown point."""
    name = next(iter(_Work.words), "")
    is_reader = name in _READERS and not any(word.startswith(_WRITES) for word in _Work.words)
    return NOTHING if is_reader else PERHAPS


def end_at_once(sentence: str = "") -> NoReturn:
    """End the process without any clean-up."""
    _write(f"{sentence}\n" if sentence else "")
    os._exit(Exit.INTERRUPTED)


def _write(text: str) -> None:
    with contextlib.suppress(OSError):
        os.write(2, text.encode())


@contextlib.contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """Yield an event that is set by the first signal. Only the main thread may call this."""
    with Request(threading.Event(), end_at_once, lambda: _write(_ASKED)) as request:
        before = {number: signal.signal(number, request) for number in _SIGNALS}
        try:
            yield request.stop
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
