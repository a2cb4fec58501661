"""How far a run is, as server-sent events."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from paicha.interfaces.http.api.bodies import RunSaid
from paicha.interfaces.http.api.refusals import RunId, refusals
from paicha.interfaces.http.desk import AtDesk
from paicha.interfaces.http.security import Reader
from paicha.model.service import Run
from paicha.service.desk import Desk

router = APIRouter(prefix="/api/v1/investigations", tags=["investigations"])

#: How often the ledger is asked [s]; it is the same for runs of other processes.
_EVERY_S = 0.5
#: A line without meaning keeps what is between us from hanging up [s].
_ALIVE_EVERY_S = 15.0
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `run` with an investigation as data, until it is over; then `end`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/{run_id}/events", response_class=StreamingResponse, responses={**refusals(404), **_STREAM}
)
async def events(
    run_id: RunId, request: Request, desk: AtDesk, _caller: Reader
) -> StreamingResponse:
    """Tell how far an investigation is until it is over."""
    run = await run_in_threadpool(desk.get, run_id)
    headers = {"X-Accel-Buffering": "no"}  # a proxy that holds events back makes them useless
    stream = _told(run, request, desk)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _told(run: Run, request: Request, desk: Desk) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    number, spoke = 0, time.monotonic()
    yield _event(run, number)
    state = request.app.state
    while not run.over and not state.closing and not await request.is_disconnected():
        await anyio.sleep(_EVERY_S)
        later = await run_in_threadpool(desk.ledger.runs.get, run.id)
        if later is None:  # forgotten meanwhile
            break
        if later != run:
            run, number, spoke = later, number + 1, time.monotonic()
            yield _event(run, number)
        elif time.monotonic() - spoke > _ALIVE_EVERY_S:
            spoke = time.monotonic()
            yield ": \n\n"
    if not state.closing:  # else a browser asks again, and finds the service or its successor
        yield "event: end\ndata: {}\n\n"


def _event(run: Run, number: int) -> str:
    return f"id: {number}\nevent: run\ndata: {RunSaid.of(run).model_dump_json()}\n\n"
