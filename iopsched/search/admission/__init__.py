"""Who of those that wait can come to a week as well: as many as possible, then whoever has waited longest.

From below: weeks near the one that is known, of which a part is chosen anew, accepted by the verifier. From above: the
loose week (:mod:`iopsched.model.loose`) with its cuts, which knows every other week too. Between both lies what is not
known. With ``keeps_sessions`` one model holds every session as it is and knows all there is to know.
"""

from iopsched.search.admission.bothsides import admissions, most_alike
from iopsched.search.admission.waiting import Admitted, Waiting, admitted_problem

__all__ = ["Admitted", "Waiting", "admissions", "admitted_problem", "most_alike"]
