"""The only package that prints and exits."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run ``iopsched`` with the arguments of this process."""
    try:
        from iopsched.cli import interrupt  # noqa: PLC0415 - inside the guard, as everything that takes time

        interrupt.begin(is_whole_process=True)
        _open_streams()

        from iopsched.cli.app import run  # noqa: PLC0415 - `import iopsched.cli` stays free of typer

        run()
    except KeyboardInterrupt:  # only before the first line of begin has run
        _leave("Interrupted; nothing was written.\n")
    except SystemExit as ending:
        from iopsched.stopping import is_any_left  # noqa: PLC0415 - loaded by then where it says yes

        if ending.code == 130 or is_any_left():  # nobody waits until a large model is taken apart, or a solver listens
            _leave(code=ending.code if isinstance(ending.code, int) else 1 if ending.code else 0)
        raise


def open_page() -> None:
    """Open the page, as ``iopsched serve`` does: the starter that needs no terminal."""
    sys.argv[1:] = ["serve", *sys.argv[1:]]
    main()


def _leave(sentence: str = "", code: int = 130) -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            continue
    try:
        os.write(2, sentence.encode())
    finally:
        os._exit(code)


def _open_streams() -> None:
    """Give streams that were closed by whoever started us a place to end."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
