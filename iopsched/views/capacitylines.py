"""How many more people can come, as lines: for the terminal and beside the page alike; people by id."""

from __future__ import annotations

from iopsched.answers.capacity.capacityanswer import KindAnswer, ReferralAnswer, TogetherAnswer
from iopsched.words.phrases import short_date


def together_line(found: TogetherAnswer, waiting: int | None) -> str:
    """Return who of those who wait can start at once."""
    of_all = "" if waiting is None else f" of {waiting}"
    if not found.who:
        none = "Nobody" if found.is_proven else "Nobody that was found"
        return f"{none}{of_all} on the waitlist can start this week."
    certain = "proven" if found.is_proven else f"at most {found.bound}"
    return f"{len(found.who)}{of_all} on the waitlist can start at once ({certain}): {', '.join(found.who)}."


def referral_line(row: ReferralAnswer) -> str:
    """Return whether one person can start, and with whom."""
    if row.can_start:
        where = f" in {', '.join(row.group_ids)}" if row.group_ids else ""
        primary = f", primary {row.therapist_id}" if row.therapist_id else ""
        return f"{row.participant_id} alone can start{where}{primary}."
    certain = "cannot start" if row.is_proven else "cannot start as far as is known"
    return f"{row.participant_id} {certain}: {row.why}"


def kind_line(row: KindAnswer) -> str:
    """Return how many more of a kind can come."""
    if row.is_proven:
        return f"{row.kind.title}: {row.more or 'none'} (proven)"
    most = "how many at most is not known" if row.bound is None else f"{row.bound} at most"
    return f"{row.kind.title}: {row.more} at least, {most}"


def later_line(row: ReferralAnswer) -> str:
    """Return when somebody can start who cannot start this week."""
    if row.earliest_week is None:
        return f"{row.participant_id}: no week was found."
    return f"{row.participant_id} can start from the week of {short_date(row.earliest_week)} on."
