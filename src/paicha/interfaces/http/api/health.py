"""Whether it is alive, whether it can work, and what it says of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from paicha.interfaces.http.answers import Refused
from paicha.interfaces.http.api.refusals import refusals
from paicha.interfaces.http.desk import AtDesk
from paicha.interfaces.http.metrics import CONTENT_TYPE, Metrics
from paicha.interfaces.http.security import Admin, Reader
from paicha.service.asks import AskBook

router = APIRouter(tags=["service"])

_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus' text format.", "content": {"text/plain": {}}}
}


class Alive(BaseModel):
    """It is alive."""

    status: Literal["ok"] = "ok"


class AskSaid(BaseModel):
    """One line of the audit log."""

    id: int
    at: datetime
    who: str
    address: str
    action: str
    subject: str
    status: int


class AsksSaid(BaseModel):
    """A page of the audit log, latest first."""

    asks: list[AskSaid]
    next: int | None


@router.get("/healthz")
async def healthz(request: Request) -> Alive:
    """Say that the process answers; it needs no token, and no thread: those may all wait for the ledger."""
    request.state.route = "/healthz"
    return Alive()


@router.get("/readyz", responses={503: {"model": Refused, "description": "It cannot work now."}})
def readyz(request: Request, desk: AtDesk) -> Alive:
    """Say that the ledger answers, runs are carried out and their cases have room; it needs no token."""
    request.state.route = "/readyz"
    desk.check_ready()
    return Alive()


@router.get("/metrics", response_class=Response, responses={**refusals(), **_TEXT})
def metrics(request: Request, desk: AtDesk, _caller: Reader) -> Response:
    """Return the figures of this process and the ledger for Prometheus."""
    figures: Metrics = request.app.state.metrics
    states = {str(state): n for state, n in desk.ledger.runs.counts().items()}
    return Response(figures.text(states, desk.settings.service.queue), media_type=CONTENT_TYPE)


@router.get("/api/v1/audit-log", responses=refusals())
def audit_log(
    request: Request,
    desk: AtDesk,
    _caller: Admin,
    before: Annotated[int, Query(ge=0, le=2**62, description="The `next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    who: Annotated[str, Query(max_length=200, description="Only this name's.")] = "",
) -> AsksSaid:
    """List who asked what, latest first."""
    book: AskBook = request.app.state.book
    book.flush()
    found = desk.ledger.asks.read(before, limit, who)
    lines = [AskSaid.model_validate(ask, from_attributes=True) for ask in found]
    return AsksSaid(asks=lines, next=lines[-1].id if len(lines) == limit else None)


@router.get("/api/v1/openapi.json", include_in_schema=False)
def openapi(request: Request, _caller: Reader) -> JSONResponse:
    """Describe the API."""
    return JSONResponse(request.app.openapi())
