"""What may be asked: the configured sources and profiles."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from paicha.interfaces.http.api.refusals import refusals
from paicha.interfaces.http.desk import AtDesk
from paicha.interfaces.http.security import Reader
from paicha.wiring.settings import LOG_TYPES, METRIC_TYPES, kind_of

router = APIRouter(prefix="/api/v1", tags=["sources"])


class SourceSaid(BaseModel):
    """One configured source; nothing of where it is and how it is reached."""

    name: str = Field(examples=["app-logs"])
    type: str = Field(examples=["blueking_logs"])
    reads: Literal["logs", "metrics"]


class ProfileSaid(BaseModel):
    """One configured profile."""

    name: str = Field(examples=["checkout"])
    title: str
    sources: list[str]
    metrics: list[str]
    window: str = Field(examples=["15m"])


class SourcesSaid(BaseModel):
    """Everything that may be asked."""

    sources: list[SourceSaid]
    profiles: list[ProfileSaid]


@router.get("/sources", responses=refusals())
def sources(desk: AtDesk, _caller: Reader) -> SourcesSaid:
    """List the sources and profiles that are configured: what is not here cannot be read."""
    settings = desk.settings
    listed = [
        SourceSaid(
            name=source.name,
            type=kind_of(source),
            reads="logs" if isinstance(source, LOG_TYPES) else "metrics",
        )
        for source in settings.sources
        if isinstance(source, (*LOG_TYPES, *METRIC_TYPES))
    ]
    profiles = [
        ProfileSaid(
            name=profile.name,
            title=profile.title or profile.name,
            sources=list(profile.sources),
            metrics=list(profile.metrics),
            window=profile.window,
        )
        for profile in settings.profiles
    ]
    return SourcesSaid(sources=listed, profiles=profiles)
