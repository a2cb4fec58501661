"""Which concrete class fulfils which port, made from the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from paicha.app.doctor import Patient
from paicha.app.held import Held
from paicha.app.inquiry import Inquiry, Workshop
from paicha.app.rereading import Again
from paicha.engines.local import LocalEngine
from paicha.errors import CaseError
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial
from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.knowledge.stacks_loader import load_stacks
from paicha.locales import readable
from paicha.model.explanation import FileExplanation
from paicha.model.knowledge import Knowledge, LogFormat
from paicha.model.reading import ReadFile
from paicha.ports import ChatModel, LogSource, MetricSource, Progress, Renderer, TraceSource
from paicha.sources.files.originals import FileOriginals
from paicha.sources.files.source import FileSource
from paicha.sources.metric_files import MetricFileSource
from paicha.stores.case import Case
from paicha.stores.lines import CaseLines
from paicha.stores.records import CaseRecords
from paicha.wiring.built_knowledge import (
    fingerprint_of,
    formats_of,
    knowledge_of,
    refuse_unknown_format,
)
from paicha.wiring.choosing import Choices
from paicha.wiring.folders import Beside, in_folders, may_be_table, tables_beside
from paicha.wiring.scenario import DemoQuestion, demo_question
from paicha.wiring.settings import (
    LOG_TYPES,
    METRIC_TYPES,
    BluekingLogsSettings,
    BluekingMetricsSettings,
    ChatModelSettings,
    FilesSettings,
    MetricFilesSettings,
    PrometheusSettings,
    Settings,
    WebLogSettings,
)

# What only some runs need (stores behind HTTP, audits, traces) is imported where it is made: a report of files
# from a cold start takes a third less for it.
if TYPE_CHECKING:
    from paicha.app.audit import AuditDesk
    from paicha.engines.spark import SparkAddress


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
        self.choices = Choices(settings)
        self.spark = spark
        self.log_format = log_format
        if log_format:
            refuse_unknown_format(log_format, self.formats())

    def log_source(self, name: str, zone: str) -> LogSource:
        """Return the log source called *name*; *zone* reads times that name none."""
        source = self.choices.wanted(name, LOG_TYPES, "logs")
        if isinstance(source, FilesSettings):
            return self.log_files(
                self.choices.matching(source.paths), name, log_format=source.log_format
            )
        if isinstance(source, WebLogSettings):
            from paicha.wiring import web_stores  # noqa: PLC0415 - see above

            lines = LineReader(self.formats(), zone)
            return web_stores.web_logs(source, lines, self.settings.folder)
        assert isinstance(source, BluekingLogsSettings)
        from paicha.wiring import blueking_stores  # noqa: PLC0415 - see above

        return blueking_stores.blueking_logs(source, LineReader(self.formats(), zone))

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
        formats = self.formats()
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
        formats = self.formats()
        refuse_unknown_format(log_format, formats)
        from paicha.sources.files.explaining import explain_file  # noqa: PLC0415 - see above

        return explain_file(path, formats, load_stacks(), zone, log_format)

    def metric_source(self, name: str, zone: str) -> MetricSource:
        """Return the metric source called *name*, or one that reads the file of that name."""
        source = self.settings.source(name)
        if source is None:
            return self.metric_files([name], name, "", zone)
        source = self.choices.wanted(name, METRIC_TYPES, "metrics")
        if isinstance(source, MetricFilesSettings):
            return self.metric_files(self.choices.matching(source.paths), name, source.host, zone)
        if isinstance(source, PrometheusSettings):
            from paicha.wiring import web_stores  # noqa: PLC0415 - see above

            return web_stores.prometheus(source, self.knowledge().concepts)
        assert isinstance(source, BluekingMetricsSettings)
        from paicha.wiring import blueking_stores  # noqa: PLC0415 - see above

        return blueking_stores.blueking_metrics(source, self.knowledge().concepts)

    def metric_files(self, paths: Sequence[str], name: str, host: str, zone: str) -> MetricSource:
        """Return a source that reads *paths*, files or folders; points without a host belong to *host*."""
        files, found = in_folders(paths)
        return MetricFileSource(
            files,
            self.knowledge().concepts,
            name=readable(name),
            host=host,
            zone=zone,
            found=found,
        )

    def tables_beside(self, files: Sequence[str]) -> Beside:
        """Return where tables of metrics and of traces lie among *files* and in the folders among them."""
        if not any(may_be_table(name) for name in files):
            return Beside()
        return tables_beside(files, LineReader(self.formats(), "UTC").is_other_table)

    def _metrics(self, names: Sequence[str], zone: str) -> Iterator[MetricSource]:
        """Yield what reads *names*: the files among them are one source, so that they are judged together."""
        files = [name for name in names if self.settings.source(name) is None]
        if files:
            name = files[0] if len(files) == 1 else "metric_files"
            yield self.metric_files(files, name, "", zone)
        yield from (self.metric_source(name, zone) for name in names if name not in files)

    def every_source(self, zone: str) -> tuple[Patient, ...]:
        """Return all that is configured, each to be made by itself: the settings of one may be broken."""
        return tuple(
            Patient(source.name, partial(self.source, source.name, zone))
            for source in self.settings.sources
            if not isinstance(source, ChatModelSettings)
        )

    def source(self, name: str, zone: str) -> LogSource | MetricSource:
        """Return the source called *name*, of logs or of metrics."""
        if isinstance(self.settings.source(name), METRIC_TYPES):
            return self.metric_source(name, zone)
        return self.log_source(name, zone)

    def chat_model(self, name: str) -> ChatModel:
        """
        Return the model called *name*; "": the only one there is.

        Raises:
            ConfigError: If there is none, or more than one and none was named.
        """
        chosen = self.choices.chosen_chat_model(name)
        from paicha.wiring import web_stores  # noqa: PLC0415 - see above

        return web_stores.chat_model(chosen)

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
        if self._folders:  # a mistake in what settings add is said before anything is read
            self.knowledge()
        return Workshop(
            logs=(*logs, *(self.log_source(name, zone) for name in sources)),
            metrics=(*series, *self._metrics(metrics, zone)),
            traces=_traces(traces),
            engine=LocalEngine(self.settings.general.workers, self._caps),
            knowledge=self.knowledge,
            record_queries=CaseRecords,
            progress=progress,
            configuration=self.configuration,
            caps=self._caps,
            readers=lambda: (
                StackReader(load_stacks()),
                LineReader(self.formats(), zone).read_line,
            ),
        )

    def audit_desk(self) -> AuditDesk:
        """Return everything that an audit works with."""
        from paicha.app.audit import AuditDesk  # noqa: PLC0415 - see above
        from paicha.knowledge.audit_loader import load_audit_words  # noqa: PLC0415
        from paicha.stores.lookup import CaseLookup  # noqa: PLC0415
        from paicha.wiring.rendering import markdown  # noqa: PLC0415

        return AuditDesk(load_audit_words(), self.knowledge(), CaseLookup, markdown)

    @property
    def configuration(self) -> str:
        """Fingerprint of what decides how lines are read, and the format that was named by hand."""
        parts = (fingerprint_of(self._folders)[:16], self.log_format)
        return "/".join(part for part in parts if part)

    @property
    def _caps(self) -> Caps:
        return replace(CAPS, units=self.settings.general.max_shapes)

    def knowledge(self) -> Knowledge:
        """Return the built-in knowledge and what the settings add to it."""
        return knowledge_of(self._folders)

    def formats(self) -> tuple[LogFormat, ...]:
        """Return the log formats of it; with what settings add all is loaded, so that any mistake in it is said at once."""
        return self.knowledge().formats if self._folders else formats_of(())

    @property
    def _folders(self) -> tuple[Path, ...]:
        return tuple(self.settings.folder / f for f in self.settings.general.knowledge)

    # Cases, reports, the built-in scenario

    @staticmethod
    def new_case(path: Path) -> Case:
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
        from paicha.wiring.rendering import renderer_of  # noqa: PLC0415 - see above

        return renderer_of(kind, width, colour=colour)

    @staticmethod
    def demo_question() -> DemoQuestion:
        """Return what the built-in scenario is about, and where its files are."""
        return demo_question()


def _traces(files: Sequence[str]) -> tuple[TraceSource, ...]:
    if not files:
        return ()
    from paicha.sources.trace_files import TraceFileSource  # noqa: PLC0415 - see above

    paths, found = in_folders(files)
    return (TraceFileSource(paths, found=found),)
