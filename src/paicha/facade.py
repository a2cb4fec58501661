"""
What a script or a notebook needs.

>>> import paicha
>>> found = paicha.demo(language="en")
>>> found.findings.totals.records, found.findings.totals.abnormal
(1800, 527)
"""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from paicha.app.evidence import Lines
from paicha.app.evidence import evidence as evidence_of
from paicha.app.held import Held
from paicha.app.inquiry import Inquiry
from paicha.app.investigate import investigate as run
from paicha.app.redacting import shown_rows
from paicha.app.report import Extent, report, told_digest
from paicha.app.rereading import EveryLine
from paicha.app.surroundings import Choice, LinePage, Surroundings, around, page_of
from paicha.errors import UsageError
from paicha.kernel.baselines import resolve_baseline
from paicha.kernel.moments import resolve_window
from paicha.kernel.times import find_zone
from paicha.locales import Language, readable
from paicha.model.findings import Findings, Priority
from paicha.model.messages import Digest
from paicha.model.question import Scope, Window, never
from paicha.model.report import Report
from paicha.ports import PiecewiseRenderer, Progress
from paicha.stores.case import Case
from paicha.wiring.assembly import Assembly
from paicha.wiring.extending import extension_of
from paicha.wiring.reading import load_settings
from paicha.wiring.settings import Settings
from paicha.wiring.surroundings import language_of, zone_of

if TYPE_CHECKING:
    from paicha.engines.spark import SparkAddress

Format = Literal["md", "html", "json", "terminal", "chat", "page"]
Engine = Literal["local", "spark"]
Moment = str | datetime | None
_PRIORITIES: tuple[Priority, ...] = ("P1", "P2", "P3")
#: Files that `Investigation.write` makes beside the case.
REPORT_FILES: tuple[tuple[Format, str], ...] = (
    ("md", "report.md"),
    ("html", "report.html"),
    ("json", "report.json"),
)
#: Formats that tell less than the whole.
_EXTENTS: dict[Format, Extent] = {"chat": "chat", "page": "page"}
CASE_FILE = "paicha.case.duckdb"


class _Silent:
    """Nobody wants to know how far it is."""

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What may be asked; every part has a default.

    Args:
        files: Log files or folders' patterns; empty: the sources.
        sources: Names of log sources in the settings.
        metrics: Names of metric sources, or metric files; None: the settings decide.
        traces: Trace files.
        start: ISO 8601, ``now-30m``, epoch, or a datetime with a zone.
        end: Likewise; not included. None: now.
        last: Length such as ``15m``, back from the end.
        biz: BlueKing business id.
        index_set: BlueKing index set id.
        hosts: Addresses or ids.
        services: Service names.
        where: Filter, such as ``level>=WARN AND "timeout"``.
        zone: IANA name; "": the settings', else the machine's.
        language: ``zh`` or ``en``; None: the settings', else the environment's.
        baseline: What to compare with: ``previous``, ``1h-before``, ``yesterday``, ``last-week``,
            ``FROM..TO`` or ``none``; None: the stretch before the window, when there is a window.
        max_records: Records read whole from one source at most; None: the settings' for a store, all of a file.
        max_bytes: Bytes read from one source at most; 0: no limit.
        max_seconds: How long one source is read at most [s]; 0: no limit.
        log_format: Name of the format that the lines of files are in; "": each line tells.
        engine: What counts: this machine, or a Spark cluster that reads the files.
        spark_remote: Address of a Spark Connect server, ``sc://host:15002``.
        spark_master: Address of a Spark master instead, ``spark://host:7077`` or ``local[2]``.
        keep_raw: Whether the case keeps its records as they were read; reports are covered all the same.
    """

    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    metrics: tuple[str, ...] | None = None
    traces: tuple[str, ...] = ()
    start: Moment = None
    end: Moment = None
    last: str | None = None
    biz: int | None = None
    index_set: int | None = None
    hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    where: str = ""
    zone: str = ""
    language: Language | None = None
    max_records: int | None = None
    baseline: str | None = None
    max_bytes: int = 0
    max_seconds: float = 0.0
    log_format: str = ""
    engine: Engine = "local"
    spark_remote: str = ""
    spark_master: str = ""
    keep_raw: bool = False


@dataclass(frozen=True)
class Investigation:
    """
    A finished investigation: its findings, and the case file with every table behind them.

    Args:
        findings: Everything that was decided.
        case_path: The case file; removed with this object when no place was named for it.
        opened: Opens the case for reading; None: it is opened where it stands, each time anew.
    """

    findings: Findings
    case_path: Path
    temporary: bool = field(default=False, repr=False)
    opened: Callable[[], AbstractContextManager[Case]] | None = field(
        default=None, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.temporary:
            weakref.finalize(self, shutil.rmtree, self.case_path.parent, ignore_errors=True)

    def case(self) -> AbstractContextManager[Case]:
        """Return the case, open for reading, for one thread and one `with`."""
        opened = self.opened or (lambda: Assembly.open_case(self.case_path))
        return opened()

    def sql(self, statement: str) -> pa.Table:
        """Return the rows of one reading statement over the tables of the case, secrets covered."""
        with self.case() as case:
            return shown_rows(case, case.query(statement))

    def lines(self, problem: str | int, limit: int | None = None, offset: int = 0) -> Lines:
        """Return records behind the problem with that id or number, earliest first, after *offset*."""
        originals = Assembly.originals()
        with self.case() as case:
            return evidence_of(
                case, self.findings, originals, str(problem), limit=limit, offset=offset
            )

    def every_line(
        self,
        problem: str | int,
        limit: int | None = None,
        offset: int = 0,
        *,
        settings: Settings | None = None,
        progress: Progress | None = None,
    ) -> EveryLine:
        """
        Return every line behind the problem with that id or number, read again from the files, in their order.

        Args:
            problem: Its id or number.
            limit: How many lines at most; None: all of them.
            offset: How many lines are passed over.
            settings: What further formats come from; None: the settings of the usual places.
            progress: Hears how far it is.

        Raises:
            CaseError: If the case was not made of files that can be read again.
        """
        settings = load_settings(None, os.environ, Path()) if settings is None else settings
        again = Assembly(settings).again(progress or _Silent())
        with self.case() as case:
            return EveryLine(case, self.findings, again, str(problem), limit=limit, offset=offset)

    def line_page(
        self, problem: str | int, choice: Choice | None = None, offset: int = 0, limit: int = 50
    ) -> LinePage:
        """Return some lines of the problem with that id or number, and how many fit *choice*."""
        with self.case() as case:
            return page_of(
                case,
                self.findings,
                Assembly.kept_lines(case),
                Assembly.originals(),
                str(problem),
                choice=choice or Choice(),
                offset=offset,
                limit=limit,
            )

    def around(self, locator: str, before: int = 5, after: int = 5) -> Surroundings:
        """Return the line at *locator* with the lines before and after it."""
        with self.case() as case:
            kept, originals = Assembly.kept_lines(case), Assembly.originals()
            return around(case, kept, originals, locator, before=before, after=after)

    def render(
        self,
        kind: Format = "md",
        language: Language | None = None,
        zone: str | None = None,
        *,
        width: int = 100,
        colour: bool = False,
        told: Report | None = None,
    ) -> bytes:
        """
        Return the report as bytes.

        Args:
            kind: What it is written as.
            language: None: the one it was asked in.
            zone: IANA name; None: the one it was asked in.
            width: Columns of the terminal, for ``terminal``.
            colour: Whether colour may be written, for ``terminal``.
            told: What `told` returned, where several formats are wanted; language and zone are its own then.
        """
        return b"".join(self.pieces(kind, language, zone, width=width, colour=colour, told=told))

    def told(self, language: Language | None = None, zone: str | None = None) -> Report:
        """
        Return the whole report before it is written as anything, to write it as several things.

        Args:
            language: None: the one it was asked in.
            zone: IANA name; None: the one it was asked in.
        """
        return report(self.findings, language, find_zone(zone).key if zone else None)

    def pieces(
        self,
        kind: Format = "md",
        language: Language | None = None,
        zone: str | None = None,
        *,
        width: int = 100,
        colour: bool = False,
        told: Report | None = None,
    ) -> Iterator[bytes]:
        """Yield what `render` returns, in pieces: the JSON of 20,000 problems is 90 MB."""
        if told is None or kind in _EXTENTS:
            there = find_zone(zone).key if zone else None
            told = report(self.findings, language, there, _EXTENTS.get(kind, "whole"))
        renderer = Assembly.renderer(kind, width, colour=colour)
        if isinstance(renderer, PiecewiseRenderer):
            yield from renderer.pieces(told)
        else:
            yield renderer.render(told)

    def digest(self, language: Language | None = None, zone: str | None = None) -> Digest:
        """
        Return what a message says of it.

        Args:
            language: None: the one it was asked in.
            zone: IANA name; None: the one it was asked in.
        """
        there = find_zone(zone).key if zone else None
        return told_digest(self.findings, language or self.findings.question.language, there)

    def write(
        self,
        folder: str | os.PathLike[str],
        language: Language | None = None,
        *,
        told: Report | None = None,
    ) -> tuple[Path, ...]:
        """
        Write the report in every file format into *folder* and return the paths.

        Args:
            folder: Where; it is made where it is missing.
            language: None: the one it was asked in.
            told: What `told` returned, where more is made of it; the language is its own then.

        Raises:
            OSError: If a file cannot be written; one that was there before stays as it was.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        written = []
        told = told or self.told(language)
        for kind, name in REPORT_FILES:
            write_whole(place / name, self.pieces(kind, told=told))
            written.append(place / name)
        return tuple(written)

    def exit_code(self, fail_on: Priority | None = None) -> int:
        """Return 4 when a problem is at or above *fail_on*, else 3 when a source was incomplete, else 0."""
        if fail_on is not None:
            bad = _PRIORITIES[: _PRIORITIES.index(fail_on) + 1]
            if any(problem.priority in bad for problem in self.findings.problems):
                return 4
        return 3 if self.findings.coverage.incomplete else 0


@dataclass(frozen=True, slots=True)
class Preparation:
    """What will be asked of whom; made before anything is read."""

    inquiry: Inquiry
    assembly: Assembly
    files: tuple[str, ...]
    sources: tuple[str, ...]
    metrics: tuple[str, ...]
    traces: tuple[str, ...] = ()
    held: Held | None = None

    @property
    def window(self) -> Window | None:
        """The resolved window; None: the whole of the files."""
        return self.inquiry.window


def prepare(
    asked: Asked,
    *,
    settings: Settings | None = None,
    now: datetime | None = None,
    environ: Mapping[str, str] | None = None,
    command: str = "",
) -> Preparation:
    """
    Resolve names, window, zone and language.

    Args:
        asked: What is asked.
        settings: None: the settings of the usual places.
        now: What ``now`` means; None: the clock.
        environ: Where language and zone come from when nobody set them; None: the environment.
        command: The command line that asks the same; "": made from *asked*.

    Raises:
        UsageError: If a time, a zone or a name cannot be understood.
    """
    environ = os.environ if environ is None else environ
    settings = load_settings(None, environ, Path()) if settings is None else settings
    assembly = Assembly(settings, _spark(asked), asked.log_format)
    # The same files in another order are the same question, and get the same bytes.
    metrics = None if asked.metrics is None else tuple(sorted(asked.metrics))
    asked = replace(
        asked,
        files=tuple(sorted(asked.files)),
        metrics=metrics,
        traces=tuple(sorted(asked.traces)),
    )
    zone = find_zone(asked.zone or zone_of(settings, environ)).key
    now = now or datetime.now(UTC)
    window = resolve_window(_words(asked.start), _words(asked.end), asked.last, zone, now)
    baseline = resolve_baseline(asked.baseline, window, zone, now)
    sources = assembly.chosen_logs(asked.files, asked.sources)
    if window is None:
        assembly.refuse_without_window(sources)
    assembly.refuse_far_from_files(sources)
    metrics = assembly.chosen_metrics(asked.metrics, sources)
    scope = assembly.scope(
        Scope(asked.biz, asked.index_set, "", asked.hosts, asked.services, asked.where), sources
    )
    asked = replace(asked, zone=zone, sources=sources, metrics=metrics)
    inquiry = Inquiry(
        window=window,
        scope=scope,
        zone=zone,
        language=asked.language or language_of(settings, environ),
        inputs=(*map(readable, asked.files), *sources),
        max_records=asked.max_records or assembly.budget(sources),
        commands=(readable(command or _command(asked, window)),),
        baseline=baseline,
        baseline_choice=asked.baseline or "",
        max_bytes=asked.max_bytes,
        max_seconds=asked.max_seconds,
        limits=assembly.limits(sources, asked.max_records, asked.max_bytes, asked.max_seconds),
        clock=time.monotonic,
        redaction=settings.redaction,
        keep_raw=asked.keep_raw,
    )
    return Preparation(inquiry, assembly, asked.files, sources, metrics, asked.traces)


def carry_out(
    prepared: Preparation,
    *,
    case: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] = never,
) -> Investigation:
    """
    Read, analyse and keep.

    Args:
        prepared: What `prepare` made.
        case: Where the case file goes, replacing one that is there; None: a temporary place.
        progress: Hears how far it is.
        stop: Whether to read no further; what was read by then is reported, and said to be a part.

    Raises:
        PaichaError: If it cannot be done; no half-written case file stays.
    """
    place = Path(tempfile.mkdtemp(prefix="paicha-")) / CASE_FILE if case is None else Path(case)
    inquiry = replace(prepared.inquiry, stop=stop)
    workshop = prepared.assembly.workshop(
        prepared.files,
        prepared.sources,
        prepared.metrics,
        inquiry,
        progress or _Silent(),
        held=prepared.held,
        traces=prepared.traces,
    )
    with Assembly.new_case(place) as store:
        findings = run(inquiry, workshop, store, prepared.held)
    return Investigation(findings, place, temporary=case is None)


def investigate(
    *files: str | os.PathLike[str],
    source: str | Sequence[str] = (),
    metrics: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    traces: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = (),
    start: Moment = None,
    end: Moment = None,
    last: str | None = None,
    biz: int | None = None,
    index_set: int | None = None,
    host: str | Sequence[str] = (),
    service: str | Sequence[str] = (),
    where: str = "",
    zone: str = "",
    language: Language | None = None,
    max_records: int | None = None,
    baseline: str | None = None,
    max_bytes: int = 0,
    max_seconds: float = 0.0,
    log_format: str = "",
    engine: Engine = "local",
    spark_remote: str = "",
    spark_master: str = "",
    keep_raw: bool = False,
    case: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Investigation:
    """
    Investigate log files or a named source over a window, and return what was found.

    Arguments mean what they mean to `Asked`; *case* is where the case file is kept, *settings* come
    from the usual places when None, *now* from the clock.

    Raises:
        PaichaError: With what happened, the facts, and one thing to try.
    """
    asked = Asked(
        files=tuple(os.fspath(file) for file in files),
        sources=_several(source),
        metrics=None if metrics is None else _several(metrics),
        traces=_several(traces),
        start=start,
        end=end,
        last=last,
        biz=biz,
        index_set=index_set,
        hosts=_several(host),
        services=_several(service),
        where=where,
        zone=zone,
        language=language,
        max_records=max_records,
        baseline=baseline,
        max_bytes=max_bytes,
        max_seconds=max_seconds,
        log_format=log_format,
        engine=engine,
        spark_remote=spark_remote,
        spark_master=spark_master,
        keep_raw=keep_raw,
    )
    return carry_out(prepare(asked, settings=settings, now=now), case=case, progress=progress)


def prepare_extension(
    case: str | os.PathLike[str],
    files: Sequence[str],
    *,
    metrics: Sequence[str] = (),
    settings: Settings | None = None,
    language: Language | None = None,
) -> Preparation:
    """
    Return how a kept case goes on: with the files it has not read, and with *files*.

    Args:
        case: The case file; `carry_out` may write to the same place.
        files: Further log files; those in the case already are passed over.
        metrics: Metric sources or files to read anew; none: the series of the case stay.
        settings: None: the settings of the usual places.
        language: None: the one it was asked in.

    Raises:
        CaseError: If nothing can be added to it.
    """
    settings = load_settings(None, os.environ, Path()) if settings is None else settings
    assembly = Assembly(settings)
    extension = extension_of(Path(case), files, assembly.configuration)
    assembly = Assembly(settings, log_format=extension.log_format)
    question = extension.question
    asked = Asked(
        files=extension.inputs,
        metrics=tuple(metrics) or None,
        hosts=question.scope.hosts,
        services=question.scope.services,
        where=question.scope.where,
        zone=question.zone,
        log_format=extension.log_format,
        baseline=question.baseline_choice or None,
    )
    command = _command(asked, question.window if question.asked_window else None)
    inquiry = extension.inquiry(language, (readable(command),))
    inquiry = replace(inquiry, redaction=settings.redaction)
    return Preparation(
        inquiry, assembly, extension.files, (), tuple(sorted(metrics)), held=extension.held
    )


def extend(
    case: str | os.PathLike[str],
    *files: str | os.PathLike[str],
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Investigation:
    """
    Add log files to a kept case, or read on where its reading was stopped.

    Its tables become what one investigation of all the files gives.

    Raises:
        PaichaError: If it cannot be done; the case stays as it was.
    """
    prepared = prepare_extension(case, [os.fspath(file) for file in files], settings=settings)
    return carry_out(prepared, case=case, progress=progress)


def demo(
    *,
    language: Language | None = None,
    case: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Investigation:
    """Investigate the built-in reference scenario: 15 minutes of an incident on one host."""
    return carry_out(prepare_demo(language), case=case, progress=progress)


def prepare_demo(language: Language | None = None, folder: Path | None = None) -> Preparation:
    """
    Return what `demo` will ask; the same on every machine, whatever its settings say.

    Args:
        language: None: the environment's.
        folder: Where the scenario's two files are copied to first, so that the report names lines
            of files beside it; None: they are read where they are.
    """
    asked = Assembly.demo_question()
    log, metrics = asked.log, asked.metrics
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        log, metrics = (Path(shutil.copyfile(file, folder / file.name)) for file in (log, metrics))
    asked_now = Asked(
        files=(os.fspath(log),),
        metrics=(os.fspath(metrics),),
        start=asked.start,
        end=asked.end,
        biz=asked.biz,
        index_set=asked.index_set,
        hosts=(asked.host,),
        zone=asked.zone,
        baseline="none",
        language=language or language_of(Settings.empty(), os.environ),
    )
    return prepare(asked_now, settings=Settings.empty(), command="paicha demo")


def open_case(path: str | os.PathLike[str]) -> Investigation:
    """
    Return an investigation that was kept.

    Raises:
        CaseError: If there is none at *path*, or it cannot be read.
    """
    place = Path(path)
    with Assembly.open_case(place) as case:
        return Investigation(case.get_findings(), place)


def render(found: Investigation, kind: Format = "md", language: Language | None = None) -> bytes:
    """Return the report of *found* as bytes."""
    return found.render(kind, language)


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """
    Write *data*, which may come in pieces, to *path*, or nothing: a full disk leaves no half report under its name.

    What is no plain file (``/dev/stdout``, a pipe) is written to as it is.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            file.writelines(pieces)
        return
    place = path.resolve()
    unfinished = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(pieces)
        unfinished.replace(place)
    except OSError as err:
        err.filename = os.fspath(path)  # the reader knows the file by its own name
        raise
    finally:
        unfinished.unlink(missing_ok=True)  # gone already where it got its real name


def _spark(asked: Asked) -> SparkAddress | None:
    """Return which Spark is to count; None: this machine."""
    if asked.engine == "spark":
        if not asked.spark_remote and not asked.spark_master:
            raise UsageError("engine.no_address")
        if asked.spark_remote and asked.spark_master:
            raise UsageError("engine.two_addresses")
        from paicha.engines.spark import SparkAddress  # noqa: PLC0415 - few runs need it

        return SparkAddress(asked.spark_remote, asked.spark_master)
    for option in ("spark_remote", "spark_master"):
        if getattr(asked, option):
            raise UsageError("engine.no_engine", option=f"--{option.replace('_', '-')}")
    return None


def _several(value: object) -> tuple[str, ...]:
    if isinstance(value, str | os.PathLike):
        return (os.fspath(value),)
    return tuple(os.fspath(part) for part in value)  # type: ignore[attr-defined]


def _words(moment: Moment) -> str | None:
    return moment.isoformat() if isinstance(moment, datetime) else moment


def _command(asked: Asked, window: Window | None) -> str:
    """Return the command line that asks the same again, its window spelled out."""
    words = ["paicha", "investigate", *asked.files]
    options: list[tuple[str, object]] = [("--source", name) for name in asked.sources]
    options += [("--metrics", name) for name in asked.metrics or ()]
    options += [("--traces", file) for file in asked.traces]
    if window is not None:
        options += [("--from", _stamp(window.start)), ("--to", _stamp(window.end))]
    options += [("--biz", asked.biz), ("--index-set", asked.index_set)]
    options += [("--host", host) for host in asked.hosts]
    options += [("--service", service) for service in asked.services]
    options += [("--where", asked.where or None), ("--max-records", asked.max_records)]
    options += [("--max-bytes", asked.max_bytes or None)]
    options += [("--timeout", f"{asked.max_seconds:g}s" if asked.max_seconds else None)]
    options += [("--baseline", asked.baseline), ("--tz", asked.zone)]
    options += [("--log-format", asked.log_format or None)]
    options += _engine_options(asked)
    for name, value in options:
        if value is not None:
            words += [name, str(value)]
    words += ["--keep-raw"] if asked.keep_raw else []
    return shlex.join(words)


def _engine_options(asked: Asked) -> list[tuple[str, object]]:
    address = _spark(asked)
    if address is None:
        return []
    return [("--engine", "spark"), (f"--spark-{address.kind}", address.shown)]


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


__all__ = [
    "Asked",
    "Investigation",
    "carry_out",
    "demo",
    "extend",
    "investigate",
    "open_case",
    "prepare",
    "render",
]
