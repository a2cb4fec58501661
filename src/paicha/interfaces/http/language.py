"""Which language an answer speaks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from paicha.interfaces.http.desk import desk_of
from paicha.locales import Language

#: A header longer than this says nothing that matters [characters].
_LONGEST_HEADER = 1000


def preferred(header: str) -> Language | None:
    """
    Return the language that an ``Accept-Language`` header prefers; None when it names neither.

    Example:
        >>> preferred("fr, en;q=0.5, zh-CN;q=0.9"), preferred("fr")
        ('zh', None)
    """
    wishes: list[tuple[float, int, Language]] = []
    for place, part in enumerate(header[:_LONGEST_HEADER].split(",")):
        name, _, weight = part.partition(";q=")
        code = name.strip().lower().partition("-")[0]
        if code in ("zh", "en"):
            wishes.append((-_number(weight), place, "zh" if code == "zh" else "en"))
    return min(wishes)[2] if wishes else None


def _number(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def language_asked(request: Request) -> Language | None:
    """Return the language that the request's ``lang`` or header asks for; None when neither does."""
    named = request.query_params.get("lang")
    if named in ("zh", "en"):
        return "zh" if named == "zh" else "en"
    return preferred(request.headers.get("accept-language", ""))


def language_for(request: Request) -> Language:
    """Return the language of an answer: what was asked for, else the settings', else English."""
    asked = language_asked(request)
    if asked is not None:
        return asked
    return "zh" if desk_of(request).settings.general.language == "zh" else "en"


def _named(
    request: Request,
    lang: Annotated[  # noqa: ARG001 - read from the request; stands here for the description
        Language | None, Query(description="Language of the answer; else Accept-Language decides.")
    ] = None,
) -> Language:
    return language_for(request)


def _asked(
    request: Request,
    lang: Annotated[  # noqa: ARG001 - likewise
        Language | None,
        Query(description="Language of the answer; else Accept-Language or the question decides."),
    ] = None,
) -> Language | None:
    return language_asked(request)


#: The language of an answer.
Spoken = Annotated[Language, Depends(_named)]
#: The language that somebody asked for; None where a report's own decides.
Asked = Annotated[Language | None, Depends(_asked)]
