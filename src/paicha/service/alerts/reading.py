"""
A body of anybody's making, read without trusting it.

Bodies arrive as JSON, as JSON inside a JSON string (a template that was quoted once too often), or as a
form with JSON in one of its fields.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from paicha.errors import QuestionError

#: JSON strings inside JSON strings are opened this deep.
_LAYERS = 4
_MOST_ALERTS = 1_000  # of one body
_LONGEST_TEXT = 2_000  # characters of one text of an alert that are kept
#: Times outside of these are no times of an alert (1990-01-01, 2100-01-01) [s].
_EARLIEST, _LATEST = 631_152_000.0, 4_102_444_800.0

Document = Mapping[str, object]


#: Fields of a form at most.
_MOST_FIELDS = 50


def document(body: bytes) -> Document:
    r"""
    Return the JSON object that *body* holds.

    Raises:
        QuestionError: If it holds none.

    Example:
        >>> document(b'{"a": 1}'), document(b'"{\\"a\\": 1}"'), document(b"payload=%7B%22a%22%3A1%7D")
        ({'a': 1}, {'a': 1}, {'a': 1})
    """
    words = body.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    if not words:
        raise QuestionError("hooks.empty_body")
    found: object = words
    for _ in range(_LAYERS):
        if not isinstance(found, str):
            break
        found = _parsed(found)
    if not isinstance(found, Mapping):
        raise QuestionError("hooks.not_an_object", found=_kind(found))
    return found


def _parsed(words: str) -> object:
    try:
        return json.loads(words)
    except RecursionError:
        raise QuestionError("hooks.too_deep") from None
    except ValueError as wrong:
        field = _form_field(words)
        if field:
            return field
        raise QuestionError("hooks.not_json", why=clean(str(wrong))[:200]) from None


def _form_field(words: str) -> str:
    # A form: the first value that looks like an object is the message.
    if words.startswith("--"):
        return _part(words)
    if "=" not in words[:200] or words[:1] in "{[\"'":
        return ""
    try:
        fields = parse_qsl(words, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return ""
    return next((value for _, value in fields if value.lstrip()[:1] == "{"), "")


def _part(words: str) -> str:
    """Return the message of a ``multipart/form-data``, whose first line is what stands between its parts."""
    border = words.partition("\n")[0].strip()
    for part in words.split(border)[1:_MOST_FIELDS]:
        head, _, value = part.replace("\r\n", "\n").partition("\n\n")
        if "form-data" in head.lower() and value.lstrip()[:1] == "{":
            return value.strip()
    return ""


def _kind(found: object) -> str:
    """Return the type of *found* by its name in JSON, which is the same in every language."""
    kinds = ((bool, "boolean"), (list, "array"), (str, "string"), (int | float, "number"))
    return next((word for kind, word in kinds if isinstance(found, kind)), "null")


def clean(words: str) -> str:
    """Return text that every store takes: no lone surrogate and no NUL, and not endless."""
    kept = words[:_LONGEST_TEXT].replace("\x00", "\ufffd")
    return kept.encode("utf-8", "replace").decode("utf-8")


def text_at(table: Document, *keys: str) -> str:
    """Return the first of *keys* that holds a text or a number, as text; "" when none does."""
    for key in keys:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return clean(value.strip())
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number(value)
    return ""


def number(value: float) -> str:
    """Return a number as its sender wrote it, near enough; "" for what is none."""
    if isinstance(value, float):
        return f"{value:.15g}" if math.isfinite(value) else ""
    return str(value) if abs(value) < 10**30 else ""


def table_at(table: Document, *path: str) -> Document:
    """Return the object at *path*; an empty one where something else stands."""
    found: object = table
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def tables_in(value: object) -> Iterator[Document]:
    """Yield the objects of a list; none where there is no list."""
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, Mapping))


def alerts_in(found: list[object]) -> Iterator[Document]:
    """
    Return the objects of a body's list of alerts.

    Raises:
        QuestionError: If there are too many.
    """
    if len(found) > _MOST_ALERTS:
        raise QuestionError("hooks.too_many_alerts", n=len(found), most=_MOST_ALERTS)
    return tables_in(found)


def whole_at(table: Document, *keys: str) -> int | None:
    """Return the first of *keys* that holds a whole number that fits 63 bits; None when none does."""
    for key in keys:
        words = text_at(table, key)
        if words.lstrip("-").isascii() and words.lstrip("-").isdigit() and len(words) < 19:
            return int(words)
    return None


def moment(value: object) -> datetime | None:
    """
    Return a time as UTC: epoch seconds, milliseconds or nanoseconds, ISO 8601, or a text without zone.

    A text without zone is UTC: that is how BlueKing writes them.

    Example:
        >>> moment(1767603600) == moment("2026-01-05 09:00:00") == moment("2026-01-05T17:00:00+08:00")
        True
        >>> moment("0001-01-01T00:00:00Z"), moment(True), moment("soon")
        (None, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    words = value.strip()
    if words.isascii() and words.replace(".", "", 1).isdigit() and len(words) < 40:
        return _from_epoch(float(words))
    try:
        found = datetime.fromisoformat(_fitting(words))
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if _EARLIEST <= found.timestamp() <= _LATEST else None


def _fitting(words: str) -> str:
    # Go writes nanoseconds; Python reads six digits.
    head, dot, tail = words.partition(".")
    digits = tail[: len(tail) - len(tail.lstrip("0123456789"))]
    return f"{head}.{digits[:6].ljust(6, '0')}{tail[len(digits) :]}" if dot and digits else words


def _from_epoch(value: float) -> datetime | None:
    try:
        seconds = float(value)
    except OverflowError:
        return None
    if not math.isfinite(seconds):
        return None
    for unit in (1.0, 1e3, 1e6, 1e9):
        if _EARLIEST <= seconds / unit <= _LATEST:
            return datetime.fromtimestamp(seconds / unit, UTC)
    return None
