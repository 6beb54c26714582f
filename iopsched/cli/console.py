"""The two streams: data to stdout, talk to stderr; never a control character from a file."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from typing import TextIO

from iopsched.errors import UsageError

_CONTROLS = {code: "?" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
PIPE_WIDTH = 100


def out(text: str = "") -> None:
    """Print a piece of data; a reader that has gone away (``| head``) is no fault."""
    _write(sys.stdout, text)


def talk(text: str = "") -> None:
    """Say something to the person at the keyboard."""
    _write(sys.stderr, text)


def out_json(command: str, content: Mapping[str, object]) -> None:
    """Print one JSON object that begins with its schema, such as ``iopsched.check/1``."""
    out(json.dumps({"schema": f"iopsched.{command}/1", **content}, indent=2, ensure_ascii=False))


def width() -> int:
    """Return how many columns a table may use: the terminal's, up to 120, or 100 in a pipe."""
    if not sys.stdout.isatty():
        return PIPE_WIDTH
    return max(60, min(120, shutil.get_terminal_size((80, 24)).columns))


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text.translate(_CONTROLS) + "\n")
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as error:
        silence(stream)
        if stream is sys.stdout:
            raise UsageError(f"Cannot print the output: {error.strerror}.") from None


def silence(stream: TextIO) -> None:
    """Let a stream that cannot be written end nowhere, so that Python does not stumble over it at its end."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
