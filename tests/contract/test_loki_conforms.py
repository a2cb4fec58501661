"""The shipped suite over the Loki source, against a stand-in that is written after Loki's documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from paicha.kernel.field_map import FieldMap, flatten
from paicha.knowledge.fields_loader import load_field_names
from paicha.ports import LogSource
from paicha.sources.loki import LokiLogs
from paicha.sources.stored_logs.cutting import nanoseconds
from paicha.sources.web import Place
from paicha.testing.conformance import LOG_CHECKS, LogLine, LogStage, Trouble
from paicha.testing.loki import LokiStandIn, Pushed

FIELDS = FieldMap(load_field_names())
#: Loki drops what repeats a line of its stream at its nanosecond, so equal records are streams of their own.
_COPY = "copy"


def pushed(lines: Sequence[LogLine]) -> Iterator[Pushed]:
    """Return records as a shipper pushes them: level and module as structured metadata."""
    seen: dict[tuple[object, ...], int] = {}
    for line in lines:
        key = (line.timestamp, line.body, line.host)
        seen[key] = n = seen.get(key, 0) + 1
        labels = {"job": "test", "host_ip": line.host}
        if n > 1:
            labels[_COPY] = str(n)
        metadata = {"level": line.level, "code_file": line.module, **flat(line)}
        said = {name: value for name, value in metadata.items() if value}
        yield Pushed(nanoseconds(line.timestamp), line.body, labels, said)


def flat(line: LogLine) -> dict[str, str]:
    """Return further fields as structured metadata: text, with names that labels may have."""
    return {name: str(value) for name, value in flatten(line.attributes).items()}


class LokiStage:
    """Records as streams of a stand-in."""

    def source(
        self, server: LokiStandIn, user: str = "reader", trouble: Trouble | None = None
    ) -> LogSource:
        """Return the source; patient, but with a server that falls silent."""
        place = Place(server.url, username=user, password="letmein")
        if trouble == "silent":
            place = replace(place, timeout_s=2.0, attempts=1)
        return LokiLogs(place, FIELDS, '{job="test"}', page_rows=1000, sleep=lambda _s: None)

    @contextmanager
    def serve(self, lines: Sequence[LogLine]) -> Iterator[LogSource]:
        """Serve what is given and nothing else."""
        with LokiStandIn(pushed(lines), user=("reader", "letmein")) as server:
            yield self.source(server)

    @contextmanager
    def failing(self, lines: Sequence[LogLine], trouble: Trouble) -> Iterator[LogSource]:
        """Serve it with a fault, or to somebody unknown."""
        faults: dict[Trouble, dict[str, float]] = {
            "gone": {"gone": 2},
            "silent": {"silent": 2},
            "forbidden": {"forbidden": 1},
            "rate_limited": {"limited": 2},
        }
        who = "stranger" if trouble == "credentials" else "reader"
        known = ("reader", "letmein")
        with LokiStandIn(pushed(lines), faults.get(trouble), user=known) as server:
            yield self.source(server, who, trouble)


@pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
def test_the_source_does_what_every_log_source_must(check: Callable[[LogStage], None]) -> None:
    """Every check of the shipped suite holds."""
    check(LokiStage())
