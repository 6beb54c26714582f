"""What a request asks and what it is answered, without a word about HTTP: the screens' modules know only this.

A handler is a plain function of an :class:`PageRequest`. It returns an object that becomes JSON, or an iterator of objects, each
a line of its own as soon as it is known. It raises :class:`Refused`, or one of the package's own errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from iopsched.domain.timegrid import week_of
from iopsched.errors import IopschedError

if TYPE_CHECKING:
    from iopsched.page.openclinics import OpenClinic
    from iopsched.page.server import Page
    from iopsched.page.tokens import PageSession

Answer = Mapping[str, Any] | Iterator[Mapping[str, Any]]


class Refused(IopschedError):  # noqa: N818 - an answer, not a fault of ours
    """A request that is not carried out; ``code`` is for the page, the sentence for whoever reads it."""

    def __init__(self, status: int, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.more = more

    @property
    def body(self) -> Mapping[str, object]:
        """Return the answer as it becomes JSON."""
        return {"error": self.code, "message": str(self), **self.more}


@dataclass(frozen=True)
class PageRequest:
    """One request of the page: ``query`` and ``body`` as they came, ``path`` the parts of its address that vary."""

    page: Page
    session: PageSession
    query: Mapping[str, str]
    path: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def clinic(self) -> OpenClinic:
        """Return the open clinic that the request names by its number.

        Raises
        ------
        Refused
            If it names none that is open.
        """
        return self.page.clinics.numbered(self.query.get("clinic", ""))

    @property
    def week(self) -> date:
        """Return the Monday of the week that the request names.

        Raises
        ------
        Refused
            If it names none.
        """
        try:
            return week_of(date.fromisoformat(self.query.get("week", "")))
        except (ValueError, OverflowError):
            raise Refused(400, "week", "The request names no week.") from None

    def text(self, name: str, most: int = 1_000) -> str:
        """Return a text of the body.

        Raises
        ------
        Refused
            If there is none, or it is longer than ``most`` characters.
        """
        value = self.body.get(name)
        if not isinstance(value, str) or len(value) > most:
            raise Refused(400, "body", f"The request lacks a text {name!r}.")
        return value

    def number(self, name: str) -> int:
        """Return a whole number of the body.

        Raises
        ------
        Refused
            If there is none.
        """
        value = self.body.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(400, "body", f"The request lacks a whole number {name!r}.")
        return value


@dataclass(frozen=True)
class RequestWay:
    """A path below ``/api``, its method, and the function that answers."""

    method: str
    path: str
    handler: Callable[[PageRequest], Answer]
