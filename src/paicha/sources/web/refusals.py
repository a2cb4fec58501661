"""What an HTTP status of a store means: which error, worth another try or not, how long to wait."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from paicha.errors import SourceError, SourceRejected, SourceUnreachable
from paicha.values import dataclass

#: Worth sending again: told to slow down, or a back end that was busy.
RETRYABLE = frozenset({429, 502, 503, 504})
#: Told to slow down before anything was done.
UNTOUCHED = frozenset({429})
_CODES = {
    400: "bad_request",
    401: "credentials",
    403: "forbidden",
    404: "not_found",
    405: "not_found",
    422: "bad_request",
    429: "rate_limited",
    502: "busy",
    503: "busy",
    504: "busy",
}
_LONGEST_MESSAGE = 500  # characters of a foreign message worth repeating


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is no good one."""

    kind: type[SourceError]
    code: str  # of errors_web.toml
    message: str
    wait_s: float | None  # what the server asked for


def refused(status: int, headers: Mapping[str, str], body: bytes) -> Refused:
    """
    Return what an answer with *status* means.

    Example:
        >>> refused(401, {}, b'{"error": "no such user"}').message
        'no such user'
    """
    code = _CODES.get(status) or ("failed" if status >= 500 else "refused")
    if 300 <= status < 400:
        code = "redirected"
    away = code in ("rate_limited", "busy", "failed")
    kind = SourceUnreachable if away else SourceRejected
    return Refused(kind, code, _message(body), _wait(headers))


def _message(body: bytes) -> str:
    words = body.decode("utf-8", "replace")
    try:
        parsed = json.loads(words)
    except ValueError:
        parsed = None
    if isinstance(parsed, Mapping):
        for key in ("error", "message", "reason"):
            if isinstance(parsed.get(key), str):
                words = str(parsed[key])
                break
            if isinstance(parsed.get(key), Mapping):
                words = _innermost(parsed[key])
                break
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= _LONGEST_MESSAGE else one_line[:_LONGEST_MESSAGE] + " …"


def _innermost(error: Mapping[str, object]) -> str:
    """Return type and reason of the deepest cause, as Elasticsearch nests them."""
    for deeper in ("caused_by", "root_cause"):
        inner = error.get(deeper)
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(inner, Mapping) and inner.get("reason"):
            return _innermost(inner)
    said = [str(error[part]) for part in ("type", "reason") if error.get(part)]
    return ": ".join(said) or json.dumps(error, ensure_ascii=False)


def _wait(headers: Mapping[str, str]) -> float | None:
    # Seconds, or a moment measured from the answer's own Date.
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        moment, sent = _epoch(value), _epoch(headers.get("date", ""))
        return None if moment is None or sent is None else max(0.0, moment - sent)


def _epoch(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError):
        return None
