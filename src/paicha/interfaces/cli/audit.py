"""`paicha audit`: can that report be trusted?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from paicha.audits import Auditor, read_report
from paicha.errors import UsageError
from paicha.facade import Asked, Investigation, carry_out, open_case, prepare
from paicha.facade.investigation import case_place
from paicha.interfaces.cli import options
from paicha.interfaces.cli.asking import asked_of, say_window, within
from paicha.interfaces.cli.console import watched
from paicha.interfaces.cli.investigate import Hosts, Metrics, Services, Sources, Where
from paicha.interfaces.cli.report import deliver, refuse_place
from paicha.interfaces.cli.session import Session, columns, open_session, wants_colour

ReportPath = Annotated[Path, typer.Argument(metavar="REPORT")]
Evidence = Annotated[Path | None, typer.Option("--case", metavar="CASE", parser=case_place)]
Kind = Annotated[options.WholeFormat | None, typer.Option("--format")]
Files = Annotated[list[str] | None, typer.Option("--log", metavar="FILE")]
#: What names logs, and what says which of their lines are meant, by where it stands in a question.
_LOGS = {"files": "--log", "sources": "--source"}
_LINES = {
    "start": "--from",
    "end": "--to",
    "last": "--last",
    "biz": "--biz",
    "index_set": "--index-set",
    "hosts": "--host",
    "services": "--service",
    "where": "--where",
    "metrics": "--metrics",
    "zone": "--tz",
}


def audit(
    report: ReportPath,
    *,
    case: Evidence = None,
    log: Files = None,
    source: Sources = None,
    start: options.Start = None,
    end: options.End = None,
    last: options.Last = None,
    biz: options.Business = None,
    index_set: options.IndexSet = None,
    host: Hosts = None,
    service: Services = None,
    where: Where = "",
    metrics: Metrics = None,
    tz: options.Zone = None,
    lang: options.Lang = None,
    kind: Kind = None,
    output: options.Output = None,
    config: options.Config = None,
) -> int:
    """Check a written incident report against itself, and against a case or an investigation."""
    session = open_session(config, lang)
    text = read_report(report)
    refuse_place(output, (report, *(log or ()), *([case] if case else ())))
    asked = asked_of(session, log, source, start=start, end=end, last=last, tz=tz)
    asked = within(asked, biz=biz, index_set=index_set, host=host, service=service, where=where)
    asked = replace(asked, metrics=None if metrics is None else tuple(metrics))
    _refuse_what_nothing_reads(case, asked)
    found = Auditor(_evidence(session, case, asked), session.settings).audit(text, report.name)
    data = found.render(
        kind.value if kind else "terminal",
        session.language,
        width=columns(),
        colour=wants_colour() and output is None,
    )
    deliver((data,), output, session.language)
    return found.exit_code


def _refuse_what_nothing_reads(case: Path | None, asked: Asked) -> None:
    """Refuse logs beside a case, and a choice of lines where no logs are named: a verdict without them would pass for one with them."""
    logs, lines = (
        [option for name, option in named.items() if getattr(asked, name) not in (None, "", ())]
        for named in (_LOGS, _LINES)
    )
    if case is not None and logs + lines:
        raise UsageError("audit.case_alone", options=", ".join(logs + lines))
    if case is None and lines and not logs:
        raise UsageError("audit.no_logs", options=", ".join(lines))


def _evidence(session: Session, case: Path | None, asked: Asked) -> Investigation | None:
    """Return what the report is held against: a kept case, an investigation run now, or nothing."""
    if case is not None:
        return open_case(case)
    if not asked.files and not asked.sources:
        return None
    prepared = prepare(asked, settings=session.settings)
    say_window(prepared)
    with watched(session.language) as progress:
        return carry_out(prepared, progress=progress)
