"""The application: every route, over one desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from paicha.interfaces.http import answers
from paicha.interfaces.http.api import investigations
from paicha.service.desk import Desk
from paicha.version import __version__

DESCRIPTION = (
    "From a window of logs and host metrics to the report a good on-call engineer would write."
)


def create_app(desk: Desk, *, running: bool = True) -> FastAPI:
    """
    Return the application over *desk*.

    Args:
        desk: What it serves.
        running: Whether it also carries runs out, from its start to its end.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if running:
            await run_in_threadpool(desk.start)
        try:
            yield
        finally:
            if running:
                await run_in_threadpool(desk.stop)

    app = FastAPI(
        title="Paicha",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page would be fetched from elsewhere
        redoc_url=None,
    )
    app.state.desk = desk
    answers.install(app)
    for part in (investigations,):
        app.include_router(part.router)
    return app
