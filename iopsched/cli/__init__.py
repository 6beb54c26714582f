"""The only package that prints and exits."""

from __future__ import annotations


def main() -> None:
    """Run ``iopsched`` with the arguments of this process."""
    from iopsched.cli.app import run  # noqa: PLC0415 - `import iopsched.cli` stays free of typer

    run()
