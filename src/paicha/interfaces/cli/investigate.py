"""`paicha investigate` and `paicha demo`: the main job."""

from __future__ import annotations

import errno
import os
import shlex
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from paicha.errors import UsageError
from paicha.facade import (
    CASE_FILE,
    Investigation,
    Preparation,
    carry_out,
    prepare,
    prepare_demo,
)
from paicha.interfaces.cli import options
from paicha.interfaces.cli.asking import asked_of, say_window, within
from paicha.interfaces.cli.console import put, say, watched
from paicha.interfaces.cli.limits import seconds, sizes
from paicha.interfaces.cli.process import asked_to_stop
from paicha.interfaces.cli.report import deliver, no_empty_folders, refuse_place, writing
from paicha.interfaces.cli.session import (
    columns,
    open_session,
    plain_language,
    wants_colour,
)
from paicha.interfaces.cli.times import shown_window
from paicha.locales import Language, message
from paicha.model.report import Report
from paicha.renderers.visible import visible

Files = Annotated[list[str] | None, typer.Argument(metavar="FILES")]
Sources = Annotated[list[str] | None, typer.Option("--source", metavar="NAME")]
Metrics = Annotated[list[str] | None, typer.Option("--metrics", metavar="FILE|NAME")]
Traces = Annotated[list[str] | None, typer.Option("--traces", metavar="FILE")]
Hosts = Annotated[list[str] | None, typer.Option("--host", metavar="IP|ID")]
Services = Annotated[list[str] | None, typer.Option("--service", metavar="NAME")]
Where = Annotated[str, typer.Option("--where", metavar="FILTER")]
MaxRecords = Annotated[
    int | None, typer.Option("--max-records", min=1, max=options.LARGEST, metavar="N")
]
MaxBytes = Annotated[
    int, typer.Option("--max-bytes", metavar="SIZE", parser=sizes, show_default=False)
]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="10m", parser=seconds, show_default=False)
]
CaseOption = Annotated[Path | None, typer.Option("--case", metavar="FILE")]
KeepRaw = Annotated[bool, typer.Option("--keep-raw")]

#: Where `paicha demo` writes when nothing else was said.
_DEMO_FOLDER = Path("paicha-report", "demo")
#: A folder's name takes at most so much of a file's [characters]; systems allow 255 bytes.
_LONGEST_STEM = 60
#: Reasons why something is missing that are said before the report; it has all of them.
_MOST_REASONS = 5


def investigate(
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
    metrics: Metrics = None,
    traces: Traces = None,
    log_format: options.LogFormatName = None,
    tz: options.Zone = None,
    lang: options.Lang = None,
    kind: options.Format = None,
    output: options.Output = None,
    case: CaseOption = None,
    keep_raw: KeepRaw = False,
    max_records: MaxRecords = None,
    max_bytes: MaxBytes = 0,
    timeout: Timeout = 0.0,
    fail_on: options.FailOn = None,
    engine: options.Engine = options.EngineChoice.LOCAL,
    spark_remote: options.SparkRemote = "",
    spark_master: options.SparkMaster = "",
    config: options.Config = None,
) -> int:
    """Investigate a window of logs and metrics, and write the report."""
    session = open_session(config, lang)
    asked = asked_of(session, files, source, start=start, end=end, last=last, tz=tz)
    asked = within(asked, biz=biz, index_set=index_set, host=host, service=service, where=where)
    asked = replace(
        asked, metrics=None if metrics is None else tuple(metrics), traces=tuple(traces or ())
    )
    asked = replace(asked, baseline=baseline, log_format=log_format or "", keep_raw=keep_raw)
    asked = replace(asked, max_records=max_records, max_bytes=max_bytes, max_seconds=timeout)
    asked = replace(asked, engine="spark" if engine is options.EngineChoice.SPARK else "local")
    asked = replace(asked, spark_remote=spark_remote, spark_master=spark_master)
    prepared = prepare(asked, settings=session.settings)
    if kind is None and output is None:
        output = Path(session.settings.general.output) / _folder_name(prepared)
    return finish(prepared, kind, output, case, fail_on)


def demo(
    lang: options.Lang = None,
    kind: options.Format = None,
    output: options.Output = None,
    case: CaseOption = None,
    fail_on: options.FailOn = None,
) -> int:
    """Investigate the built-in example: 15 minutes of an incident on one host."""
    folder = None if kind else output or _DEMO_FOLDER
    prepared = prepare_demo(plain_language(lang), folder)
    return finish(prepared, kind, folder or output, case, fail_on)


def finish(
    prepared: Preparation,
    kind: options.ReportFormat | None,
    output: Path | None,
    case: Path | None,
    fail_on: options.PriorityChoice | None,
) -> int:
    """Write one format to *output* or stdout; without a format, all of them into *output*."""
    language = prepared.inquiry.language
    say_window(prepared)
    folder = None if kind else output
    _refuse(prepared, kind, output)
    found, told, paths = _carried_out(prepared, case, folder)
    if prepared.window is None:
        window = found.findings.question.window
        if window is None:
            say("no_window", language)
        else:
            say("window_of_data", language, window=shown_window(window, prepared.inquiry.zone))
    _say_incomplete(found, language)
    if kind is not None:
        pieces = found.pieces(kind.value, width=columns(), colour=wants_colour(), told=told)
        deliver(pieces, output, language)
    elif folder is not None:
        _say_all(found, told, paths, language)
    return found.exit_code(fail_on.value if fail_on else None)


def _carried_out(
    prepared: Preparation, case: Path | None, folder: Path | None
) -> tuple[Investigation, Report, tuple[Path, ...]]:
    """Return what was found, told, and the files of *folder*, which are written while the database writes the case."""
    language = prepared.inquiry.language
    told: list[Report] = []
    written: list[Future[tuple[Path, ...]]] = []

    def meanwhile(found: Investigation) -> None:
        told.append(found.told())
        if folder is not None:
            written.append(beside.submit(files.enter_context, found.writing(folder, told[0])))

    kept = case or (folder / CASE_FILE if folder else None)
    with (
        no_empty_folders(kept),
        ExitStack() as files,
        ThreadPoolExecutor(1) as beside,
        watched(language) as progress,
        asked_to_stop(lambda: say("stopping", language)) as stop,
    ):
        found = carry_out(prepared, case=kept, progress=progress, stop=stop, meanwhile=meanwhile)
        if folder is None:
            return found, told[0], ()
        with writing(folder):
            paths = written[0].result()
            files.close()
        return found, told[0], paths


def _refuse(prepared: Preparation, kind: options.ReportFormat | None, output: Path | None) -> None:
    """Refuse, before anything is read, a place where the report cannot be written."""
    if kind is None and str(output) == "-":
        raise UsageError("cli.dash_without_format")
    refuse_place(output, (*prepared.files, *prepared.metrics, *prepared.traces))
    if output is None:
        return
    above = next(one for one in output.absolute().parents if one.exists())
    if not above.is_dir():
        raise UsageError("cli.unwritable", path=above, reason=os.strerror(errno.ENOTDIR))
    if not output.exists():
        return
    if kind is None and not output.is_dir():
        raise UsageError("cli.unwritable", path=output, reason=os.strerror(errno.ENOTDIR))
    if kind is not None and output.is_dir():
        raise UsageError("cli.unwritable", path=output, reason=os.strerror(errno.EISDIR))


def _say_all(found: Investigation, told: Report, paths: Sequence[Path], language: Language) -> None:
    put(found.render("terminal", width=columns(), colour=wants_colour(), told=told).decode())
    put("")
    written = [(path.suffix.removeprefix("."), path) for path in paths]
    for kind, path in (*written, ("case", found.case_path)):
        put(f"  {message(f'cli.file.{kind}', language)}  {visible(str(path))}")
    if found.findings.problems:
        command = shlex.join(("paicha", "evidence", str(found.case_path), "1"))
        put("")
        put(f"  {message('cli.next', language)}  {visible(command)}")


def _folder_name(prepared: Preparation) -> str:
    """Return a folder per window: asked again it is written again, asked otherwise it is not lost."""
    window = prepared.window
    name = Path(prepared.inquiry.inputs[0]).name.split(".")[0]
    plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
    stem = plain.lstrip("-")[:_LONGEST_STEM] or "logs"
    return f"{stem}-{window.start:%Y%m%dT%H%M%SZ}" if window else stem


def _say_incomplete(found: Investigation, language: Language) -> None:
    coverage = found.findings.coverage
    sources = [(source.source, source.incomplete) for source in coverage.logs]
    sources += [(source.source, source.incomplete) for source in coverage.metrics]
    sources += [(source.source, source.incomplete) for source in coverage.traces]
    said = [(name, reason) for name, reasons in sources for reason in reasons]
    for name, reason in said[:_MOST_REASONS]:
        say("incomplete", language, source=name, reason=reason)
    if len(said) > _MOST_REASONS:
        say("incomplete_more", language, n=f"{len(said) - _MOST_REASONS:,}")
