"""All calendars of a revision, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from iopsched.domain.publication import Publication, PublishedSession
from iopsched.push.address import Address
from iopsched.push.client import Client, ServerError
from iopsched.push.collection import Collection, RefusalError
from iopsched.push.plan import Maker, Plan, Uid, collection_name
from iopsched.push.sync import Act, Result, Sync
from iopsched.store.pushed import Pushed, PushState

_MOST_REFUSED = 2
"""So many calendars, the first ones, and nothing else: then the server refuses them all."""


Base = Callable[[str, Pushed], bytes | None]
"""Returns an object as it was sent to the calendar of that name."""


@dataclass
class PushResult:
    """What became of one calendar. It grows while the push runs, and is right whenever it is stopped.

    ``trouble`` is a sentence where the server refuses the calendar as a whole, else blank.
    """

    name: str
    results: list[Result] = field(default_factory=list)
    trouble: str = ""

    @property
    def counts(self) -> Counter[Act]:
        """Return how many objects met which fate."""
        return Counter(result.act for result in self.results)

    @property
    def conflicts(self) -> list[Result]:
        """Return what was left alone because somebody else had changed it."""
        return [result for result in self.results if result.act.is_conflict]

    @property
    def refused(self) -> list[Result]:
        """Return what the server refused."""
        return [result for result in self.results if result.act is Act.REFUSED]


def push(
    client: Client,
    address: Address,
    plan: Plan,
    memory: PushState,
    base: Base,
    *,
    only: str | None = None,
    is_forced: bool = False,
    is_trial: bool = False,
) -> Iterator[PushResult]:
    """Bring every calendar up to the plan; yield its report before it is begun, and let it grow.

    Calendars in which nothing of the week is wanted any more are visited as
    well. Iterate to the end; stopped anywhere, the next push goes on from there.

    Raises
    ------
    ServerError
        If the server cannot be reached or refuses all; what was done until then is remembered.
    """
    names = sorted({*plan.collections, *_left_over(address, plan, memory, only)})
    client.allow(sum(len(objects) for objects in plan.collections.values()))
    refusals: dict[str, RefusalError] = {}
    for place, name in enumerate(names, 1):
        sync = Sync(
            Collection(client, address.child(name)),
            memory,
            plan.publication,
            plan.collections.get(name, {}),
            partial(base, name),
            plan.titles.get(name, name),
            is_forced=is_forced,
            is_trial=is_trial,
        )
        report = PushResult(name)
        yield report
        try:
            for result in sync.results():
                report.results.append(result)
        except RefusalError as error:
            refusals[name] = error
            is_all = len(refusals) == place
            if is_all and (place == len(names) or (place == _MOST_REFUSED and not error.is_of_making)):
                raise _refusal_of_all(address, refusals) from None
            report.trouble = str(error)
            report.results.extend(sync.refused(error.status))


def _refusal_of_all(address: Address, refusals: Mapping[str, RefusalError]) -> ServerError:
    """Return the error that the server lets us do nothing."""
    *_, last = refusals.values()
    if not all(error.is_of_making for error in refusals.values()):
        return ServerError(str(last))
    return ServerError(
        f"The server makes none of these calendars in {address.url} ({last.status}): {', '.join(refusals)}. Check the "
        "address. If it is right, make them there by hand, or name a folder where you may."
    )


def _left_over(address: Address, plan: Plan, memory: PushState, only: str | None) -> set[str]:
    """Return the calendars below the address that hold something of the week already."""
    names = {
        target.removeprefix(address.url).rstrip("/")
        for target in memory.targets(plan.publication.week)
        if target.startswith(address.url)
    }
    names = {name for name in names if name and "/" not in name}
    if only is None:
        return names
    return names & {collection_name(kind, only) for kind in ("therapist", "room")}


def base_of(publications: Callable[[date, int], Publication | None], make: Maker, uid: Uid) -> Base:
    """Return a function that makes an object anew as it was sent, from the revision of that time."""
    known: dict[tuple[date, int], dict[str, tuple[Publication, PublishedSession]]] = {}

    def base(name: str, pushed: Pushed) -> bytes | None:
        place = (pushed.week, pushed.revision)
        if place not in known:
            publication = publications(*place)
            rows = publication.sessions if publication else ()
            known[place] = {uid(publication, row.key): (publication, row) for row in rows} if publication else {}
        found = known[place].get(pushed.uid)
        if found is None:
            return None
        staff = found[1].session.therapist_ids
        reader = next((one for one in staff if collection_name("therapist", one) == name), "")
        try:
            return make(*found, reader)
        except KeyError:  # of an id that the clinic has no longer
            return None

    return base
