"""Answers of metric stores that somebody kept as files: JSON as logs are, but no log."""

from __future__ import annotations

import re
from typing import Final

#: So much of a file tells; of its lines so many.
BEGINNING: Final = 1 << 16
OPENING_LINES: Final = 40

#: An answer, or answers by name.
_ENVELOPE = re.compile(
    r'\s{0,99}\{\s{0,99}(?:"[^"\\]{1,200}"\s{0,9}:\s{0,9}\{\s{0,99})?"(?:status|result|code|message|data|trace_id)"\s{0,9}:'
)
#: What all of stands in the beginning of an answer: of Prometheus' query API, of BlueKing's monitor.
_KINDS = (
    (
        re.compile(r'(?<!\\)"status"\s{0,9}:\s{0,9}"success"'),
        re.compile(r'(?<!\\)"resultType"\s{0,9}:\s{0,9}"(?:matrix|vector|scalar)"'),
    ),
    (
        re.compile(r'(?<!\\)"series"\s{0,9}:\s{0,9}\['),
        re.compile(r'(?<!\\)"datapoints"\s{0,9}:\s{0,9}\[\s{0,99}[\[\]]'),
    ),
)


def is_metric_answer(beginning: str) -> bool:
    r"""
    Return whether a file that begins so is a stored answer of a metric store.

    Example:
        >>> is_metric_answer('{"status": "success", "data": {"resultType": "matrix", "result": []}}')
        True
        >>> is_metric_answer('{"time": "2026-01-05T10:00:00Z", "msg": "{\"resultType\": \"matrix\"}"}')
        False
    """
    if _ENVELOPE.match(beginning) is None:
        return False
    return any(all(part.search(beginning) for part in kind) for kind in _KINDS)
