"""What is called: investigate, extend, demo, and open what was kept."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path

from paicha.app.inquiry import Workshop
from paicha.app.investigate import investigate as run
from paicha.facade.investigation import (
    CASE_FILE,
    Format,
    Investigation,
    Silent,
    case_place,
)
from paicha.facade.preparing import Preparation, prepare, prepare_demo, prepare_extension
from paicha.facade.question import Asked, Engine, Moment
from paicha.locales import Language
from paicha.model.knowledge import Knowledge
from paicha.model.question import never
from paicha.ports import Progress
from paicha.stores.case import Case
from paicha.wiring.assembly import Assembly
from paicha.wiring.settings import Settings

#: What is not needed before all is read, a quarter of all imports.
_LATER = ("paicha.analysis.investigation", "paicha.wiring.rendering")


def _nothing(_found: Investigation) -> None:
    pass


def carry_out(
    prepared: Preparation,
    *,
    case: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] = never,
    meanwhile: Callable[[Investigation], None] = _nothing,
) -> Investigation:
    """
    Read, analyse and keep.

    Args:
        prepared: What `prepare` made.
        case: Where the case file goes, replacing one that is there; None: a temporary place.
        progress: Hears how far it is.
        stop: Whether to read no further; what was read by then is reported, and said to be a part.
        meanwhile: Called with what was found while its case is written to the disk, where it is not to be read yet.

    Raises:
        PaichaError: If it cannot be done; no half-written case file stays.
    """
    with ExitStack() as undone:
        if case is None:
            import tempfile  # noqa: PLC0415 - most name a file

            case = Path(tempfile.mkdtemp(prefix="paicha-"), CASE_FILE)
            undone.callback(shutil.rmtree, case.parent, ignore_errors=True)
        inquiry = replace(prepared.inquiry, stop=stop)
        with _beginning(Path(case)) as opening:
            workshop = prepared.assembly.workshop(
                prepared.files,
                prepared.sources,
                prepared.metrics,
                inquiry,
                progress or Silent(),
                held=prepared.held,
                traces=prepared.traces,
            )
        with opening.result() as store:
            with ThreadPoolExecutor(1) as beside:
                later = _Later(workshop, beside)
                workshop = replace(workshop, progress=later, knowledge=later.knowledge)
                findings = run(inquiry, workshop, store, prepared.held)
            found = Investigation(findings, Path(case))
            with store.settling():
                meanwhile(found)
        undo = undone.pop_all()  # what is found may be read as long as somebody holds it
    weakref.finalize(found, undo.close)
    return found


class _Later:
    """
    Makes ready what is needed behind the reading, when it first hears of that.

    Large files are counted without a lock of Python's. What makes the count ready is not: whatever is imported or loaded before it
    began keeps it waiting.

    Args:
        workshop: Whose progress hears the same, and whose knowledge is loaded.
        pool: Does it, in a thread of its own.
    """

    def __init__(self, workshop: Workshop, pool: ThreadPoolExecutor) -> None:
        self._workshop = workshop
        self._pool = pool
        self._known: Future[Knowledge] | None = None

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Hear of a step."""
        self._workshop.progress.step(stage, done, total)
        self._begun()

    def knowledge(self) -> Knowledge:
        """Return the knowledge, loaded."""
        return self._begun().result()

    def _begun(self) -> Future[Knowledge]:
        if self._known is None:
            analysis, rendering = _LATER
            self._pool.submit(import_module, analysis)
            self._known = self._pool.submit(self._workshop.knowledge)
            self._pool.submit(import_module, rendering)
        return self._known


@contextmanager
def _beginning(place: Path) -> Iterator[Future[Case]]:
    """Open a new case at *place* while the block runs, for which the database needs no lock of Python's; it goes if the block fails."""
    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(Assembly.new_case, place)
        try:
            yield opening
        except BaseException:
            if opening.exception() is None:
                opening.result().discard()
            raise


def investigate(
    *files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
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

    Arguments mean what they mean to `Asked`, of files also lists of them; *case* is where the case file is kept, *settings* come
    from the usual places when None, *now* from the clock.

    Raises:
        PaichaError: With what happened, the facts, and one thing to try.
    """
    every = [path for some in files for path in _several(some)]
    asked = Asked(files=tuple(every), sources=_several(source), traces=_several(traces))
    asked = replace(asked, metrics=None if metrics is None else _several(metrics))
    asked = replace(asked, start=start, end=end, last=last, baseline=baseline, zone=zone)
    asked = replace(asked, biz=biz, index_set=index_set, where=where, language=language)
    asked = replace(asked, hosts=_several(host), services=_several(service))
    asked = replace(asked, max_records=max_records, max_bytes=max_bytes, max_seconds=max_seconds)
    asked = replace(asked, engine=engine, spark_remote=spark_remote, spark_master=spark_master)
    asked = replace(asked, log_format=log_format, keep_raw=keep_raw)
    return carry_out(prepare(asked, settings=settings, now=now), case=case, progress=progress)


def extend(
    case: str | os.PathLike[str],
    *files: str | os.PathLike[str],
    metrics: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Investigation:
    """
    Add log files or metrics to a kept case, or read on where its reading was stopped.

    Its tables become what one investigation of all the files gives. Metrics take the place of those it was held against.

    Raises:
        PaichaError: If it cannot be done; the case stays as it was.
    """
    measured = () if metrics is None else _several(metrics)
    names = [os.fspath(file) for file in files]
    prepared = prepare_extension(case, names, metrics=measured, settings=settings)
    return carry_out(prepared, case=case, progress=progress)


def demo(
    *,
    language: Language | None = None,
    case: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Investigation:
    """Investigate the built-in reference scenario: 15 minutes of an incident on one host."""
    return carry_out(prepare_demo(language), case=case, progress=progress)


def open_case(path: str | os.PathLike[str]) -> Investigation:
    """
    Return an investigation that was kept.

    Args:
        path: The case file, or the folder that `paicha investigate` wrote it into.

    Raises:
        CaseError: If there is none at *path*, or it cannot be read.
    """
    place = case_place(path)
    with Assembly.open_case(place) as case:
        return Investigation(case.get_findings(), place)


def render(found: Investigation, kind: Format = "md", language: Language | None = None) -> bytes:
    """Return the report of *found* as bytes."""
    return found.render(kind, language)


def _several(value: object) -> tuple[str, ...]:
    if isinstance(value, str | os.PathLike):
        return (os.fspath(value),)
    return tuple(os.fspath(part) for part in value)  # type: ignore[attr-defined]
