"""
The kernel on a Spark cluster: files are read and counted where they lie, only sums travel.

One task reads whole files, so multi-line records, line numbers and file times are what they are on one
machine. Partial tables are added in the task, then by groups of tasks, then here.
"""

from __future__ import annotations

import math
import os
import re
import socket
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from importlib import resources
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa

from paicha.engines.spark_task import RESULT_DDL, Task, merged, plain, unpacked
from paicha.errors import EngineError, QuestionError
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial
from paicha.locales import Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import SourceCoverage, together
from paicha.model.question import LogQuery, never
from paicha.ports import LogSource
from paicha.values import dataclass

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: Files up to this size travel through Spark to the task that reads them [bytes].
CONTENT_LIMIT = 512 << 20
#: How many records are fetched into the case; above it the case holds the counts alone.
RECORDS_LIMIT = 1_000_000
#: Tasks whose sums are added by one task of the second level.
_FAN_IN = 16
_FILE_COLUMNS = ("path", "modificationTime", "length")
#: A line of Java's trace: where, or how many places were left out.
_JAVA_PLACE = re.compile(r"\s+at |\s+\.\.\. \d+ more")
_TRACEBACK = "Traceback (most recent call last):"
_CAUSED_BY = "Caused by: "
_LONGEST_CAUSE = 2000  # [characters]
_MASTER = re.compile(r"local(-cluster)?(\[[^\]]+\])?|(spark|k8s|mesos)://\S+|yarn")
_PATIENCE_S = 10.0  # with an address that takes no connection
#: Which Python the workers of a master start.
_WORKERS_PYTHON = "PYSPARK_PYTHON"


@dataclass(frozen=True, slots=True)
class SparkAddress:
    """Which Spark: a Connect server (``sc://host:15002``) or a master (``spark://host:7077``, ``local[2]``)."""

    remote: str = ""
    master: str = ""

    @property
    def kind(self) -> str:
        """Which of the two it is."""
        return "master" if self.master else "remote"

    @property
    def shown(self) -> str:
        """The address without what may be a secret in it."""
        return self.master or self.remote.partition(";")[0]

    @property
    def understood(self) -> bool:
        """Whether Spark would know what is meant; of a master it does not know it writes a trace of Java."""
        if self.master:
            known = _MASTER.fullmatch(self.master) is not None
        else:
            known = self.shown.startswith("sc://")
        try:
            return known and all(host for host, _ in _places(self))
        except ValueError:  # a port that is none
            return False


class SparkFiles:
    """
    Files that a Spark cluster reads and counts, as a `paicha.ports.LogSource`.

    Args:
        paths: Files, folders or patterns, in any file system that Spark knows.
        address: Which Spark.
        source: Makes what reads files on a worker.
        caps: What the sums may hold.
        name: Its name in the coverage.
    """

    def __init__(
        self,
        paths: Sequence[str],
        address: SparkAddress,
        source: Callable[[Sequence[Path]], LogSource],
        *,
        caps: Caps = CAPS,
        name: str = "files",
    ) -> None:
        self._paths = tuple(paths)
        self._address = address
        self._source = source
        self._caps = caps
        self._name = name

    @property
    def name(self) -> str:
        """Its name in the settings."""
        return self._name

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[SparkReading]:
        """
        Connect, bring this package to the workers, and list the files.

        Raises:
            EngineError: If Spark is not installed, cannot be reached, finds no file, or, while
                reading, a task fails for good.
            QuestionError: If only the first records are asked for: a cluster has no first ones.
        """
        if query.max_records < sys.maxsize:
            raise QuestionError("engine.max_records", n=query.max_records)
        with _session(self._address) as spark:
            with _explained(self._address):
                files = _listed(spark, self._paths)
                data = _opened(spark, files)
            named = _named(self._paths, files)
            task = Task(self._source, replace(query, stop=never), self._caps, named)
            yield SparkReading(self, data, task, len(files))

    def explained(self) -> AbstractContextManager[None]:
        """Turn what Spark throws inside into an `EngineError`."""
        return _explained(self._address)

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return ``(address, fine, what is there or how to mend it)``."""
        shown = Text.same(self._address.shown)
        try:
            with _session(self._address) as spark, _explained(self._address):
                found = len(_listed(spark, self._paths))
        except EngineError as error:
            return ((shown, False, error.texts),)
        return ((shown, True, text("files.found", n=found)),)


class SparkReading:
    """One answer of `SparkFiles`: sums, and the records where they are few."""

    def __init__(self, source: SparkFiles, data: DataFrame, task: Task, files: int) -> None:
        self._source = source
        self._data = data
        self._task = task
        self._files = files
        self._coverage = joined(source.name, [])

    @property
    def coverage(self) -> SourceCoverage:
        """What was there, what was read, what is missing and why."""
        return self._coverage

    @property
    def store_counts(self) -> pa.Table | None:
        """None: files are read whole."""
        return None

    @property
    def aliases(self) -> tuple[AliasSettings, pa.Table] | None:
        """None: files have no aliases."""
        return None

    def __iter__(self) -> Iterator[pa.RecordBatch | Partial]:
        """Yield the sums of every group of tasks, then the records, file by file."""
        with self._source.explained():
            yield from self._sums()
            yield from self._records()

    def _sums(self) -> Iterator[Partial]:
        surveyed = self._data.mapInArrow(self._task.survey, RESULT_DDL)
        groups = math.ceil(self._files / _FAN_IN)
        if groups > 1:
            middle = partial(merged, caps=self._task.caps)
            surveyed = surveyed.repartition(groups).mapInArrow(middle, RESULT_DDL)
        coverages: dict[str, SourceCoverage] = {}
        for row in surveyed.toLocalIterator():
            found = unpacked(bytes(row["payload"]))
            if row["kind"] == "coverage":
                coverages[row["path"]] = found
            else:
                yield found
        self._coverage = joined(self._source.name, [coverages[path] for path in sorted(coverages)])

    def _records(self) -> Iterator[pa.RecordBatch]:
        """Yield the records; where they are too many, none, and say so in the coverage."""
        kept = self._coverage.kept
        if kept > RECORDS_LIMIT:
            said = text("engine.no_records", n=f"{kept:,}", limit=f"{RECORDS_LIMIT:,}")
            self._coverage = replace(self._coverage, notes=(*self._coverage.notes, said))
            return
        # The reading is the same each time, so a second one costs time and no exactness.
        for row in self._data.mapInArrow(self._task.records, RESULT_DDL).toLocalIterator():
            yield unpacked(bytes(row["payload"]))


def joined(name: str, parts: Sequence[SourceCoverage]) -> SourceCoverage:
    """Return the coverage of all files from the coverages of each."""
    if not parts:
        return SourceCoverage(name, "spark", None, 0, 0, 0, 0, 0, 0, 0, 0)
    return replace(together(parts), source=name, kind="spark")


@dataclass(frozen=True, slots=True)
class _Listed:
    """One file that Spark found."""

    uri: str
    size: int


def _listed(spark: SparkSession, paths: Sequence[str]) -> tuple[_Listed, ...]:
    """Return every file once, by path."""
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    rows = reader.load([_absolute(path) for path in paths]).select("path", "length").collect()
    found = {row["path"]: _Listed(row["path"], row["length"]) for row in rows}
    if not found:
        raise EngineError("engine.no_files", paths=", ".join(paths))
    return tuple(found[uri] for uri in sorted(found))


def _opened(spark: SparkSession, files: Sequence[_Listed]) -> DataFrame:
    """Return the files with their bytes, one a row; without them where they are large and can be opened in place."""
    from pyspark.sql import functions as sql  # noqa: PLC0415 - an optional package

    small = [file.uri for file in files if file.size <= CONTENT_LIMIT]
    large = [file.uri for file in files if file.size > CONTENT_LIMIT]
    remote = [uri for uri in large if not uri.startswith("file:")]
    if remote:
        raise EngineError("engine.file_too_large", path=remote[0], limit=f"{CONTENT_LIMIT:,}")
    load = spark.read.format("binaryFile").load
    parts = []
    if small:
        parts.append(load(small).select(*_FILE_COLUMNS, "content"))
    if large:
        nothing = sql.lit(None).cast("binary").alias("content")
        parts.append(load(large).select(*_FILE_COLUMNS, nothing))
    return parts[0] if len(parts) == 1 else parts[0].union(parts[1])


def _named(paths: Sequence[str], files: Sequence[_Listed]) -> frozenset[str]:
    asked = {plain(_absolute(path)) for path in paths}
    return frozenset(plain(file.uri) for file in files) & asked


def _absolute(path: str) -> str:
    """Return *path* as it means the same on every machine."""
    return path if ":" in path.partition("/")[0] else os.path.realpath(path)


@contextmanager
def _session(address: SparkAddress) -> Iterator[SparkSession]:
    """Give a session that has this very package on its workers, and stop it afterwards."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional package
    except ImportError as error:
        raise EngineError("engine.not_installed", reason=str(error)) from error
    refuse_silence(address)
    with (
        _explained(address),
        _own_python(address),
        tempfile.TemporaryDirectory(prefix="paicha-") as folder,
    ):
        builder = SparkSession.builder.appName("paicha")
        if address.remote:
            spark = builder.remote(address.remote).getOrCreate()
        else:
            spark = builder.master(address.master).config("spark.ui.enabled", "false").getOrCreate()
        try:
            # One file a batch: Arrow holds at most 2 GB in one column.
            spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "1")
            package = packed_package(Path(folder))
            if address.remote:
                spark.addArtifacts(os.fspath(package), pyfile=True)
            else:
                spark.sparkContext.addPyFile(os.fspath(package))
            yield spark
        finally:
            spark.stop()


def refuse_silence(address: SparkAddress) -> None:
    """
    Refuse an address that nobody listens at: Spark would try it for minutes without a word.

    Raises:
        EngineError: If none of its hosts takes a connection.
    """
    reason = ""
    for host, port in _places(address):
        try:
            with socket.create_connection((host, port), timeout=_PATIENCE_S):
                return
        except OSError as error:
            reason = error.strerror or str(error)
    if reason:
        raise EngineError("engine.unreachable", address=address.shown, reason=reason)


def _places(address: SparkAddress) -> Iterator[tuple[str, int]]:
    """
    Yield every host and port of a Connect server or of masters; nothing for what is neither.

    Raises:
        ValueError: If a port is none.
    """
    scheme, _, rest = address.shown.partition("://")
    usual = {"sc": 15002, "spark": 7077}.get(scheme)
    for one in rest.split(",") if usual else ():
        parts = urlsplit(f"//{one}")
        yield parts.hostname or "", parts.port or usual or 0


@contextmanager
def _own_python(address: SparkAddress) -> Iterator[None]:
    """Let workers on this machine, which a local master starts, be of this Python and not of whatever is called python3."""
    if not address.master.startswith("local") or _WORKERS_PYTHON in os.environ:
        yield
        return
    os.environ[_WORKERS_PYTHON] = sys.executable
    try:
        yield
    finally:
        del os.environ[_WORKERS_PYTHON]


def packed_package(folder: Path) -> Path:
    """
    Return a zip of this package in *folder*, for workers that have not installed it.

    Without compiled parts, which cannot be imported from a zip: the tables are the same without them.
    """
    root = Path(os.fspath(resources.files("paicha")))  # type: ignore[call-overload]
    target = folder / "paicha-workers.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(root.rglob("*")):
            if file.suffix in (".py", ".toml"):
                archive.write(file, file.relative_to(root.parent))
    return target


@contextmanager
def _explained(address: SparkAddress) -> Iterator[None]:
    """Turn what Spark throws into an error that says what to try."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - comes with the optional package
    from pyspark.errors import PySparkException  # noqa: PLC0415 - likewise

    try:
        yield
    except (PySparkException, Py4JError) as error:
        reason = cause_of(str(error))
        raise EngineError("engine.spark", address=address.shown, reason=reason) from error


def cause_of(words: str) -> str:
    r"""
    Return what an error of Spark says happened, without the places in Java that it went through.

    What a worker's Python said, else what lies deepest, else how it begins.

    Example:
        >>> cause_of("calling o1.x\n: SparkException: no\n\tat a.b(C.scala:1)\nCaused by: java.io.IOException: gone\n\tat d.e")
        'java.io.IOException: gone'
        >>> cause_of("no\n\tat a.b\nTraceback (most recent call last):\n  File 'x'\nKeyError: 'a'\n SQLSTATE: 38000\n\tat c.d")
        "KeyError: 'a'"
    """
    lines = [line for line in words.strip().splitlines() if not _JAVA_PLACE.match(line)]
    raised = [at for at, line in enumerate(lines) if line.rstrip().endswith(_TRACEBACK)]
    if raised:
        rest = lines[raised[-1] + 1 :]
        first = next((at for at, line in enumerate(rest) if not line.startswith(" ")), 0)
        said = [rest[first], *takewhile(_goes_on, rest[first + 1 :])] if rest else lines
        return "\n".join(said)[:_LONGEST_CAUSE]
    caused = [at for at, line in enumerate(lines) if line.startswith(_CAUSED_BY)]
    if caused:
        deepest, *below = lines[caused[-1] :]
        said = [deepest.removeprefix(_CAUSED_BY)]
        if deepest.rstrip().endswith(":"):  # what it says stands below
            said += takewhile(str.strip, below)
        return "\n".join(said)[:_LONGEST_CAUSE]
    return "\n".join(lines).partition("\n\n")[0][:_LONGEST_CAUSE]


def _goes_on(line: str) -> bool:
    """Return whether *line* belongs to the words of a Python error above it; our own go on indented."""
    return line.startswith("  ")
