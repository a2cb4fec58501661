"""A written report held against itself, and against an investigation."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from paicha.interfaces.http.api.bodies import RUN_EXAMPLE, RUN_PATTERN
from paicha.interfaces.http.api.refusals import refusals
from paicha.interfaces.http.api.reports import REPORT_ANSWER, report_answer
from paicha.interfaces.http.desk import AtDesk
from paicha.interfaces.http.language import Spoken
from paicha.interfaces.http.security import Reader

#: A report sent for an audit is at most so long [characters]; its body, as JSON, so long [bytes].
LONGEST_REPORT = 1 << 18  # 2 s of one core at most
LONGEST_BODY = 2 << 20
PATH = "/api/v1/audits"
router = APIRouter(tags=["audits"])


class AuditAsked(BaseModel):
    """A report, and what to hold it against."""

    model_config = ConfigDict(extra="forbid")

    report: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_REPORT)] = Field(
        description="Markdown or plain text, Chinese or English.",
        examples=["# Report\n\nWindow: 10:00:00 ~ 10:05:00 (last 15 minutes)\n"],
    )
    run: str | None = Field(
        None,
        pattern=RUN_PATTERN,
        description="An investigation to hold it against; null: the report against itself.",
        examples=[RUN_EXAMPLE],
    )
    name: Annotated[str, StringConstraints(max_length=200)] = Field(
        "report", description="What the report is called."
    )


@router.post(
    PATH,
    status_code=200,
    response_class=Response,
    responses={**refusals(404, 409, 413), **REPORT_ANSWER},
)
def audit(
    asked: AuditAsked,
    desk: AtDesk,
    _caller: Reader,
    lang: Spoken,
    kind: Annotated[Literal["md", "html", "json"], Query(alias="format")] = "json",
) -> Response:
    """Check the arithmetic, the times and the names of a report, and each claim against the evidence."""
    audited = desk.audit(asked.report, asked.run or "", asked.name)
    return report_answer(kind, audited.render(kind, lang), "audit", download=False)
