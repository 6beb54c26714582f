"""The auditor's report in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iopsched.reports.auditrows import SessionOnRecord, Standard
from iopsched.views.standards import NumberSource
from iopsched.words.phrases import count, words

MOST_TOLD = 12
MOST_RULES = 6
_OF_HOURS = ("min_hours_per_week",)


def audit_lines(
    sessions: Sequence[SessionOnRecord], standards: Sequence[Standard], totals: Mapping[str, int], moment: str
) -> Iterator[str]:
    """Yield what is said first: of a moment each session, of a period how ratios, licenses and hours were kept."""
    if moment:
        yield f"At {moment}, as published then: {count(len(sessions), 'session')} under way."
        yield from map(_session_line, sessions[:MOST_TOLD])
        if len(sessions) > MOST_TOLD:
            yield f"and {len(sessions) - MOST_TOLD} more, in the rows."
    else:
        yield from _period_lines(sessions, totals)
    if totals["people"]:
        short = f"{totals['people_short']} short of something" if totals["people_short"] else "nobody short"
        yield f"Hours of the week against the rule: {count(totals['people'], 'participant')}, {short}."
        for row in [row for row in standards if row.setting in _OF_HOURS][:MOST_RULES]:
            yield f"  {row.owner}: at least {row.value} a week ({row.place}: {row.source})"
    changed = sum(bool(row.later_revisions) for row in sessions)
    if changed:
        yield f"Changed by a later revision: {count(changed, 'session')}."


def _session_line(row: SessionOnRecord) -> str:
    license_words = (
        "license not known" if row.is_licensed is None else "licensed" if row.is_licensed else "not licensed"
    )
    lead = ", ".join(filter(None, (row.credential, license_words)))
    others = f" with {', '.join(row.further_staff)}" if row.further_staff else ""
    ratio = "no ratio holds"
    if row.ratio_limit is not None:
        kept = "kept" if row.is_within_ratio else "NOT kept"
        ratio = (
            f"{row.participants} to {row.counting_staff} counting staff, at most {row.ratio_limit} each: {kept} "
            f"({row.ratio_rule}: {row.ratio_source})"
        )
    what = row.group_id or words(row.service_id)
    place = row.room_id or words(row.modality)
    return (
        f"{row.start}-{row.end} {row.session_id} ({what}, {place}): {row.lead_id or 'nobody'} led ({lead}){others}; "
        f"{count(row.participants, 'participant')}; {ratio}. Revision {row.revision}, published {row.published} by {row.actor}."
    )


def _period_lines(sessions: Sequence[SessionOnRecord], totals: Mapping[str, int]) -> Iterator[str]:
    yield f"{count(totals['sessions'], 'session')} as published when they began, {count(totals['places'], 'place')} for participants."
    over = f"{totals['over_ratio']} over it" if totals["over_ratio"] else "kept in all"
    line = f"A ratio holds in {totals['with_ratio']}: {over}"
    with_ratio = [row for row in sessions if row.ratio_limit and row.counting_staff]
    if with_ratio:
        row = max(with_ratio, key=lambda one: one.participants / (one.counting_staff * (one.ratio_limit or 1)))
        line += (
            f"; tightest {row.session_id} on {row.date.isoformat()} with {row.participants} to {row.counting_staff}, at most "
            f"{row.ratio_limit} each ({row.ratio_rule}: {row.ratio_source})"
        )
    yield f"{line}."
    without = f"{totals['without_license']} led without one" if totals["without_license"] else "all led with one"
    yield f"A license is asked of the lead in {totals['needing_license']}: {without}."


def audit_missing(sessions: Sequence[SessionOnRecord]) -> Iterator[str]:
    """Yield what an auditor will ask about."""
    for problem, rows in (
        ("More participants than the ratio allows", [row for row in sessions if row.is_within_ratio is False]),
        ("Led without a license", [row for row in sessions if row.needs_license and not row.is_licensed]),
        ("Published only after the session began", [row for row in sessions if not row.was_published]),
    ):
        if rows:
            named = ", ".join(f"{row.session_id} on {row.date.isoformat()}" for row in rows[:MOST_TOLD])
            more = f" and {len(rows) - MOST_TOLD} more" if len(rows) > MOST_TOLD else ""
            yield f"{problem}: {named}{more}."
    blank = sorted({row.lead_id for row in sessions if row.lead_id and not row.credential})
    if blank:
        yield f"No credential: {', '.join(blank)}. Fill the column credential of therapists.csv."
    silent = sum(row.not_recorded for row in sessions)
    if silent:
        yield f"Attendance not recorded: {count(silent, 'place')}. Fill attendance.csv."


def rule_words(ratio: NumberSource) -> str:
    """Return for instance ``ratios of population adult, clinic.toml``."""
    place = "" if ratio.place in ratio.setting else f", {ratio.place}"
    return f"{ratio.setting} of {ratio.owner}{place}"
