"""``iopsched network``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, talk
from iopsched.cli.engineoptions import Authority, Certificate, Cluster, Dashboard, Dask, Jobs, Key
from iopsched.cli.exits import Exit
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.issues import print_issues
from iopsched.cli.layout import table
from iopsched.cli.nightreport import (
    HELP_S,
    CapacityLimit,
    ReportFolder,
    ReportTold,
    report_asked,
    report_words,
    write_report,
)
from iopsched.cli.nightscreen import NightScreen, end_words
from iopsched.cli.options import (
    AsJson,
    Effort,
    Now,
    Quiet,
    Seconds,
    Seed,
    Week,
    Workers,
    line_as_typed,
    moment_of,
    odd_week,
    paths_argument,
    week_of,
)
from iopsched.params import params_of
from iopsched.preparing import prepare_search
from iopsched.words.phrases import count

if TYPE_CHECKING:
    from iopsched.networks.engines.engine import Engine
    from iopsched.networks.results import NightResult, SiteResult
    from iopsched.work.networks import NightAsked
    from iopsched.work.nightreports import ReportAsked

EPILOG = """\b
Examples:
  iopsched network north south west          (clinic folders or workbooks)
  iopsched network NETWORK.csv --jobs 4      (four at once on this machine)
  iopsched network NETWORK.csv --only north  (one, beside what the others have)
  iopsched network NETWORK.csv --week 2026-11-30 --json > night.jsonl
  iopsched network NETWORK.csv --dask tls://HOST:8786 --cert caller.pem \\
                               --key caller.key --ca ca.pem  (docs/network.md)

NETWORK.csv has a row for each clinic: clinic, week, time_limit, priority, site.
All but clinic may be blank. people.csv and travel.csv beside it say who works at
several sites and how far these are apart: nobody has to be at two at once.

Each week is written into its clinic as `iopsched solve` does, as soon as it is
there. A clinic with faults stops no other. A week that was made already from
the same files with the same options is left as it is: after Ctrl-C, a crash or
a power cut the same command does the rest.

The report of all sites lies in one folder: network.html for Monday morning,
network.xlsx, a .csv of each table, network.json. Once all weeks are made, each
site is asked what one more therapist, room or evening would bring, and who more
could come (--capacity-limit).

Exit code 0 if all needs are met everywhere. Else the first that holds at some
site: 130 interrupted, or the cluster was lost, 1 a bug, 2 not written, 3 bad
input, 5 contradiction, 6 no schedule in time, 7 somebody else at work there,
4 needs unmet.
"""
_Clinics = Annotated[
    list[Path], paths_argument("CLINIC...", "Clinic folders or workbooks, or one network file (.csv) that names them.")
]
_Again = Annotated[bool, typer.Option("--again", help="Make weeks again that were made already.")]
_Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="SITE", help="Make the week of this site alone; may be given more than once."),
]
_ORDER = {
    "failed": Exit.BUG,
    "not_written": Exit.USAGE,
    "bad_input": Exit.BAD_INPUT,
    "contradiction": Exit.CONTRADICTION,
    "no_schedule": Exit.OUT_OF_TIME,
    "conflict": Exit.CONFLICT,
}
"""What a state of a site means for the night's exit code, the first that holds of any."""


def network(
    context: typer.Context,
    clinics: _Clinics,
    *,
    week: Week = None,
    jobs: Jobs = 1,
    cluster: Cluster = None,
    dask: Dask = None,
    cert: Certificate = None,
    key: Key = None,
    ca: Authority = None,
    dashboard: Dashboard = None,
    again: _Again = False,
    only: _Only = None,
    out_dir: ReportFolder = None,
    capacity_limit: CapacityLimit = HELP_S,
    now: Now = None,
    time_limit: Seconds = None,
    deterministic_limit: Effort = None,
    seed: Seed = 0,
    workers: Workers = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make the weeks of many clinics in one night."""
    params = params_of(time_limit, deterministic_limit, seed, workers)
    monday, moment = week_of(week), moment_of(now)
    sites = work.networks.read_sites(clinics, monday)
    print_issues(sites.issues, talk)
    if not quiet and (odd := odd_week(monday)):
        talk(odd)
    wanted = work.networks.only_these(sites, only or [])
    with work.nightengines.chosen_engine(
        work.nightengines.EngineAsked(jobs, cluster, dask, cert, key, ca, dashboard)
    ) as chosen:
        if chosen.remark and not quiet:
            talk(chosen.remark)
        asked = work.networks.NightAsked(sites, params, chosen.cores, moment, is_again=again, only=wanted)
        wish = report_asked(asked, out_dir, capacity_limit)
        night, report = _night(asked, wish, chosen.engine, as_json=as_json, is_quiet=quiet)
    code = with_report(exit_of_night(night), report)
    if as_json:
        page = None if report.page is None else str(report.page)
        out(json.dumps({**work.networks.facts_of(night), "report": page, "exit_code": code}, ensure_ascii=False))
    elif not quiet:
        _tell(night, line_as_typed(context))
        if told := report_words(report):
            out(told)
    raise typer.Exit(code)


def _night(
    asked: NightAsked, wish: ReportAsked | None, engine: Engine, *, as_json: bool, is_quiet: bool
) -> tuple[NightResult, ReportTold]:
    """Make all weeks and the report of them, and tell how that goes on."""
    prepare_search()
    sites = replace(asked.sites, sites=asked.wanted)
    with stop_on_signal() as stop:
        with NightScreen(sites, engine.slots, as_json=as_json, is_quiet=is_quiet) as screen:
            night = work.networks.run_night(asked, engine, screen, stop)
        if wish is not None:
            wish = replace(wish, more=work.staffcalendars.shared_calendars(asked.sites, night, asked.now))
        return night, write_report(night, wish, engine, stop, as_json=as_json, is_quiet=is_quiet)


def with_report(code: Exit, report: ReportTold) -> Exit:
    """Return the exit code of a night with what became of its report: a site that needs somebody is told before it."""
    if report.was_stopped:
        return Exit.INTERRUPTED
    return Exit.USAGE if report.has_failed and code in (Exit.DONE, Exit.UNMET) else code


def exit_of_night(night: NightResult) -> Exit:
    """Return the exit code of a night: that of the worst that has happened at any site."""
    states = {result.state for result in night.results}
    if night.was_interrupted or night.lost:
        return Exit.INTERRUPTED
    worst = next((code for state, code in _ORDER.items() if state in states), None)
    if worst is not None:
        return worst
    return Exit.UNMET if any(result.unmet_minutes for result in night.results) else Exit.DONE


def _tell(night: NightResult, again: str) -> None:
    """Say how the night went as a whole: the sites that need somebody, and what would finish it."""
    made = [result for result in night.results if result.has_week]
    short = [result for result in made if result.unmet_minutes]
    of_these = " of these" if len(made) < len(night.results) else ""
    out(
        f"{len(made)} of {count(len(night.results), 'week')} made; needs are unmet at {count(len(short), 'site')}{of_these}."
    )
    rows = [result for result in night.results if not result.has_week or result.unmet_minutes]
    if rows:
        out(table(("site", "week", "what"), [_row(result) for result in rows]))
    for line in work.networks.shared_lines(night):
        out(line)
    if night.lost:
        talk(f"{night.lost} What was done until then is written.")
    if undone := [result for result in night.results if result.state in ("interrupted", "not_reached", "failed")]:
        talk(f"{count(len(undone), 'site')} left to do:\n  {again}")


def _row(result: SiteResult) -> tuple[str, str, str]:
    return result.site.name, result.site.week.isoformat(), " ".join(end_words(result).split())
