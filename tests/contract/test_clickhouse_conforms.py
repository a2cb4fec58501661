"""The shipped suite over the ClickHouse source: through its driver over HTTP, and in process."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from tests.servers.clickhouse import PASSWORD, USER, clickhouse, client_of, fill, otel_row
from tests.servers.harness import Servers, needs

from paicha.kernel.field_map import FieldMap, flatten
from paicha.knowledge.fields_loader import load_field_names
from paicha.ports import LogSource
from paicha.sources.clickhouse import ClickHouseLogs, TableRule
from paicha.sources.web import Place
from paicha.testing.conformance import LOG_CHECKS, LogLine, LogStage, Trouble
from paicha.testing.fault_proxy import FaultProxy, Refusal, every

pytestmark = needs("clickhouse")

FIELDS = FieldMap(load_field_names())
#: Every stage is a table of its own in the one server of the session.
_TABLES = itertools.count(1)


def rows_of(lines: Sequence[LogLine]) -> list[tuple[object, ...]]:
    """Return the records as the exporter writes them."""
    return [
        otel_row(ln.timestamp, ln.body, ln.level, ln.module, ln.host, **flat(ln)) for ln in lines
    ]


def flat(line: LogLine) -> dict[str, str]:
    """Return further fields as the exporter does: values of a map are text."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in flatten(line.attributes).items()
    }


@dataclass(frozen=True)
class ClickHouseStage:
    """Records in a table as OpenTelemetry's exporter creates it."""

    servers: Servers

    @contextmanager
    def serve(self, lines: Sequence[LogLine]) -> Iterator[LogSource]:
        """Serve what is given and nothing else."""
        server = self.servers.running("clickhouse")
        table = f"default.contract_{next(_TABLES)}"
        fill(client_of(server), table, rows_of(lines))
        yield ClickHouseLogs(Place(server.url), FIELDS, TableRule(*table.split(".")))

    @contextmanager
    def failing(self, lines: Sequence[LogLine], trouble: Trouble) -> Iterator[LogSource]:
        """Serve it through a proxy that gets into *trouble*, or to somebody with another password."""
        if trouble == "credentials":
            with self.servers.fresh(
                "clickhouse", lambda entry, folder: clickhouse(entry, folder, password=True)
            ) as server:
                place = Place(server.url, username=USER, password=f"not {PASSWORD}")
                yield ClickHouseLogs(place, FIELDS, TableRule("default", "logs"))
            return
        with (
            self.serve(lines) as source,
            _PROXIES[trouble](self.servers.running("clickhouse").url) as between,
        ):
            assert isinstance(source, ClickHouseLogs)
            # Patient, but with a server that falls silent.
            timeout_s = 3.0 if trouble == "silent" else 60.0
            yield replace(source, place=Place(between.url, timeout_s=timeout_s))


#: Enough for the counts, not for 5,000 rows [bytes].
_HALF = 60_000
_PROXIES: dict[Trouble, Callable[[str], FaultProxy]] = {
    "gone": lambda url: FaultProxy(url, after_bytes=_HALF, then="gone"),
    "silent": lambda url: FaultProxy(url, after_bytes=_HALF, then="silent"),
    "forbidden": lambda url: FaultProxy(url, script=every(1, Refusal(403))),
    "rate_limited": lambda url: FaultProxy(url, script=every(3, Refusal(429))),
}


@pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
def test_the_source_does_what_every_log_source_must(
    check: Callable[[LogStage], None], servers: Servers
) -> None:
    """Every check of the shipped suite holds."""
    check(ClickHouseStage(servers))
