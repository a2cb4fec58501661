"""The shipped suite over the VictoriaLogs source, on a real server."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.servers.harness import Servers, needs
from tests.servers.logs import import_rows, row_of, victorialogs
from tests.servers.process import RunningServer

from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.ports import LogSource
from paicha.sources.victorialogs import VictoriaLogs
from paicha.sources.web import Place
from paicha.testing.conformance import LOG_CHECKS, LogLine, LogStage, Trouble
from paicha.testing.fault_proxy import FaultProxy, Refusal, every

pytestmark = needs("victorialogs")

FIELDS = FieldMap(load_field_names())
#: Every stage is a tenant of its own in the one server of the session.
_ACCOUNTS = itertools.count(1)


@dataclass(frozen=True)
class VictoriaLogsStage:
    """Records as one tenant of a VictoriaLogs."""

    server: RunningServer
    servers: Servers

    def source(self, url: str, account: int, **place: Any) -> LogSource:
        """Return the source of a tenant."""
        headers = {"AccountID": str(account), "ProjectID": "0"}
        return VictoriaLogs(Place(url, headers=headers, **place), FIELDS, sleep=lambda _s: None)

    @contextmanager
    def serve(self, lines: Sequence[LogLine]) -> Iterator[LogSource]:
        """Serve what is given and nothing else."""
        account = next(_ACCOUNTS)
        import_rows(self.server.url, map(row_of, lines), account=account)
        yield self.source(self.server.url, account)

    @contextmanager
    def failing(self, lines: Sequence[LogLine], trouble: Trouble) -> Iterator[LogSource]:
        """Serve it through a proxy that gets into *trouble*, or to somebody without a password."""
        account = next(_ACCOUNTS)
        if trouble == "credentials":
            with self.servers.fresh(
                "victorialogs", lambda entry, folder: victorialogs(entry, folder, password=True)
            ) as server:
                yield self.source(server.url, account, username="x", password="wrong")
            return
        import_rows(self.server.url, map(row_of, lines), account=account)
        with _PROXIES[trouble](self.server.url) as between:
            # Patient, but with a server that falls silent.
            short = {"timeout_s": 2.0, "attempts": 1} if trouble == "silent" else {}
            yield self.source(between.url, account, **short)


#: Enough for the counts, not for 5,000 rows, compressed [bytes].
_HALF = 20_000
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
    check(VictoriaLogsStage(servers.running("victorialogs"), servers))
