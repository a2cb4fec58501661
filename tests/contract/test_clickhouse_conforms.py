"""The shipped suite over the ClickHouse source: through its driver over HTTP, and in process."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from tests.servers.clickhouse import PASSWORD, USER, clickhouse, client_of, fill, otel_row
from tests.servers.harness import Servers, needs

from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.ports import LogSource
from paicha.sources.clickhouse import ClickHouseLogs, TableRule
from paicha.sources.web import Place
from paicha.testing.conformance import LOG_CHECKS, LogLine, LogStage, Trouble

pytestmark = needs("clickhouse")

FIELDS = FieldMap(load_field_names())
#: Every stage is a table of its own in the one server of the session.
_TABLES = itertools.count(1)


def rows_of(lines: Sequence[LogLine]) -> list[tuple[object, ...]]:
    """Return the records as the exporter writes them."""
    return [otel_row(ln.timestamp, ln.body, ln.level, ln.module, ln.host) for ln in lines]


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
        """Serve it and die, or to somebody with another password."""
        wrong = trouble == "credentials"
        with self.servers.fresh(
            "clickhouse", lambda entry, folder: clickhouse(entry, folder, password=wrong)
        ) as server:
            fill(client_of(server, password=wrong), "default.logs", rows_of(lines))
            who = {"username": USER, "password": f"not {PASSWORD}"} if wrong else {}
            source = ClickHouseLogs(
                Place(server.url, **who),  # type: ignore[arg-type] # names of Place
                FIELDS,
                TableRule("default", "logs"),
            )
            if trouble == "gone":
                server.kill()
            yield source


@pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
def test_the_source_does_what_every_log_source_must(
    check: Callable[[LogStage], None], servers: Servers
) -> None:
    """Every check of the shipped suite holds."""
    check(ClickHouseStage(servers))
