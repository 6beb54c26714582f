"""Exceptions become a sentence and an exit code, in one place; no value of the data is ever shown.

The text of an unexpected exception may hold a name (``invalid literal for
int(): 'Jane Doe'``), so only its type and its place in our code are printed.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import traceback
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import typer
from typer.core import TyperGroup

from iopsched.cli.console import silence, talk
from iopsched.cli.exits import Exit
from iopsched.cli.interrupt import farewell, interruptible, take_command
from iopsched.cli.issues import exit_of, print_issues
from iopsched.errors import ConflictError, InputError, InternalError, UsageError, place_of

try:
    import resource
except ImportError:  # Windows, which writes no core files
    resource = None  # type: ignore[assignment]


class Commands(TyperGroup):
    """The group of all commands: whatever leaves a command passes here."""

    def resolve_command(self, ctx: Any, args: Any) -> Any:
        """Find the command of a line."""
        take_command(args)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command and translate what it raises."""
        try:
            with interruptible():
                return super().invoke(ctx)
        except InputError as error:
            print_issues(error.issues, talk)
            raise typer.Exit(exit_of(error.issues)) from None
        except UsageError as error:
            raise _ended(f"Error: {error}", Exit.USAGE) from None
        except ConflictError as error:
            raise _ended(f"Error: {error}", Exit.CONFLICT) from None
        except KeyboardInterrupt:
            raise _ended(farewell(), Exit.INTERRUPTED) from None
        except (typer.Exit, typer.Abort):
            raise
        except OSError as error:
            if error.filename is None:
                raise _ended(bug_report(error), Exit.BUG) from None
            raise _ended(f"Error: {error.filename}: {error.strerror}.", Exit.USAGE) from None
        except Exception as error:
            if hasattr(error, "show"):  # a usage error of the library: it prints itself
                raise
            raise _ended(bug_report(error), Exit.BUG) from None


def _ended(text: str, code: Exit) -> typer.Exit:
    talk(text)
    return typer.Exit(code)


def versions() -> dict[str, str]:
    """Return the versions of this program, the solver and Python."""
    from iopsched.files import output  # noqa: PLC0415 - keeps --help quick

    return output.versions()


def bug_report(error: BaseException) -> str:
    """Return what to send to the makers: type and place, with the calls where IOPSCHED_DEBUG=1; no values."""
    known = versions()
    sentence = f"\n{error}" if isinstance(error, InternalError) else ""
    calls = "\n" + "\n".join(_calls(error.__traceback__)) if os.environ.get("IOPSCHED_DEBUG") == "1" else ""
    return (
        f"Error: this is a bug in iopsched, not in your files.{sentence}{calls}\n"
        "Please send us this line and the command you ran, but no file of the clinic:\n"
        f"  {type(error).__name__} at {place_of(error.__traceback__, __name__)}; iopsched {known['iopsched']}, "
        f"ortools {known['ortools']}, python {known['python']}, {platform.system()}"
    )


def _calls(trace: TracebackType | None) -> list[str]:
    return [
        f"  {frame.f_globals.get('__name__', '?')}:{line} in {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]


def keep_values() -> None:
    """Have nothing that breaks in this process print or store a value: no traceback, no warning's text, no core file."""
    sys.excepthook = lambda _kind, error, _trace: talk(bug_report(error))
    threading.excepthook = lambda broken: talk(bug_report(broken.exc_value or broken.exc_type()))
    earlier = sys.unraisablehook  # knows interrupts that got lost

    def tell_unraisable(broken: sys.UnraisableHookArgs) -> None:
        if issubclass(broken.exc_type, Exception):
            talk(bug_report(broken.exc_value or RuntimeError()))
        else:
            earlier(broken)

    sys.unraisablehook = tell_unraisable
    warnings.showwarning = _tell_place
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _tell_place(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del message, file, line
    talk(f"Warning: {category.__name__} at {Path(filename).stem}:{lineno}.")


def run(app: typer.Typer) -> None:
    """Run the command line of this process and exit with its code."""
    keep_values()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="iopsched")
    except OSError as error:  # from the library's own printing, such as help on a full disk
        silence(sys.stdout)
        talk(f"Error: Cannot print the output: {error.strerror}.")
        sys.exit(Exit.USAGE)
