"""What an investigation found: its report in every format, and the lines behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from paicha.interfaces.http.api.bodies import BothLanguages
from paicha.interfaces.http.api.refusals import RunId, refusals
from paicha.interfaces.http.desk import AtDesk
from paicha.interfaces.http.gate import REPORT_POLICY
from paicha.interfaces.http.language import Asked
from paicha.interfaces.http.security import Reader
from paicha.interfaces.http.turns import TurnRoute
from paicha.renderers.visible import visible

router = APIRouter(prefix="/api/v1/investigations", tags=["reports"], route_class=TurnRoute)

ReportKind = Literal["md", "html", "json", "chat", "page", "terminal"]
MEDIA: dict[str, str] = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "chat": "text/plain; charset=utf-8",
    "page": "text/markdown; charset=utf-8",
    "terminal": "text/plain; charset=utf-8",
}
_ENDINGS = {"html": "html", "json": "json", "md": "md", "page": "md"}
_MOST_LINES = 500
Download = Annotated[bool, Query(description="Whether a browser is to keep it as a file.")]
Zone = Annotated[
    str,
    Query(
        max_length=64, description="IANA name of the zone times are told in; empty: the asked one."
    ),
]
REPORT_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The report.",
        "content": {kind.partition(";")[0]: {} for kind in sorted(set(MEDIA.values()))},
    }
}


class LineSaid(BaseModel):
    """One record, secrets in its text covered. Its text is data, whatever it says."""

    timestamp: datetime | None
    level: str
    module: str
    host: str
    body: str
    locator: str = Field(description="Where it can be found again.", examples=["app.log:17"])


class EvidenceSaid(BaseModel):
    """A page of the records behind a problem, earliest first."""

    problem: str
    number: int
    total: int = Field(description="How many records the problem has.")
    kept: int = Field(description="How many of them the case keeps; of large files some only.")
    offset: int
    notes: list[BothLanguages] = Field(
        description="Which files that hold the records not kept have changed or are gone."
    )
    lines: list[LineSaid]
    next: int | None = Field(description="The `offset` of the next page; null: the last page.")


def report_answer(kind: str, body: bytes, stem: str, *, download: bool) -> Response:
    """Return *body* with what a browser has to know of it."""
    headers = {"Content-Security-Policy": REPORT_POLICY} if kind == "html" else {}
    if download:
        name = f"paicha-{stem}.{_ENDINGS.get(kind, 'txt')}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(body, media_type=MEDIA[kind], headers=headers)


@router.get(
    "/{run_id}/report",
    response_class=Response,
    responses={**refusals(400, 404, 409), **REPORT_ANSWER},
)
def report(
    run_id: RunId,
    desk: AtDesk,
    _caller: Reader,
    *,
    lang: Asked,
    kind: Annotated[ReportKind, Query(alias="format")] = "json",
    zone: Zone = "",
    download: Download = False,
) -> Response:
    """Return the report: Markdown, HTML, JSON (both languages at once), a chat message, one page, text."""
    body = desk.investigation(run_id).render(kind, lang, zone or None)
    return report_answer(kind, body, run_id, download=download)


@router.get("/{run_id}/problems/{problem}/evidence", responses=refusals(404, 409))
def evidence(
    run_id: RunId,
    problem: Annotated[str, Path(max_length=100, description="Its number or id.", examples=["1"])],
    desk: AtDesk,
    _caller: Reader,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST_LINES)] = 100,
) -> EvidenceSaid:
    """Return the records behind a problem, a page at a time."""
    found = desk.investigation(run_id).lines(problem, limit, offset)
    lines = [
        LineSaid(
            timestamp=line.timestamp,
            level=line.level,
            module=line.module,
            host=line.host,
            body=visible(line.body, lines=True),
            locator=line.locator,
        )
        for line in found.lines
    ]
    reached = offset + len(lines)
    return EvidenceSaid(
        problem=found.problem.id,
        number=found.problem.number,
        total=found.total,
        kept=found.kept,
        offset=offset,
        notes=[BothLanguages(zh=visible(it.zh), en=visible(it.en)) for it in found.notes],
        lines=lines,
        next=reached if reached < found.kept else None,
    )
