"""Ask for investigations, and see what became of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response

from paicha.interfaces.http.answers import Refused
from paicha.interfaces.http.api.bodies import RUN_EXAMPLE, Asking, RunSaid, RunsSaid
from paicha.interfaces.http.desk import AtDesk
from paicha.model.service import State

router = APIRouter(prefix="/api/v1/investigations", tags=["investigations"])

RunId = Annotated[
    str,
    Path(pattern="^[0-9A-HJKMNP-TV-Z]{26}$", description="Id of a run.", examples=[RUN_EXAMPLE]),
]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="A second request under one key gets the run of the first.",
    ),
]
_MOST_AT_ONCE = 200


def refusals(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return how a route may refuse, for its description."""
    return {code: {"model": Refused} for code in codes}


@router.post("", status_code=202, responses=refusals(400, 401, 403, 413, 422, 429, 503))
def submit(asking: Asking, desk: AtDesk, response: Response, key: Key = "") -> RunSaid:
    """Ask for an investigation; it waits in the queue and runs in a process of its own."""
    run = desk.submit(asking.request("api", "local"), key)
    response.headers["Location"] = f"/api/v1/investigations/{run.id}"
    return RunSaid.of(run)


@router.get("", responses=refusals(401, 403, 422, 503))
def search(
    desk: AtDesk,
    text: Annotated[
        str, Query(max_length=200, description="Words all of which must be there.")
    ] = "",
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    before: Annotated[str, Query(max_length=26, description="The `next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=_MOST_AT_ONCE)] = 50,
) -> RunsSaid:
    """List investigations, latest first."""
    runs = desk.search(text, state, before, limit)
    later = runs[-1].id if len(runs) == limit else None
    return RunsSaid(investigations=[RunSaid.of(run) for run in runs], next=later)


@router.get("/{run_id}", responses=refusals(401, 403, 404, 422, 503))
def get(run_id: RunId, desk: AtDesk) -> RunSaid:
    """Show one investigation."""
    return RunSaid.of(desk.get(run_id))
