"""What an HTTP status of a store means: which error, worth another try or not, how long to wait."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from html import unescape

from paicha.errors import SourceDenied, SourceError, SourceRejected, SourceUnreachable
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
#: Of a web page the words, as far as this [characters]: how long a search may take is bounded by it.
_LONGEST_PAGE = 4000
_TITLE = re.compile(r"<title\b[^>]*>.*?</title>", re.DOTALL | re.IGNORECASE)
_NOT_SHOWN = re.compile(r"<(head|script|style|title)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*(?:>|\Z)")


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
    denied = SourceDenied if code in ("credentials", "forbidden") else SourceRejected
    kind = SourceUnreachable if away else denied
    return Refused(kind, code, message_of(body), _wait(headers))


def why_closed(words: str) -> str:
    """
    Return the code of an error for a connection that was never made, by what was said of it.

    Example:
        >>> why_closed("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), why_closed("[Errno 111] Connection refused")
        ('certificate', 'unreachable')
    """
    if "CERTIFICATE_VERIFY_FAILED" in words:
        return "certificate"
    return "tls" if "[SSL" in words else "unreachable"


def message_of(body: bytes) -> str:
    """
    Return what *body* says, on one line: the error in a JSON document, the words of a web page, or all of it.

    Example:
        >>> message_of(b"<html><title>Sign in</title><body><h1>Who are you?</h1></body></html>")
        'Who are you?'
        >>> message_of(b'{"error": {"message": "no such model", "type": "invalid_request_error"}}')
        'no such model'
    """
    words = body.decode("utf-8", "replace")
    if words.lstrip()[:1] == "<":
        words = _words_of_page(words[:_LONGEST_PAGE])
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


def _words_of_page(page: str) -> str:
    shown = _NOT_SHOWN.sub(" ", page)
    title = _TITLE.search(page)
    words = _TAG.sub(" ", shown).strip() or (_TAG.sub(" ", title[0]) if title else page)
    return unescape(words)


def _innermost(error: Mapping[str, object]) -> str:
    """Return type and reason of the deepest cause, as Elasticsearch nests them, or the message that others give beside a type."""
    for deeper in ("caused_by", "root_cause"):
        inner = error.get(deeper)
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(inner, Mapping) and inner.get("reason"):
            return _innermost(inner)
    if isinstance(error.get("message"), str) and not error.get("reason"):
        return str(error["message"])
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
