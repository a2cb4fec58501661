"""What the service says of itself to Prometheus, in its text format."""

from __future__ import annotations

import resource
import sys
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import get_args

from paicha.model.service import ENDED, Run, Trigger
from paicha.values import dataclass
from paicha.version import __version__

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_REQUEST_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_RUN_BOUNDS = (1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0)
_KIB = 1024
_ENDED, _ABOUT_ENDED = (
    "paicha_runs_ended_total",
    "Runs that came to their end, by state and trigger.",
)

Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Histogram:
    """Counts of what is not above each bound, and the sum."""

    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def lines(self, name: str, labels: Labels) -> Iterator[str]:
        so_far = 0
        for bound, n in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            so_far += n
            yield _line(f"{name}_bucket", (*labels, ("le", bound)), so_far)
        yield _line(f"{name}_sum", labels, round(self.total, 6))
        yield _line(f"{name}_count", labels, so_far)


@dataclass(slots=True)
class Metrics:
    """Counters of this process; others add theirs with `count`."""

    started: float = field(default_factory=time.time)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _helps: dict[str, str] = field(default_factory=dict)
    _counters: dict[str, dict[Labels, int]] = field(default_factory=dict)
    _requests: dict[Labels, _Histogram] = field(default_factory=dict)
    _runs: dict[Labels, _Histogram] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin at 0 what is known beforehand: a rate over a counter that appears with its first event misses that event."""
        for state in ENDED:
            self._runs[("state", state),] = _Histogram(_RUN_BOUNDS)
            for trigger in get_args(Trigger):
                self.count(_ENDED, _ABOUT_ENDED, 0, state=state, trigger=trigger)

    def count(self, name: str, about: str, n: int = 1, **labels: str) -> None:
        """Add *n* to the counter *name* (``paicha_…_total``), which *about* explains."""
        with self._lock:
            self._helps[name] = about
            counters = self._counters.setdefault(name, defaultdict(int))
            counters[tuple(sorted(labels.items()))] += n

    def request(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count one answer."""
        method = method if method in _METHODS else "other"
        about = "Answers, by method, route and status."
        self.count(
            "paicha_http_requests_total", about, method=method, route=route, status=str(status)
        )
        with self._lock:
            kept = self._requests.setdefault((("route", route),), _Histogram(_REQUEST_BOUNDS))
            kept.add(took_s)

    def run_ended(self, run: Run) -> None:
        """Count one run that came to its end."""
        trigger = run.request.trigger
        self.count(_ENDED, _ABOUT_ENDED, state=run.state, trigger=trigger)
        if run.took is None:
            return
        took = run.took.total_seconds()
        with self._lock:
            self._runs.setdefault((("state", run.state),), _Histogram(_RUN_BOUNDS)).add(took)

    def text(self, states: Mapping[str, int], queue: int) -> str:
        """Return everything, with how many runs the ledger has in each state."""
        lines = [*_gauge("paicha_build_info", "The version.", {(("version", __version__),): 1})]
        by_state: dict[Labels, float] = {(("state", state),): n for state, n in states.items()}
        lines += _gauge("paicha_runs", "Runs in the ledger, by state.", by_state)
        lines += _gauge("paicha_queue_limit", "Runs that may wait.", {(): queue})
        with self._lock:
            for name, counters in sorted(self._counters.items()):
                lines += _head(name, self._helps[name], "counter")
                lines += [_line(name, labels, n) for labels, n in sorted(counters.items())]
            for name, about, kept in (
                ("paicha_http_request_seconds", "How long answers took.", self._requests),
                ("paicha_run_seconds", "How long runs took.", self._runs),
            ):
                lines += _head(name, about, "histogram")
                for labels, histogram in sorted(kept.items()):
                    lines += histogram.lines(name, labels)
        lines += _process(self.started)
        return "\n".join(lines) + "\n"


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _process(started: float) -> Iterator[str]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = round(used.ru_utime + used.ru_stime, 3)
    yield from _head("process_cpu_seconds_total", "CPU time of this process.", "counter")
    yield _line("process_cpu_seconds_total", (), cpu)
    yield from _gauge("process_start_time_seconds", "When it started.", {(): round(started, 3)})
    about = "Memory of this process."
    yield from _gauge("process_resident_memory_bytes", about, {(): resident_bytes()})


def resident_bytes() -> int:
    """Return how much memory this process has in hand [bytes]."""
    if sys.platform == "linux":
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
        return int(pages) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB


def _gauge(name: str, about: str, values: Mapping[Labels, float]) -> Iterator[str]:
    yield from _head(name, about, "gauge")
    for labels, value in sorted(values.items()):
        yield _line(name, labels, value)


def _head(name: str, about: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{key}="{_escaped(word)}"' for key, word in labels)
    return f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
