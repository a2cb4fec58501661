"""
What an HTTP answer of BlueKing means.

Two back ends and a gateway answer with three envelopes, and errors come with any status: HTTP 200
with ``result: false``, plain text, HTML, nothing. Success is ``result is True``, whatever the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Literal

from paicha.sources.web.refusals import message_of
from paicha.values import dataclass

#: What to do about a refusal.
Kind = Literal[
    "rate_limited",
    "busy",
    "down",
    "credentials",
    "tenant",
    "permission",
    "forbidden",
    "no_api",
    "bad_request",
    "upstream",
    "refused",
    "html",
    "empty",
    "broken",
]

#: Worth sending again: told to slow down, or a back end that was busy.
RETRYABLE: frozenset[Kind] = frozenset({"rate_limited", "busy"})

_KINDS: Mapping[str, Kind] = {
    "1642901": "rate_limited",
    "1642902": "rate_limited",
    "1642903": "rate_limited",
    "1642904": "rate_limited",
    "3600429": "rate_limited",
    "1650200": "busy",
    "1650201": "busy",
    "1650300": "busy",
    "1650401": "busy",
    "1650001": "down",
    "1640004": "credentials",
    "1640100": "credentials",
    "1640101": "credentials",
    "1640102": "credentials",
    "1640301": "forbidden",
    "1640302": "forbidden",
    "1640303": "forbidden",
    "1640304": "tenant",
    "1640401": "no_api",
    "9900403": "permission",
    "35999999": "permission",
    "3300002": "bad_request",
    "3600001": "bad_request",
    "3600400": "bad_request",
    "3301001": "upstream",
}
_STATUS_KINDS: Mapping[int, Kind] = {
    400: "bad_request",
    401: "credentials",
    403: "forbidden",
    404: "no_api",
    429: "rate_limited",
    502: "busy",
    503: "busy",
    504: "busy",
}
_LONGEST_MESSAGE = 500  # characters of a foreign message worth repeating


@dataclass(frozen=True, slots=True)
class Answer:
    """A success."""

    data: object
    request_id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Anything else, and what is known about it."""

    kind: Kind
    status: int
    code: str
    message: str
    request_id: str
    apply_url: str = ""
    wait_s: float | None = None  # what the server asked for


def read_envelope(status: int, headers: Mapping[str, str], body: bytes) -> Answer | Refusal:
    """
    Decide what an answer means; the body counts whatever the status says.

    Args:
        status: HTTP status.
        headers: Its headers, looked up in lower case.
        body: Its body.

    Example:
        >>> read_envelope(200, {}, b'{"result": true, "code": 0, "data": [1]}').data
        [1]
        >>> read_envelope(200, {}, b'{"result": false, "code": "3600429", "message": "slow"}').kind
        'rate_limited'
    """
    request_id = headers.get("x-bkapi-request-id", "")
    try:
        parsed = json.loads(body)
    except ValueError:
        return _not_json(status, headers, body, request_id)
    if not isinstance(parsed, dict) or "result" not in parsed:
        return _without_envelope(status, headers, parsed, request_id)
    if parsed["result"] is True and status < 300:
        return Answer(parsed.get("data"), request_id)
    return _refusal(status, headers, parsed, request_id)


def _refusal(
    status: int, headers: Mapping[str, str], parsed: Mapping[str, object], request_id: str
) -> Refusal:
    code = str(parsed.get("code", "")).strip()
    kind = _KINDS.get(code) or _STATUS_KINDS.get(status) or ("down" if status >= 500 else "refused")
    return Refusal(
        kind,
        status,
        code,
        _clip(str(parsed.get("message") or "")),
        request_id,
        apply_url=_apply_url(parsed),
        wait_s=_wait(headers),
    )


def _apply_url(parsed: Mapping[str, object]) -> str:
    for holder in ("data", "permission", "error_details"):
        inner = parsed.get(holder)
        if isinstance(inner, Mapping) and isinstance(inner.get("apply_url"), str):
            return str(inner["apply_url"])
    return ""


def _without_envelope(
    status: int, headers: Mapping[str, str], parsed: object, request_id: str
) -> Refusal:
    message = _clip(json.dumps(parsed, ensure_ascii=False))
    kind = _STATUS_KINDS.get(status) or ("down" if status >= 500 else "broken")
    return Refusal(kind, status, "", message, request_id, wait_s=_wait(headers))


def _not_json(status: int, headers: Mapping[str, str], body: bytes, request_id: str) -> Refusal:
    words = body.decode("utf-8", "replace").strip()
    kind: Kind = _STATUS_KINDS.get(status) or ("down" if status >= 500 else "broken")
    if kind == "forbidden" and "tenant" in words:
        kind = "tenant"
    if kind == "forbidden" and words.startswith(("Invalid token", "Token expired")):
        kind = "credentials"
    if kind == "broken" and not words:
        kind = "empty"
    elif kind == "broken" and words[:200].lstrip("\ufeff").lower().startswith(
        ("<!doctype", "<html")
    ):
        kind = "html"
    elif kind == "broken" and 300 <= status < 400:
        kind = "html"  # a login page somewhere else
    if words.lstrip("\ufeff").startswith("<"):
        words = message_of(body)
    return Refusal(kind, status, "", _clip(words), request_id, wait_s=_wait(headers))


def _wait(headers: Mapping[str, str]) -> float | None:
    for name in ("retry-after", "x-bkapi-ratelimit-reset"):
        value = headers.get(name, "").strip()
        if value:
            seconds = _seconds(value, headers.get("date", ""))
            if seconds is not None:
                return max(0.0, seconds)
    return None


def _seconds(value: str, date: str) -> float | None:
    # Seconds to wait; or a moment, as HTTP date or epoch, measured from the answer's own Date.
    try:
        number = float(value)
    except ValueError:
        moment = _epoch(value)
        sent = _epoch(date)
        return None if moment is None or sent is None else moment - sent
    if number < 1e9:
        return number
    sent = _epoch(date)
    return None if sent is None else number - sent


def _epoch(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError):
        return None


def _clip(words: str) -> str:
    one_line = " ".join(words.split())
    if len(one_line) <= _LONGEST_MESSAGE:
        return one_line
    return one_line[:_LONGEST_MESSAGE] + " …"
