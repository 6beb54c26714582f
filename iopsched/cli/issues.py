"""How issues of the input are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict

from iopsched.cli.exits import Exit
from iopsched.errors import Issue, counted
from iopsched.words.phrases import count

MOST_PER_FILE = 50
_RANK = {"error": 0, "warning": 1, "information": 2}


def exit_of(issues: Iterable[Issue]) -> Exit:
    """Return the exit code that the issues ask for: contradictions alone are a code of their own."""
    codes = [issue.code for issue in issues if issue.level == "error"]
    if not codes:
        return Exit.DONE
    return Exit.CONTRADICTION if all(code.startswith("C-") for code in codes) else Exit.BAD_INPUT


def print_issues(issues: Sequence[Issue], say: Callable[[str], None]) -> None:
    """Say every issue, file by file, errors first, and the totals."""
    for file in dict.fromkeys(issue.file for issue in sorted(issues)):
        mine = sorted((issue for issue in issues if issue.file == file), key=lambda issue: (_RANK[issue.level], issue))
        for issue in mine[:MOST_PER_FILE]:
            say(str(issue))
        if left := counted(mine) - min(len(mine), MOST_PER_FILE):
            say(f"{file}: and {left:,} more.")
    if issues:
        say(totals(issues))


def totals(issues: Iterable[Issue]) -> str:
    """Return for instance ``2 errors, 1 warning.``."""
    levels: Counter[str] = Counter()
    for issue in issues:
        levels[issue.level] += counted([issue])
    words = (("error", "error"), ("warning", "warning"), ("information", "note"))
    return ", ".join(count(levels[level], word) for level, word in words if levels[level]) + "."


def issue_list(issues: Iterable[Issue]) -> list[dict[str, object]]:
    """Return the issues as ``--json`` prints them."""
    return [asdict(issue) for issue in sorted(issues)]
