"""The only package that prints and exits."""

from __future__ import annotations


def main() -> None:
    """Run ``iopsched`` with the arguments of this process."""
    try:
        import signal  # noqa: PLC0415 - inside the guard, as everything that takes time

        from iopsched.cli.interrupt import quit_at_once  # noqa: PLC0415

        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, quit_at_once)
        _open_streams()

        from iopsched.cli.app import run  # noqa: PLC0415 - `import iopsched.cli` stays free of typer

        run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _open_streams() -> None:
    """Give streams that were closed by whoever started us a place to end."""
    import os  # noqa: PLC0415
    import sys  # noqa: PLC0415

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
