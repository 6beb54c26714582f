"""The only package that prints and exits."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run ``iopsched`` with the arguments of this process."""
    try:
        from iopsched.cli import interrupt  # noqa: PLC0415 - inside the guard, as everything that takes time

        interrupt.begin()
        _open_streams()

        from iopsched.cli.app import run  # noqa: PLC0415 - `import iopsched.cli` stays free of typer

        run()
    except KeyboardInterrupt:  # only before the first line of begin has run
        _leave("Interrupted; nothing was written.\n")
    except SystemExit as ending:
        if ending.code == 130:  # whoever has asked for the end does not wait until a large model is taken apart
            _leave()
        raise


def _leave(sentence: str = "") -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            continue
    try:
        os.write(2, sentence.encode())
    finally:
        os._exit(130)


def _open_streams() -> None:
    """Give streams that were closed by whoever started us a place to end."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
