"""What was published: revisions of weeks in ``iopsched.db``, each with an unchangeable file beside it.

Ids only, no names. Reading never makes a store. The hash chain over all
revisions shows whether one was edited afterwards.

Whatever reads or writes raises ``ConflictError`` where the store is damaged or belongs to another clinic, or where
somebody else is writing there for long.
"""

from __future__ import annotations

from iopsched.store.book import Published as Published
from iopsched.store.book import RevisionSummary as RevisionSummary
from iopsched.store.book import draft as draft
from iopsched.store.book import facts_of as facts_of
from iopsched.store.book import foresee as foresee
from iopsched.store.book import history as history
from iopsched.store.book import latest as latest
from iopsched.store.book import publish as publish
from iopsched.store.book import revision_of as revision_of
from iopsched.store.book import revisions_of as revisions_of
from iopsched.store.book import since as since
from iopsched.store.book import site_of as site_of
from iopsched.store.book import verify as verify
from iopsched.store.faults import Damage as Damage
from iopsched.store.faults import Harm as Harm
from iopsched.store.place import clinic_home as clinic_home
from iopsched.store.pushed import Pushed as Pushed
from iopsched.store.pushed import PushState as PushState
from iopsched.store.pushed import push_state as push_state
