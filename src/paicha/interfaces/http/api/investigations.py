"""Ask for investigations, and see what became of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from paicha.interfaces.http.api.bodies import RUN_PATTERN, Asking, NoteAsked, RunSaid, RunsSaid
from paicha.interfaces.http.api.refusals import RunId, refusals
from paicha.interfaces.http.desk import AtDesk
from paicha.interfaces.http.security import Admin, Reader, Runner
from paicha.locales import Text
from paicha.model.service import State

router = APIRouter(prefix="/api/v1/investigations", tags=["investigations"])

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="A second request of the same caller under one key gets the run of the first; "
        "409 where it asks for something else.",
    ),
]
_MOST_AT_ONCE = 200


@router.post("", status_code=202, responses=refusals(400, 409, 413, 429))
def submit(
    asking: Asking, desk: AtDesk, caller: Runner, response: Response, key: Key = ""
) -> RunSaid:
    """Ask for an investigation; it waits in the queue and runs in a process of its own."""
    own = f"api:{caller.name}:{key}" if key else ""
    run = desk.submit(asking.request("api", caller.name), own, strict=True)
    response.headers["Location"] = f"/api/v1/investigations/{run.id}"
    return RunSaid.of(run)


@router.get("", responses=refusals())
def search(
    desk: AtDesk,
    _caller: Reader,
    text: Annotated[str, Query(max_length=200, description="Words that all must be there.")] = "",
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    before: Annotated[
        str, Query(pattern=f"^$|{RUN_PATTERN}", description="The `next` of the page before.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=_MOST_AT_ONCE)] = 50,
) -> RunsSaid:
    """List investigations, latest first."""
    runs = desk.search(text, state, before, limit)
    later = runs[-1].id if len(runs) == limit else None
    return RunsSaid(investigations=[RunSaid.of(run) for run in runs], next=later)


@router.get("/{run_id}", responses=refusals(404))
def get(run_id: RunId, desk: AtDesk, _caller: Reader) -> RunSaid:
    """Show one investigation."""
    return RunSaid.of(desk.get(run_id))


@router.post("/{run_id}/cancel", status_code=202, responses=refusals(404, 409))
def cancel(run_id: RunId, desk: AtDesk, caller: Runner) -> RunSaid:
    """Take an investigation out of the queue, or stop it while it runs."""
    return RunSaid.of(desk.cancel(run_id, caller.name))


@router.post("/{run_id}/notes", status_code=201, responses=refusals(404, 413))
def note(run_id: RunId, asked: NoteAsked, desk: AtDesk, caller: Runner) -> RunSaid:
    """Add a line to an investigation."""
    return RunSaid.of(desk.note(run_id, Text.same(f"{caller.name}: {asked.text}")))


@router.delete("/{run_id}", status_code=204, responses=refusals(404, 409))
def delete(run_id: RunId, desk: AtDesk, _caller: Admin) -> None:
    """Forget an investigation that is over, and remove its case file."""
    desk.delete(run_id)
