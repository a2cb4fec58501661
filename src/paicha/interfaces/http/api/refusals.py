"""How routes may refuse, for their description."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

from paicha.interfaces.http.answers import Refused
from paicha.interfaces.http.api.bodies import RUN_EXAMPLE, RUN_PATTERN

RunId = Annotated[
    str,
    Path(pattern=RUN_PATTERN, description="Id of a run.", examples=[RUN_EXAMPLE]),
]
_ABOUT = {
    400: "It cannot be understood, or names what is not configured.",
    401: "No token, or none that is valid.",
    403: "The token's role does not allow it.",
    404: "There is no such thing.",
    405: "It is not asked by this method.",
    409: "The investigation is not in a state for that.",
    413: "What was sent is too long.",
    421: "It was asked by a name that is not its own.",
    422: "It is not what it should be.",
    429: "As many wait as may; Retry-After says when to try again.",
    503: "The ledger cannot be reached.",
}


def refusals(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return how a route may refuse, beside the ways that all of them have."""
    return {
        code: {"model": Refused, "description": _ABOUT[code]}
        for code in sorted({400, 401, 403, 421, 422, 503, *codes})
    }
