"""`paicha compare` and `paicha change`: what is new, gone, louder or quieter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from paicha import comparisons
from paicha.comparisons import Compared, change_of_investigation, prepare_change
from paicha.facade import carry_out
from paicha.facade.investigation import case_place
from paicha.interfaces.cli import options
from paicha.interfaces.cli.asking import asked_of, say_window, within
from paicha.interfaces.cli.console import say, watched
from paicha.interfaces.cli.investigate import (
    CaseOption,
    Files,
    Hosts,
    MaxRecords,
    Services,
    Sources,
    Where,
)
from paicha.interfaces.cli.report import deliver, refuse_place
from paicha.interfaces.cli.session import chosen, columns, open_session, wants_colour
from paicha.locales import Language

Kind = Annotated[options.ComparisonFormat, typer.Option("--format")]
FailOn = Annotated[options.ChangeChoice | None, typer.Option("--fail-on")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE")]


def compare(
    before: Annotated[Path, typer.Argument(metavar="CASE", parser=case_place)],
    during: Annotated[Path, typer.Argument(metavar="CASE", parser=case_place)],
    *,
    kind: Kind = options.ComparisonFormat.TERMINAL,
    lang: options.Lang = None,
    tz: options.Zone = None,
    output: Output = None,
    fail_on: FailOn = None,
    config: options.Config = None,
) -> int:
    """Compare two cases: what is new, gone, louder or quieter in the second."""
    session = open_session(config, lang)
    refuse_place(output, (before, during))
    command = f"paicha compare {before} {during}"
    found = comparisons.compare(
        before, during, settings=session.settings, language=chosen(lang), commands=(command,)
    )
    return _deliver(found, kind, tz, output, fail_on)


def change(
    files: Files = None,
    *,
    source: Sources = None,
    start: options.Start = None,
    end: options.End = None,
    last: options.Last = None,
    baseline: options.Baseline = None,
    biz: options.Business = None,
    index_set: options.IndexSet = None,
    host: Hosts = None,
    service: Services = None,
    where: Where = "",
    tz: options.Zone = None,
    lang: options.Lang = None,
    kind: Kind = options.ComparisonFormat.TERMINAL,
    output: Output = None,
    case: CaseOption = None,
    max_records: MaxRecords = None,
    fail_on: FailOn = None,
    config: options.Config = None,
) -> int:
    """Compare a window of a source with the one before it, for a release pipeline."""
    session = open_session(config, lang)
    asked = asked_of(session, files, source, start=start, end=end, last=last, tz=tz)
    asked = within(asked, biz=biz, index_set=index_set, host=host, service=service, where=where)
    asked = replace(asked, metrics=("none",), baseline=baseline, max_records=max_records)
    prepared = prepare_change(asked, settings=session.settings)
    refuse_place(output, prepared.files)
    say_window(prepared)
    with watched(session.language) as progress:
        found = carry_out(prepared, case=case, progress=progress)
    return _deliver(change_of_investigation(found), kind, None, output, fail_on)


def _deliver(
    found: Compared,
    kind: options.ComparisonFormat,
    zone: str | None,
    output: Path | None,
    fail_on: options.ChangeChoice | None,
) -> int:
    """Write the comparison, and return the exit code."""
    language: Language = found.language
    colour = wants_colour() and output is None
    told = found.render(kind.value, None, zone, width=columns(), colour=colour)
    deliver((told,), output, language)
    for reason in (*found.found.before.incomplete, *found.found.during.incomplete):
        say("incomplete", language, source=found.found.during.name, reason=reason)
    return found.exit_code(fail_on.value if fail_on else None)
