"""The question that the options of `investigate`, `change` and `audit` make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from paicha.facade import Asked
from paicha.interfaces.cli.session import Session


def asked_of(
    session: Session,
    files: Sequence[str] | None,
    sources: Sequence[str] | None,
    *,
    start: str | None,
    end: str | None,
    last: str | None,
    tz: str | None,
) -> Asked:
    """Return the question about all lines of *files* and *sources* in a window."""
    return Asked(
        files=tuple(files or ()),
        sources=tuple(sources or ()),
        start=start,
        end=end,
        last=last,
        zone=tz or "",
        language=session.language,
    )


def within(
    asked: Asked,
    *,
    biz: int | None,
    index_set: int | None,
    host: Sequence[str] | None,
    service: Sequence[str] | None,
    where: str,
) -> Asked:
    """Return *asked* about the lines of some hosts and services, and those that a filter lets through."""
    return replace(
        asked,
        biz=biz,
        index_set=index_set,
        hosts=tuple(host or ()),
        services=tuple(service or ()),
        where=where,
    )
