"""Which concrete class fulfils which port, made from the settings."""

from __future__ import annotations

import difflib
import hashlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from paicha.app.held import Held
from paicha.app.inquiry import Inquiry, Workshop
from paicha.app.report import report
from paicha.app.rereading import Again
from paicha.engines.local import LocalEngine
from paicha.errors import CaseError, ConfigError, QuestionError, UsageError
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial
from paicha.kernel.normalise import LineReader
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.metrics_loader import load_concepts
from paicha.knowledge.problems_loader import load_problems
from paicha.knowledge.stacks_loader import load_stacks
from paicha.locales import readable
from paicha.model.explanation import FileExplanation
from paicha.model.findings import Findings
from paicha.model.knowledge import Knowledge, LogFormat
from paicha.model.question import Limits, Scope
from paicha.model.reading import ReadFile
from paicha.ports import ChatModel, LogSource, MetricSource, Progress, Renderer, TraceSource
from paicha.renderers.html import HtmlRenderer
from paicha.renderers.json import JsonRenderer
from paicha.renderers.markdown import MarkdownRenderer
from paicha.renderers.terminal import TerminalRenderer
from paicha.sources.files.originals import FileOriginals
from paicha.sources.files.source import FileSource
from paicha.sources.metric_files import MetricFileSource
from paicha.stores.case import Case
from paicha.stores.lines import CaseLines
from paicha.stores.records import CaseRecords
from paicha.values import dataclass
from paicha.wiring.settings import (
    LOG_TYPES,
    METRIC_TYPES,
    SOURCE_TYPES,
    BluekingLogsSettings,
    BluekingMetricsSettings,
    BluekingSettings,
    ChatModelSettings,
    FilesSettings,
    MetricFilesSettings,
    PrometheusSettings,
    Settings,
    SourceSettings,
    WebLogSettings,
    WebSettings,
)

# What only some runs need (stores behind HTTP, audits, traces) is imported where it is made: a report of files
# from a cold start takes a third less for it.
if TYPE_CHECKING:
    from paicha.app.audit import AuditDesk
    from paicha.engines.spark import SparkAddress
    from paicha.sources.blueking.gateway import Gateway

#: Says on the command line that no metrics are wanted, whatever the settings name.
NO_METRICS = "none"


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """What the built-in scenario is about."""

    log: Path
    metrics: Path
    start: str = "2025-12-19T10:32:32+08:00"
    end: str = "2025-12-19T10:47:32+08:00"
    biz: int = 2
    index_set: int = 2545
    host: str = "30.189.38.149"
    zone: str = "Asia/Shanghai"


class Assembly:
    """
    Makes sources, engine, knowledge, cases and renderers.

    Args:
        settings: Everything that was set.
        spark: Which Spark reads the files; None: this machine does.
        log_format: The format that the lines of files are in; "": each line tells, or the settings do.

    Raises:
        UsageError: If there is no such format.
    """

    def __init__(
        self, settings: Settings, spark: SparkAddress | None = None, log_format: str = ""
    ) -> None:
        self.settings = settings
        self.spark = spark
        self.log_format = log_format
        if log_format:
            refuse_unknown_format(log_format, self.knowledge().formats)

    # Which sources

    def chosen_logs(self, files: Sequence[str], named: Sequence[str]) -> tuple[str, ...]:
        """
        Return the log sources to read: those named, else the settings', else the only one there is.

        Raises:
            UsageError: If nothing says what to read, or a name is no log source.
        """
        names = tuple(named)
        if not files and not names:
            names = self.settings.general.logs or self._only(LOG_TYPES)
        if not files and not names:
            known = ", ".join(self._names(LOG_TYPES))
            raise UsageError("cli.nothing_to_read", known=known or "-")
        for name in names:
            self._wanted(name, LOG_TYPES, "logs")
        return names

    def budget(self, log_sources: Sequence[str]) -> int:
        """
        Return how many records to read whole where nobody said: of a store as many as the settings
        say (it can count the rest), of files all (they are read in bounded memory).
        """
        files = all(isinstance(self.settings.source(name), FilesSettings) for name in log_sources)
        return sys.maxsize if files else self.settings.general.max_records

    def limits(
        self,
        log_sources: Sequence[str],
        max_records: int | None,
        max_bytes: int,
        max_seconds: float,
    ) -> Mapping[str, Limits]:
        """
        Return what reading may cost of those sources whose settings say so.

        Args:
            log_sources: Names of sources.
            max_records: What was asked for now, which goes first; None: nothing was.
            max_bytes: Likewise; 0: nothing was.
            max_seconds: Likewise [s].
        """
        found: dict[str, Limits] = {}
        for name in log_sources:
            source = self.settings.source(name)
            if isinstance(source, WebLogSettings | BluekingLogsSettings):
                found[name] = Limits(
                    max_records or source.max_records or self.budget([name]),
                    max_bytes or source.max_bytes,
                    max_seconds or source.max_seconds,
                )
        return found

    def chosen_metrics(
        self, named: Sequence[str] | None, log_sources: Sequence[str]
    ) -> tuple[str, ...]:
        """
        Return the metric sources and metric files to read.

        Named ones; else the settings'; else, where the logs come from a store, the only metric source
        of its kind: BlueKing's for BlueKing's, one that speaks Prometheus' query API for the others.

        Raises:
            UsageError: If a name is neither a metric source nor a file.
        """
        if named is None:
            if self.settings.general.metrics:
                return self.settings.general.metrics if log_sources else ()
            return self._usual_metrics([self.settings.source(name) for name in log_sources])
        names = tuple(name for name in named if name != NO_METRICS)
        for name in names:
            if self.settings.source(name) is not None:
                self._wanted(name, METRIC_TYPES, "metrics")
            elif not Path(name).exists():
                known = ", ".join(self._names(METRIC_TYPES))
                raise UsageError("cli.no_such_metrics", name=name, known=known or "-")
        return names

    def _usual_metrics(self, logs: Sequence[SourceSettings | None]) -> tuple[str, ...]:
        if any(isinstance(source, BluekingLogsSettings) for source in logs):
            return self._only((BluekingMetricsSettings,))
        if any(isinstance(source, WebSettings) for source in logs):
            return self._only((PrometheusSettings,))
        return ()

    def refuse_without_window(self, sources: Sequence[str]) -> None:
        """
        Do nothing when every source can say by itself which time it holds.

        Raises:
            QuestionError: If one cannot: only files have a first and a last line.
        """
        for name in sources:
            if not isinstance(self.settings.source(name), FilesSettings):
                raise QuestionError("cli.window_needed", source=name)

    def refuse_far_from_files(self, sources: Sequence[str]) -> None:
        """
        Do nothing when what is read can be read where it is to be counted.

        Raises:
            UsageError: If Spark is to read what is no files.
        """
        for name in sources if self.spark is not None else ():
            if not isinstance(self.settings.source(name), FilesSettings):
                raise UsageError("engine.files_only", source=name)

    def scope(self, scope: Scope, sources: Sequence[str]) -> Scope:
        """Return *scope* with the business and index set of the first BlueKing source filled in."""
        for name in sources:
            source = self.settings.source(name)
            if isinstance(source, BluekingLogsSettings):
                biz = scope.bk_biz_id if scope.bk_biz_id is not None else source.bk_biz_id or None
                index_set = scope.index_set_id or source.index_set_id or None
                return replace(scope, bk_biz_id=biz, index_set_id=index_set)
        return scope

    def _names(self, kinds: tuple[type[SourceSettings], ...]) -> tuple[str, ...]:
        return tuple(source.name for source in self.settings.sources if isinstance(source, kinds))

    def _only(self, kinds: tuple[type[SourceSettings], ...]) -> tuple[str, ...]:
        names = self._names(kinds)
        return names if len(names) == 1 else ()

    def _wanted(
        self, name: str, kinds: tuple[type[SourceSettings], ...], wanted: str
    ) -> SourceSettings:
        source = self.settings.source(name)
        if source is None:
            known = ", ".join(known.name for known in self.settings.sources)
            raise ConfigError("config.no_source", name=name, known=known or "-")
        if not isinstance(source, kinds):
            raise ConfigError("config.wrong_kind", name=name, kind=kind_of(source), wanted=wanted)
        return source

    # Making them

    def log_source(self, name: str, zone: str) -> LogSource:
        """Return the log source called *name*; *zone* reads times that name none."""
        source = self._wanted(name, LOG_TYPES, "logs")
        if isinstance(source, FilesSettings):
            return self.log_files(self._matching(source.paths), name, log_format=source.log_format)
        if isinstance(source, WebLogSettings):
            from paicha.wiring import web_stores  # noqa: PLC0415 - see above

            lines = LineReader(self.knowledge().formats, zone)
            return web_stores.web_logs(source, lines, self.settings.folder)
        assert isinstance(source, BluekingLogsSettings)
        from paicha.sources.blueking import BluekingLogs  # noqa: PLC0415 - see above

        return BluekingLogs(
            gateway=_gateway(source),
            name=name,
            bk_biz_id=source.bk_biz_id or None,
            index_set_id=source.index_set_id or None,
            line_reader=LineReader(self.knowledge().formats, zone),
        )

    def log_files(
        self,
        paths: Sequence[str],
        name: str = "files",
        *,
        log_format: str = "",
        known: Sequence[ReadFile] = (),
        wanted: Callable[[Partial], bool] | None = None,
    ) -> LogSource:
        """
        Return a source that reads *paths* but for what is *known* from an earlier reading.

        Args:
            paths: Files, folders, patterns.
            name: The source's name.
            log_format: The format its lines are in, where nobody asked for another; "": each line tells.
            known: What an earlier reading read whole.
            wanted: Whether one of some records, which were summed up, is looked for; None: all are.

        Raises:
            UsageError: If there is no such format.
        """
        formats = self.knowledge().formats
        only = self.log_format or log_format
        refuse_unknown_format(only, formats)
        make = partial(
            FileSource,
            formats=formats,
            name=name,
            stacks=load_stacks(),
            log_format=only,
            caps=self._caps,
        )
        if self.spark is not None:
            from paicha.engines.spark import SparkFiles  # noqa: PLC0415

            return SparkFiles(paths, self.spark, make, caps=self._caps, name=name)
        return make(tuple(Path(path) for path in paths), known=known, wanted=wanted)

    def explain_formats(self, path: Path, zone: str, log_format: str) -> FileExplanation:
        """
        Return which format took which lines of the file *path*.

        Raises:
            InputError: If the file cannot be read.
            UsageError: If there is no format called *log_format*.
        """
        formats = self.knowledge().formats
        refuse_unknown_format(log_format, formats)
        from paicha.sources.files.explaining import explain_file  # noqa: PLC0415 - see above

        return explain_file(path, formats, load_stacks(), zone, log_format)

    def metric_source(self, name: str, zone: str) -> MetricSource:
        """Return the metric source called *name*, or one that reads the file of that name."""
        source = self.settings.source(name)
        if source is None:
            return self.metric_files([name], name, "", zone)
        source = self._wanted(name, METRIC_TYPES, "metrics")
        if isinstance(source, MetricFilesSettings):
            return self.metric_files(self._matching(source.paths), name, source.host, zone)
        if isinstance(source, PrometheusSettings):
            from paicha.wiring import web_stores  # noqa: PLC0415 - see above

            return web_stores.prometheus(source, self.knowledge().concepts)
        assert isinstance(source, BluekingMetricsSettings)
        from paicha.sources.blueking import BluekingMetrics  # noqa: PLC0415 - see above

        return BluekingMetrics(
            gateway=_gateway(source),
            concepts=self.knowledge().concepts,
            name=name,
            bk_biz_id=source.bk_biz_id or None,
        )

    def metric_files(self, paths: Sequence[str], name: str, host: str, zone: str) -> MetricSource:
        """Return a source that reads *paths*; points without a host belong to *host*."""
        return MetricFileSource(
            tuple(Path(path) for path in paths),
            self.knowledge().concepts,
            name=readable(name),
            host=host,
            zone=zone,
        )

    def every_source(self, zone: str) -> tuple[LogSource | MetricSource, ...]:
        """Return all that is configured, by name."""
        return tuple(
            self.log_source(source.name, zone)
            if isinstance(source, LOG_TYPES)
            else self.metric_source(source.name, zone)
            for source in self.settings.sources
            if not isinstance(source, ChatModelSettings)
        )

    def chat_model(self, name: str) -> ChatModel:
        """
        Return the model called *name*; "": the only one there is.

        Raises:
            ConfigError: If there is none, or more than one and none was named.
        """
        models = [s for s in self.settings.sources if isinstance(s, ChatModelSettings)]
        known = ", ".join(source.name for source in models)
        chosen = [source for source in models if name in ("", source.name)]
        if not models:
            raise ConfigError("narrate.no_model")
        if not chosen:
            raise ConfigError("narrate.not_a_model", name=name, known=known)
        if len(chosen) > 1:
            raise ConfigError("narrate.which_model", known=known)
        from paicha.wiring import web_stores  # noqa: PLC0415 - see above

        return web_stores.chat_model(chosen[0])

    def workshop(
        self,
        files: Sequence[str],
        sources: Sequence[str],
        metrics: Sequence[str],
        inquiry: Inquiry,
        progress: Progress,
        *,
        held: Held | None = None,
        traces: Sequence[str] = (),
    ) -> Workshop:
        """Return everything that an investigation works with; series that are *held* are not read anew."""
        zone = inquiry.zone
        logs = [self.log_files(files, known=held.reading.whole if held else ())] if files else []
        series = held.series if held and not metrics else ()
        return Workshop(
            logs=(*logs, *(self.log_source(name, zone) for name in sources)),
            metrics=(*series, *(self.metric_source(name, zone) for name in metrics)),
            traces=_traces(traces),
            engine=LocalEngine(self.settings.general.workers, self._caps),
            knowledge=self.knowledge(),
            record_queries=CaseRecords,
            progress=progress,
            configuration=self.configuration,
            caps=self._caps,
        )

    def audit_desk(self) -> AuditDesk:
        """Return everything that an audit works with."""
        from paicha.app.audit import AuditDesk  # noqa: PLC0415 - see above
        from paicha.knowledge.audit_loader import load_audit_words  # noqa: PLC0415
        from paicha.stores.lookup import CaseLookup  # noqa: PLC0415

        return AuditDesk(load_audit_words(), self.knowledge(), CaseLookup, _markdown)

    @property
    def configuration(self) -> str:
        """Fingerprint of what decides how lines are read, and the format that was named by hand."""
        parts = (self.knowledge().fingerprint[:16], self.log_format)
        return "/".join(part for part in parts if part)

    @property
    def _caps(self) -> Caps:
        return replace(CAPS, units=self.settings.general.max_shapes)

    def knowledge(self) -> Knowledge:
        """Return the built-in knowledge and what the settings add to it."""
        return _knowledge(tuple(self.settings.folder / f for f in self.settings.general.knowledge))

    def _matching(self, patterns: Sequence[str]) -> tuple[str, ...]:
        found: list[str] = []
        for pattern in patterns:
            place = self.settings.folder / Path(pattern).expanduser()
            # A pattern without a match stays: its source says which file is missing.
            found += sorted(map(str, place.parent.glob(place.name))) or [str(place)]
        return tuple(found)

    # Cases, reports, the built-in scenario

    @staticmethod
    def new_case(path: Path) -> AbstractContextManager[Case]:
        """
        Return a new case that takes its place at *path* when all went well.

        Raises:
            CaseError: If it cannot be there.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            reason = err.strerror or str(err)
            raise CaseError("case.write_refused", path=path, reason=reason) from err
        return Case.create(path, overwrite=True)

    @staticmethod
    def open_case(path: Path) -> Case:
        """Return the case at *path*, for reading."""
        return Case.open(path)

    @staticmethod
    def kept_lines(case: Case) -> CaseLines:
        """Return what reads single records of *case*."""
        return CaseLines(case)

    @staticmethod
    def originals() -> FileOriginals:
        """Return what looks at the files that cases were made of."""
        return FileOriginals()

    def again(self, progress: Progress) -> Again:
        """Return how the files of a case are read again."""

        def source(file: ReadFile, log_format: str, wanted: Callable[[Partial], bool]) -> LogSource:
            return self.log_files([file.place], log_format=log_format, wanted=wanted)

        return Again(source, self.originals(), self.configuration, progress)

    @staticmethod
    def renderer(kind: str, width: int = 100, *, colour: bool = False) -> Renderer:
        """Return what writes a report as *kind*; width [columns] and colour are the terminal's."""
        return TerminalRenderer(width, colour) if kind == "terminal" else _RENDERERS[kind]()

    @staticmethod
    def demo_question() -> DemoQuestion:
        """Return what the built-in scenario is about, and where its files are."""
        folder = scenario_folder()
        return DemoQuestion(folder / "app.log", folder / "metrics.json")


def _chat() -> Renderer:
    from paicha.renderers.chat import ChatRenderer  # noqa: PLC0415 - see above

    return ChatRenderer()


def _traces(files: Sequence[str]) -> tuple[TraceSource, ...]:
    if not files:
        return ()
    from paicha.sources.trace_files import TraceFileSource  # noqa: PLC0415 - see above

    return (TraceFileSource(tuple(map(Path, files))),)


_RENDERERS: dict[str, Callable[[], Renderer]] = {
    "md": MarkdownRenderer,
    "html": HtmlRenderer,
    "json": JsonRenderer,
    "chat": _chat,
    "page": MarkdownRenderer,
}


def _markdown(findings: Findings, language: str, zone: str) -> str:
    told = report(findings, "zh" if language == "zh" else "en", zone)
    return MarkdownRenderer().render(told).decode()


def kind_of(source: SourceSettings) -> str:
    """Return what ``type = "…"`` says of *source*."""
    return next(name for name, kind in SOURCE_TYPES.items() if kind is type(source))


def scenario_folder() -> Path:
    """Return the folder of the built-in reference scenario."""
    return Path(os.fspath(resources.files("paicha") / "testing" / "scenario"))  # type: ignore[call-overload]


def _gateway(source: BluekingSettings) -> Gateway:
    from paicha.sources.blueking.gateway import Credentials, Gateway  # noqa: PLC0415 - see above

    return Gateway(
        credentials=Credentials(
            app_code=source.bk_app_code,
            app_secret=source.bk_app_secret.reveal(),
            username=source.bk_username,
            bk_token=source.bk_token.reveal(),
            bk_ticket=source.bk_ticket.reveal(),
            access_token=source.access_token.reveal(),
        ),
        monitor_url=source.monitor_url,
        log_url=source.log_url,
        cmdb_url=source.cmdb_url,
        road="app" if source.identity == "app" else "mcp",
        tenant_id=source.tenant_id,
        timeout_s=source.timeout_s,
        attempts=source.attempts,
        requests_per_second=source.requests_per_second or None,
        verify=source.ca_file or True,
    )


@cache
def _knowledge(folders: tuple[Path, ...]) -> Knowledge:
    problems = load_problems(_parts(folders, "problems"))
    concepts = load_concepts(_parts(folders, "metrics"))
    formats = load_formats(_parts(folders, "formats"))
    content = repr((problems, concepts, formats)).encode()
    return Knowledge(problems, concepts, formats, hashlib.sha256(content).hexdigest())


def _parts(folders: Sequence[Path], part: str) -> tuple[Path, ...]:
    """Return the folders named *part* inside *folders*; one that is missing altogether stays named."""
    return tuple(
        folder / part for folder in folders if (folder / part).is_dir() or not folder.is_dir()
    )


def refuse_unknown_format(name: str, known: Sequence[LogFormat]) -> None:
    """
    Refuse a name that no log format has.

    Raises:
        UsageError: Naming those that look like it.
    """
    names = sorted(entry.name for entry in known)
    if name and name not in names:
        near = difflib.get_close_matches(name, names, 5, 0.4)
        raise UsageError("files.unknown_format", name=name, near=", ".join(near) or "-")
