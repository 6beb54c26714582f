"""Templates of pages: everything escaped, nothing undefined, read from the package itself."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from iopsched.domain.timegrid import decimal_hours, hours
from iopsched.export.edition import Edition

AMERICAN = ("America/", "US/", "Canada/", "Pacific/Honolulu")


def render(name: str, **context: object) -> bytes:
    """Return a page as UTF-8."""
    return _environment().get_template(name).render(context).encode()


@cache
def source(name: str) -> str:
    """Return the text of a file of the templates."""
    return resources.files("iopsched.export").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"hours": hours, "decimal_hours": decimal_hours}
    environment.globals["source"] = lambda name: Markup(source(name))  # noqa: S704 - a file of this package
    return environment


def script_hash(name: str) -> str:
    """Return what a content security policy calls a script of the templates by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source(name).encode()).digest()).decode()}"


def is_american(edition: Edition) -> bool:
    """Return whether the clinic's readers are used to letter paper and to a clock of twelve hours."""
    return edition.problem.clinic.timezone.startswith(AMERICAN)
