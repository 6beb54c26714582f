"""A search as a process of its own, for the page: one JSON line in, JSON lines out; it ends soon after its input does.

``python -m iopsched.cli.searchprocess`` reads what is asked from its first line: a week (:mod:`iopsched.work.searches`), answers to a call-out
(:mod:`iopsched.work.callouts`), why people are short (:mod:`iopsched.work.shortages`), or who else could come
(:mod:`iopsched.work.furtherpeople`).
The line ``stop``, or the end of its input because whoever started it is gone, ends the search with the best week so far,
which is written before the process ends.
"""

from __future__ import annotations

import _thread
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from iopsched import work
from iopsched.board.movejson import session_from
from iopsched.errors import ConflictError, InputError, IopschedError, UsageError
from iopsched.params import SolveParams, params_of
from iopsched.preparing import prepare_search
from iopsched.repairs.saying import Saying
from iopsched.stopping import Request

Tell = Callable[[Mapping[str, Any]], None]
STOP = "stop"
PINNED = "C-PIN-"
"""So the codes begin of rows of ``pins.csv`` that cannot hold."""
MOST_TOLD = 10
LAST_S = 2.7
"""So long after nobody hears it any more the process ends, whatever it is doing."""
STOPPED_S = 30.0
"""So long somebody who has asked it to stop may wait for the best week, where the computer is busy."""


def main() -> None:
    """Search for one week."""
    source, target = sys.stdin, os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing else may come between the lines
    line = source.readline()
    if not line:
        return
    facts = json.loads(line)
    with contextlib.suppress(AttributeError, OSError):  # Windows: whoever starts it gives it a lower priority
        os.nice(facts["nicer"])
    _run(facts, source, target)
    target.flush()
    os._exit(0)  # nobody waits until a large model is taken apart


def _run(facts: Mapping[str, Any], source: TextIO, target: TextIO) -> None:
    writing = threading.Lock()

    def tell(row: Mapping[str, Any]) -> None:
        with (
            writing,
            contextlib.suppress(OSError, ValueError),
        ):  # nobody reads any more: the week is written all the same
            target.write(json.dumps(row) + "\n")
            target.flush()

    prepare_search()
    with Request(threading.Event(), lambda: os._exit(1)) as request:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, request)
        threading.Thread(target=_listen, args=(source,), daemon=True).start()
        try:
            TASKS[facts.get("task", "search")](facts, tell, request.stop)
        except work.holding.KeptSessionsError as error:
            ids = sorted({key for row in error.violations for key in row.sessions})
            tell({"kind": "none", "why": "pins", "sessions": ids})
        except InputError as error:
            faults = [issue for issue in error.issues if issue.level == "error"]
            told = [f"{issue.place}: {issue.message} {issue.remedy}" for issue in faults[:MOST_TOLD]]
            pins = [issue.row for issue in faults if issue.code.startswith(PINNED)]
            skipped = pins if len(pins) == len(faults) else []
            tell({"kind": "none", "why": "input", "faults": len(faults), "issues": told, "pins": skipped})
        except (UsageError, ConflictError) as error:
            tell({"kind": "none", "why": "refused", "message": str(error)})
        except (Exception, IopschedError) as error:  # noqa: BLE001 - no value of it may go out
            tell({"kind": "none", "why": "bug", "message": type(error).__name__})


def _search(facts: Mapping[str, Any], tell: Tell, stop: threading.Event) -> None:
    draft, held = tuple(map(session_from, facts["draft"])), frozenset(facts["held"])
    kept = facts["is_anew"], facts["is_near"]
    work.searches.search_week(work.searches.WeekSearch(*_asked(facts), draft, held, *kept), tell, stop)


def _repair(facts: Mapping[str, Any], tell: Tell, stop: threading.Event) -> None:
    told = tuple(Saying(way, text) for way, text in facts["told"])
    work.callouts.answer(work.callouts.CallOut(*_asked(facts), told), tell, stop)


def _explain(facts: Mapping[str, Any], tell: Tell, stop: threading.Event) -> None:
    work.shortages.explain_shortages(
        work.weekquestions.WeekQuestion(*_asked(facts)), tell, stop, is_soft=facts["is_soft"]
    )


def _capacity(facts: Mapping[str, Any], tell: Tell, stop: threading.Event) -> None:
    work.furtherpeople.answer_newcomers(
        work.weekquestions.WeekQuestion(*_asked(facts)), tell, stop, moves_nobody=facts["moves_nobody"]
    )


TASKS: Mapping[str, Callable[[Mapping[str, Any], Tell, threading.Event], None]] = {
    "search": _search,
    "repair": _repair,
    "explain": _explain,
    "capacity": _capacity,
}
"""What may be asked, each with its function; every question has clinic, week, moment and limits."""


def _asked(facts: Mapping[str, Any]) -> tuple[Path, date, datetime, SolveParams]:
    params = params_of(facts["time_limit_s"], None, facts["seed"], facts["workers"])
    now = datetime.fromisoformat(facts["now"])
    return Path(facts["clinic"]), date.fromisoformat(facts["week"]), now, params


def _listen(source: TextIO) -> None:
    """Ask the search to stop when a line says so or no line can come any more, and end the process at last."""
    while (line := source.readline()) and line.strip() != STOP:
        pass
    _thread.interrupt_main(signal.SIGTERM)
    if line:
        last = threading.Timer(STOPPED_S, os._exit, (1,))
        last.daemon = True
        last.start()
        while source.readline():
            pass
    threading.Event().wait(LAST_S)
    os._exit(1)


if __name__ == "__main__":
    main()
