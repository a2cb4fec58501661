"""The shipped suite over the Loki source, against a stand-in that is written after Loki's documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from paicha.kernel.field_map import FieldMap
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
    seen: dict[LogLine, int] = {}
    for line in lines:
        seen[line] = n = seen.get(line, 0) + 1
        labels = {"job": "test", "host_ip": line.host}
        if n > 1:
            labels[_COPY] = str(n)
        metadata = {"level": line.level, "code_file": line.module}
        said = {name: value for name, value in metadata.items() if value}
        yield Pushed(nanoseconds(line.timestamp), line.body, labels, said)


class LokiStage:
    """Records as streams of a stand-in."""

    def source(self, server: LokiStandIn, user: str = "reader") -> LogSource:
        """Return the source."""
        place = Place(server.url, username=user, password="letmein")
        return LokiLogs(place, FIELDS, '{job="test"}', page_rows=1000, sleep=lambda _s: None)

    @contextmanager
    def serve(self, lines: Sequence[LogLine]) -> Iterator[LogSource]:
        """Serve what is given and nothing else."""
        with LokiStandIn(pushed(lines), user=("reader", "letmein")) as server:
            yield self.source(server)

    @contextmanager
    def failing(self, lines: Sequence[LogLine], trouble: Trouble) -> Iterator[LogSource]:
        """Serve it with a fault, or to somebody unknown."""
        faults = {"gone": 2.0} if trouble == "gone" else {}
        who = "stranger" if trouble == "credentials" else "reader"
        with LokiStandIn(pushed(lines), faults, user=("reader", "letmein")) as server:
            yield self.source(server, who)


@pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
def test_the_source_does_what_every_log_source_must(check: Callable[[LogStage], None]) -> None:
    """Every check of the shipped suite holds."""
    check(LokiStage())
