"""What may be asked, and the command line that asks the same."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from paicha.errors import UsageError
from paicha.locales import Language
from paicha.model.question import Window
from paicha.values import dataclass

if TYPE_CHECKING:
    from paicha.engines.spark import SparkAddress

Engine = Literal["local", "spark"]
Moment = str | datetime | None


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


def spark_of(asked: Asked) -> SparkAddress | None:
    """Return which Spark is to count; None: this machine."""
    if asked.engine == "spark":
        if not asked.spark_remote and not asked.spark_master:
            raise UsageError("engine.no_address")
        if asked.spark_remote and asked.spark_master:
            raise UsageError("engine.two_addresses")
        from paicha.engines.spark import SparkAddress  # noqa: PLC0415 - few runs need it

        address = SparkAddress(asked.spark_remote, asked.spark_master)
        if not address.understood:
            raise UsageError(f"engine.bad_{address.kind}", address=address.shown)
        return address
    for option in ("spark_remote", "spark_master"):
        if getattr(asked, option):
            raise UsageError("engine.no_engine", option=f"--{option.replace('_', '-')}")
    return None


def command_of(asked: Asked, window: Window | None) -> str:
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
    address = spark_of(asked)
    if address is None:
        return []
    return [("--engine", "spark"), (f"--spark-{address.kind}", address.shown)]


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
