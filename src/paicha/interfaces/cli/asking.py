"""The question that the options of `investigate`, `change` and `audit` make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from paicha.facade import Asked, Preparation
from paicha.interfaces.cli.console import say
from paicha.interfaces.cli.session import Session
from paicha.interfaces.cli.times import shown_moment, shown_window


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


def say_window(prepared: Preparation) -> None:
    """Say which window will be asked about, and how a time without a day was understood."""
    language, zone = prepared.inquiry.language, prepared.inquiry.zone
    placed = prepared.placed
    if placed is not None:
        key = "placed_by_data" if placed.of_data else "placed_by_now"
        end = shown_moment(placed.before, zone)
        say(key, language, text=placed.text, end=end)
    if prepared.window is not None:
        say("window", language, window=shown_window(prepared.window, zone))
