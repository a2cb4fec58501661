"""From a question to who is asked what, before anything is read."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from paicha.app.end_of_data import end_of_data
from paicha.app.held import Held
from paicha.app.inquiry import Inquiry
from paicha.errors import CaseError, InputError, QuestionError, UsageError
from paicha.facade.question import Asked, Moment, command_of, spark_of
from paicha.kernel.baselines import resolve_baseline
from paicha.kernel.clocks import is_clock
from paicha.kernel.moments import resolve_window, wants_end_of_data
from paicha.kernel.times import find_zone
from paicha.locales import LANGUAGES, Language, readable
from paicha.model.question import Limits, Scope, Window
from paicha.values import dataclass
from paicha.wiring.assembly import Assembly
from paicha.wiring.choosing import Choices
from paicha.wiring.extending import extension_of
from paicha.wiring.reading import load_settings
from paicha.wiring.settings import BluekingLogsSettings, Settings
from paicha.wiring.surroundings import language_of, zone_of

_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Placed:
    """
    How a time of day without a day was understood: as the last one before *before*.

    Args:
        text: What was written.
        before: The end of the data, or now.
        of_data: Whether it is the end of the data.
    """

    text: str
    before: datetime
    of_data: bool


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
    placed: Placed | None = None

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
    _refuse_unreadable(asked)
    environ = os.environ if environ is None else environ
    settings = load_settings(None, environ, Path()) if settings is None else settings
    asked = of_page(asked, settings)
    assembly = Assembly(settings, spark_of(asked), asked.log_format)
    zone = find_zone(asked.zone or zone_of(settings, environ)).key
    now = now or datetime.now(UTC)
    start, end = _words(asked.start), _words(asked.end)
    placed = _placed(asked, assembly, zone, now)
    before = None if placed is None else placed.before
    window = resolve_window(start, end, asked.last, zone, now, end_of_data=before)
    baseline = resolve_baseline(asked.baseline, window, zone, now)
    asked = _named(replace(asked, zone=zone), assembly, window)
    inquiry = Inquiry(
        window=window,
        scope=_scope(asked, assembly.choices),
        zone=zone,
        language=asked.language or language_of(settings, environ),
        inputs=(*map(readable, asked.files), *asked.sources),
        max_records=asked.max_records or assembly.choices.budget(asked.sources),
        commands=(readable(command or command_of(asked, window)),),
        baseline=baseline,
        baseline_choice=asked.baseline or "",
        max_bytes=asked.max_bytes,
        max_seconds=asked.max_seconds,
        limits=_limits(asked, assembly.choices),
        clock=time.monotonic,
        redaction=settings.redaction,
        keep_raw=asked.keep_raw,
        now=now,
    )
    return Preparation(
        inquiry,
        assembly,
        asked.files,
        asked.sources,
        asked.metrics or (),
        asked.traces,
        placed=placed,
    )


def _refuse_unreadable(asked: Asked) -> None:
    """
    Do nothing where every name is one.

    Raises:
        UsageError: If a path is empty, as one from a variable that was not set, and would stand for the folder one
            is in; or the language is none of ours.
    """
    for kind in ("files", "metrics", "traces"):
        if "" in (getattr(asked, kind) or ()):
            raise UsageError("question.empty_path", kind=kind)
    if asked.language is not None and asked.language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UsageError("question.language", language=asked.language, known=known)


def of_page(asked: Asked, settings: Settings) -> Asked:
    """
    Return *asked* with what the address of a log platform's search asks for; what was said beside it counts.

    It may stand where files are named, alone, or in place of the filter.

    Raises:
        UsageError: If the address cannot be understood whole.
    """
    named = asked.files[0] if len(asked.files) == 1 else ""
    words = next((one for one in (named, asked.where.strip()) if one.startswith(_WEB)), "")
    if not words:
        return asked
    from paicha.sources.blueking.pasted import is_page, pasted  # noqa: PLC0415 - few runs need it

    if not is_page(words):
        return asked
    page = pasted(words)
    bases = [
        (source.name, source.page_url.rstrip("/"))
        for source in settings.sources
        if isinstance(source, BluekingLogsSettings) and source.page_url
    ]
    known = [name for name, base in bases if page.base.rstrip("/") == base]
    windowed = bool(asked.start or asked.end or asked.last)
    where = page.where if asked.where.strip() == words else asked.where or page.where
    return replace(
        asked,
        files=() if named == words else asked.files,
        sources=asked.sources or (tuple(known) if len(known) == 1 else ()),
        start=asked.start if windowed else page.start or None,
        end=asked.end if windowed else page.end or None,
        biz=page.biz if asked.biz is None else asked.biz,
        index_set=asked.index_set or page.index_set,
        hosts=asked.hosts or page.hosts,
        where=where,
        zone=asked.zone or page.zone,
    )


def _placed(asked: Asked, assembly: Assembly, zone: str, now: datetime) -> Placed | None:
    """
    Return what a time of day without a day is placed by; None where none needs it.

    Raises:
        UsageError: If the data would have to be read for it and can be read only once, or far away.
    """
    start, end = _words(asked.start), _words(asked.end)
    if not wants_end_of_data(start, end, asked.last):
        return None
    text = start if is_clock(start) else end
    assert text is not None
    text = text.strip()
    if not asked.files or asked.sources:
        return Placed(text, now, of_data=False)
    if assembly.spark is not None or "-" in asked.files:
        day = now.astimezone(find_zone(zone)).date()
        raise UsageError("question.clock", text=text, example=f"{day} {text}")
    found = end_of_data(assembly.log_files(tuple(sorted(asked.files))), zone)
    return Placed(text, found or now, of_data=found is not None)


def _named(asked: Asked, assembly: Assembly, window: Window | None) -> Asked:
    """
    Return *asked* with every source and metric source by name, and its files in order.

    Raises:
        UsageError: If one is not there, or cannot be read that way.
    """
    choices = assembly.choices
    sources = choices.chosen_logs(asked.files, asked.sources)
    if window is None:
        choices.refuse_without_window(sources)
    if assembly.spark is not None:
        choices.refuse_far_from_files(sources)
    # The same files in another order are the same question, and get the same bytes.
    metrics = None if asked.metrics is None else tuple(sorted(asked.metrics))
    chosen = choices.chosen_metrics(metrics, sources)
    # Who names metrics or traces says which; who names neither wants what lies in the folder.
    silent = asked.metrics is None and not asked.traces and not chosen
    beside = assembly.tables_beside(asked.files if silent and not asked.log_format else ())
    files = tuple(sorted(name for name in asked.files if name not in beside.named))
    if beside.named and not files and not sources:
        raise InputError("files.only_tables", path=min(beside.named))
    return replace(
        asked,
        files=files,
        sources=sources,
        metrics=chosen or beside.metrics,
        traces=tuple(sorted(asked.traces)) or beside.traces,
    )


def _scope(asked: Asked, choices: Choices) -> Scope:
    # What a variable that is not set leaves of a command would ask for no host, and count every record as that one's.
    for option, names in (("--host", asked.hosts), ("--service", asked.services)):
        if not all(name.strip() for name in names):
            raise QuestionError("question.empty_name", option=option)
    asked_for = Scope(asked.biz, asked.index_set, "", asked.hosts, asked.services, asked.where)
    return choices.scope(asked_for, asked.sources)


def _limits(asked: Asked, choices: Choices) -> Mapping[str, Limits]:
    return choices.limits(asked.sources, asked.max_records, asked.max_bytes, asked.max_seconds)


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
        metrics: Metric sources or files to read; none: the files that those of the case came from, else they stay.
        settings: None: the settings of the usual places.
        language: None: the one it was asked in.

    Raises:
        CaseError: If nothing can be added to it.
    """
    settings = load_settings(None, os.environ, Path()) if settings is None else settings
    assembly = Assembly(settings)
    beside = assembly.tables_beside(files)
    logs = [name for name in files if name not in beside.named]
    if beside.traces:
        raise CaseError("extend.spans", path=beside.traces[0])
    # In folders as for a new investigation: where nobody said which metrics are wanted.
    tables = tuple(name for name in beside.metrics if name in beside.named or not metrics)
    measured = bool(metrics or tables)
    extension = extension_of(Path(case), logs, assembly.configuration, measured=measured)
    metrics = tuple(dict.fromkeys((*(metrics or extension.metrics), *tables)))
    assembly = Assembly(settings, log_format=extension.log_format)
    question = extension.question
    asked = Asked(
        files=extension.inputs,
        metrics=metrics or None,
        hosts=question.scope.hosts,
        services=question.scope.services,
        where=question.scope.where,
        zone=question.zone,
        log_format=extension.log_format,
        baseline=question.baseline_choice or None,
    )
    command = command_of(asked, question.extent if question.asked_window else None)
    inquiry = extension.inquiry(language, (readable(command),))
    inquiry = replace(inquiry, redaction=settings.redaction)
    return Preparation(
        inquiry, assembly, extension.files, (), tuple(sorted(metrics)), held=extension.held
    )


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


def _words(moment: Moment) -> str | None:
    return moment.isoformat() if isinstance(moment, datetime) else moment
