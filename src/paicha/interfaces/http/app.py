"""The application: every route, over one desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool

from paicha.interfaces.http import answers, hooks
from paicha.interfaces.http.api import (
    audits,
    comparisons,
    events,
    health,
    investigations,
    reports,
    sources,
)
from paicha.interfaces.http.gate import Gate
from paicha.interfaces.http.metrics import Metrics
from paicha.interfaces.http.page.guard import DoorGuard
from paicha.interfaces.http.page.router import house_of, page_router
from paicha.interfaces.http.page.shell import LONGEST_FORM, trouble
from paicha.interfaces.http.parameters import refuse_unknown
from paicha.interfaces.http.security import Door
from paicha.interfaces.http.traces import Traces
from paicha.interfaces.http.turns import turns
from paicha.service.asks import AskBook
from paicha.service.desk import Desk
from paicha.service.errands import Errands
from paicha.version import __version__
from paicha.wiring.service_settings import ServiceSettings

DESCRIPTION = (
    "From a window of logs and host metrics to the report a good on-call engineer would write."
)
#: What answers requests; a further part adds its module, which has a `router`.
PARTS = (investigations, events, reports, comparisons, audits, sources, health, hooks)
#: Those that others call by addresses that they may add to: who probes, who scrapes, who sends alerts.
_OPEN = (health, hooks)
#: Bodies that may be longer than others, by the beginning of their path [bytes].
LONGER = {audits.PATH: audits.LONGEST_BODY, "/audit": LONGEST_FORM}
#: Runs in hand have so long to end when the service is stopped [s].
_PATIENCE_S = 10.0


def create_app(desk: Desk, *, running: bool = True) -> FastAPI:
    """
    Return the application over *desk*.

    Args:
        desk: What it serves.
        running: Whether it also carries runs out, from its start to its end.

    Raises:
        ServiceError: If its settings would let anybody in.
    """
    service = desk.settings.service
    book, metrics = AskBook(desk.ledger.asks), Metrics()
    traces = Traces.of(service)
    # It hears of ends first: where its message cannot be kept, the end is told again, and counted only then.
    errands = Errands.of(desk, metrics.count)
    desk.on_end(metrics.run_ended)
    if traces is not None:
        desk.on_end(traces.run_ended)

    app = FastAPI(
        title="Paicha",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_lifespan(desk, errands, book, traces, running=running),
        openapi_url=None,  # api/health.py serves it to who may read
        docs_url=None,  # its page would be fetched from elsewhere
        redoc_url=None,
    )
    app.state.desk, app.state.metrics, app.state.book = desk, metrics, book
    app.state.turns = turns()
    app.state.closing = False  # whether streams should come to their end
    app.state.errands = errands
    app.state.door = Door.of(service, desk.ledger, desk.clock)
    answers.install(app)
    for part in PARTS:
        checks = () if part in _OPEN else (Depends(refuse_unknown),)
        app.include_router(part.router, dependencies=checks)
    house = house_of(desk, DoorGuard())
    app.state.told_page = partial(trouble, house)
    app.include_router(page_router(house))
    app.add_middleware(
        Gate,
        hosts=_hosts(service),
        own=_origins(service),
        longest=LONGER | _longest_of_hooks(desk),
        book=book,
        metrics=metrics,
        clock=desk.clock,
        traced=traces.request if traces is not None else None,
    )
    return app


def _lifespan(
    desk: Desk, errands: Errands, book: AskBook, traces: Traces | None, *, running: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what begins with the application, and ends with it."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        book.start()
        if running:
            await run_in_threadpool(desk.start)
            await run_in_threadpool(errands.start)
        try:
            yield
        finally:
            await run_in_threadpool(_closed, desk, errands, book, traces)

    return lifespan


def _closed(desk: Desk, errands: Errands, book: AskBook, traces: Traces | None) -> None:
    errands.stop()
    book.stop()
    desk.stop(_PATIENCE_S)
    if traces is not None:
        traces.stop()


def _hosts(service: ServiceSettings) -> frozenset[str]:
    own = urlsplit(service.external_url).hostname
    listened = service.listen.rpartition(":")[0]
    named = {"localhost", listened, *service.hosts, *((own,) if own else ())}
    return frozenset(name.lower() for name in named)


def _origins(service: ServiceSettings) -> frozenset[str]:
    parts = urlsplit(service.external_url)
    return frozenset({f"{parts.scheme}://{parts.netloc}".lower()} if parts.netloc else ())


def _longest_of_hooks(desk: Desk) -> dict[str, int]:
    longest = max((hook.max_body for hook in desk.settings.webhooks), default=0)
    return {f"{hooks.router.prefix}/": longest} if longest else {}
