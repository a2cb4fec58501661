"""Two investigations side by side."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from paicha.interfaces.http.api.bodies import RUN_EXAMPLE, RUN_PATTERN
from paicha.interfaces.http.api.refusals import refusals
from paicha.interfaces.http.api.reports import REPORT_ANSWER, Zone, report_answer
from paicha.interfaces.http.desk import AtDesk
from paicha.interfaces.http.language import Asked
from paicha.interfaces.http.security import Reader

router = APIRouter(prefix="/api/v1", tags=["reports"])


class Sides(BaseModel):
    """Which two."""

    model_config = ConfigDict(extra="forbid")

    before: str = Field(
        pattern=RUN_PATTERN, description="The run to compare with.", examples=[RUN_EXAMPLE]
    )
    during: str = Field(pattern=RUN_PATTERN, description="The other run.", examples=[RUN_EXAMPLE])


@router.post(
    "/compare",
    status_code=200,
    response_class=Response,
    responses={**refusals(400, 404, 409, 413), **REPORT_ANSWER},
)
def compare(
    sides: Sides,
    desk: AtDesk,
    _caller: Reader,
    lang: Asked,
    kind: Annotated[Literal["md", "html", "json", "chat"], Query(alias="format")] = "json",
    zone: Zone = "",
) -> Response:
    """Return what is new, gone, louder and quieter in one investigation against another."""
    compared = desk.compare(sides.before, sides.during, lang)
    return report_answer(kind, compared.render(kind, lang, zone or None), "change", download=False)
