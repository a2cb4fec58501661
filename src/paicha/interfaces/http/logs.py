"""The service's own log: one JSON object a line, on the standard error."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

from paicha.renderers.visible import visible

#: What every record has; all else is facts of this one.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    r"""
    Writes a record as one line of JSON: time, level, logger, event, and its facts by their names.

    Example:
        >>> record = logging.makeLogRecord({"name": "paicha", "msg": "run.ended", "run": "1\n2"})
        >>> record.created, record.levelname = 0.0, "INFO"
        >>> JsonLines().format(record)  # doctest: +NORMALIZE_WHITESPACE
        '{"time": "1970-01-01T00:00:00.000Z", "level": "info", "logger": "paicha",
          "event": "run.ended", "run": "1\\n2"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, UTC)
        facts: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": visible(record.getMessage()),
        }
        facts |= {name: _plain(value) for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info and record.exc_info[1] is not None:
            facts["trace"] = visible(
                "".join(traceback.format_exception(record.exc_info[1])), lines=True
            )
        return json.dumps(facts, ensure_ascii=False)


def _plain(value: object) -> object:
    # What came from outside may hold bytes that a terminal obeys.
    return value if isinstance(value, int | float | None) else visible(str(value), lines=True)


def write_json_lines() -> None:
    """Let everything that is logged in this process come out so."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("paicha").setLevel(logging.INFO)
