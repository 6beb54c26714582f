"""What was published: revisions of weeks in ``iopsched.db``, each with an unchangeable file beside it.

Ids only, no names. Reading never makes a store. The hash chain over all
revisions shows whether one was edited afterwards.
"""

from __future__ import annotations

from iopsched.store.book import (
    Published,
    RevisionSummary,
    draft,
    facts_of,
    foresee,
    history,
    latest,
    publish,
    revision_of,
    since,
    site_of,
    verify,
)
from iopsched.store.faults import Damage, Harm
from iopsched.store.place import clinic_home
from iopsched.store.pushed import Pushed, PushState, push_state

__all__ = [
    "Damage",
    "Harm",
    "Published",
    "PushState",
    "Pushed",
    "RevisionSummary",
    "clinic_home",
    "draft",
    "facts_of",
    "foresee",
    "history",
    "latest",
    "publish",
    "push_state",
    "revision_of",
    "since",
    "site_of",
    "verify",
]
