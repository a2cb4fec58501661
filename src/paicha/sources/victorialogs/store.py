"""One window and scope of a VictoriaLogs, as a `paicha.sources.stored_logs.LogStore`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import lru_cache

import msgspec

from paicha.errors import SourceContract, SourceError, SourceUnreachable
from paicha.kernel.field_map import FieldMap
from paicha.kernel.query_text import quoted
from paicha.locales import Text, text
from paicha.sources.stored_logs import Piece, StoredRow
from paicha.sources.stored_logs.cutting import cut, nanoseconds
from paicha.sources.victorialogs.logsql import exactly, time_filter
from paicha.sources.web import Request, WebClient, lines_of
from paicha.values import dataclass

QUERY_PATH = "/select/logsql/query"
_FIELDS_PATH = "/select/logsql/field_names"
_METRICS_PATH = "/metrics"
#: A partition of the storage that takes no more, as the server's own metrics say it.
_READ_ONLY = re.compile(rb"^vl_storage_is_read_only(?:\{[^\n]*\})? 1\b", re.MULTILINE)
_ROW = msgspec.json.Decoder(dict[str, str])
#: What it writes where a shipper did not say which field is the message: the row says what it has.
_NO_MESSAGE = "missing _msg field; see https://"
#: The store's own columns: the stream is a copy of fields, the others are in the locator.
HIDDEN = frozenset({"_time", "_stream", "_stream_id"})


@dataclass(slots=True)
class VictoriaLogsStore:
    """
    Asks in LogsQL.

    Args:
        client: The conversation.
        window: What every question is about.
        scope: The filter of hosts, services and what a person wrote; "" for none.
        fields: Which field is which.
        names: The fields that the window has.
    """

    client: WebClient
    window: Piece
    scope: str
    fields: FieldMap
    names: tuple[str, ...]
    ordered: bool = False
    troubles: dict[Text, None] = field(default_factory=dict)

    def count(self, part: str) -> int:
        """Return the exact number of records."""
        return self._count(self._filter(self.window, part))

    def count_without_scope(self) -> int | None:
        """Return the number of records of the window; None where the scope is everything."""
        return self._count(time_filter(self.window)) if self.scope else None

    def groups(self, canonical: str) -> Mapping[str, int] | None:
        """Return records by the first field of *canonical* that says something."""
        names = self.fields.existing(canonical, self.names)
        if not names:
            return None
        by = ", ".join(quoted(name) for name in names)
        found: dict[str, int] = {}
        for row in self._stats(f"{self._filter(self.window, '')} | stats by ({by}) count() n"):
            value = next((row[name] for name in names if row.get(name)), "")
            found[value] = found.get(value, 0) + _number(row, "n")
        return found

    def histogram(self, piece: Piece, step_ns: int, part: str) -> Mapping[int, int]:
        """Return records by step."""
        asked = f"{self._filter(piece, part)} | stats by (_time:{step_ns}ns) count() n"
        return {time_ns(row.get("_time", "")): _number(row, "n") for row in self._stats(asked)}

    def pieces(self, whole: Piece, most: int, part: str) -> Iterator[tuple[Piece, int]]:
        """Yield stretches of at most *most* records, by the store's own counts."""
        return cut(whole, most, lambda piece, step: self.histogram(piece, step, part))

    def rows(self, piece: Piece, part: str) -> Iterator[StoredRow]:
        """Yield the records as they stream in."""
        with self.client.stream(self._request(self._filter(piece, part))) as pieces:
            for lines in lines_of(pieces):
                for line in filter(None, lines):
                    row = _row(line)
                    said = row.get
                    if said("_msg", "").startswith(_NO_MESSAGE):
                        del row["_msg"]
                    yield StoredRow(time_ns(said("_time", "")), said("_stream_id", ""), line, row)

    def parts(self, words: Sequence[str]) -> tuple[str, str] | None:
        """Return the parts with and without the levels spelled so."""
        names = self.fields.existing("level", self.names)
        if not names or not words:
            return None
        abnormal = exactly(names, words)
        return abnormal, f"!{abnormal}"

    def _filter(self, piece: Piece, part: str) -> str:
        return " ".join(one for one in (time_filter(piece), self.scope, part) if one)

    def _count(self, where: str) -> int:
        return sum(_number(row, "n") for row in self._stats(f"{where} | stats count() n"))

    def _stats(self, query: str) -> Iterator[Mapping[str, str]]:
        for line in self.client.body(self._request(query)).split(b"\n"):
            if line:
                yield _row(line)

    def _request(self, query: str) -> Request:
        return _request(QUERY_PATH, query)


def field_names(client: WebClient, window: Piece) -> tuple[str, ...]:
    """Return the fields that records of *window* have, sorted."""
    answer = client.json(_request(_FIELDS_PATH, time_filter(window)))
    values = answer.get("values") if isinstance(answer, Mapping) else None
    if not isinstance(values, list):
        raise SourceContract("victorialogs.shape", answer=str(answer)[:200])
    return tuple(sorted(str(one["value"]) for one in values if isinstance(one, Mapping)))


def read_only(client: WebClient) -> tuple[Text, ...]:
    """
    Return that the server takes no more records because its disk is nearly full; nothing where it does not say.

    It answers queries then as ever, so no count of its own can show what shippers could not send.
    """
    asked = Request("GET", _METRICS_PATH, accepts=frozenset(range(400, 600)))
    try:
        answer = client.answer(asked)
    except SourceError:  # questions about records will say it
        return ()
    full = answer.good and _READ_ONLY.search(answer.body) is not None
    return (text("victorialogs.disk_full"),) if full else ()


def _request(path: str, query: str) -> Request:
    # A cluster that may leave out nodes that are down would count too low without a word.
    return Request("POST", path, form={"query": query, "allow_partial_response": "0"})


def _row(line: bytes) -> dict[str, str]:
    try:
        return _ROW.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if line.startswith(b"{") and not line.endswith(b"}"):
            # Something in between ended the answer as if it were whole: what came before it is.
            raise SourceUnreachable("victorialogs.cut_short", end=_shown(line[-80:])) from None
        raise SourceContract("victorialogs.shape", answer=_shown(line[:200])) from None


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def _number(row: Mapping[str, str], name: str) -> int:
    try:
        return int(row[name])
    except (KeyError, ValueError):
        raise SourceContract("victorialogs.shape", answer=str(row)[:200]) from None


@lru_cache(maxsize=10_000)  # many records share a second
def _second_ns(second: str) -> int:
    return nanoseconds(datetime.fromisoformat(f"{second}+00:00"))


def time_ns(stamp: str) -> int:
    """
    Return epoch nanoseconds of a stamp as VictoriaLogs writes it.

    Example:
        >>> time_ns("1970-01-01T00:00:01.5Z"), time_ns("1970-01-01T00:00:00.000000001Z")
        (1500000000, 1)
    """
    second, dot, rest = stamp.removesuffix("Z").partition(".")
    try:
        return _second_ns(second) + (int(rest.ljust(9, "0")) if dot else 0)
    except ValueError:
        raise SourceContract("victorialogs.shape", answer=stamp[:200]) from None
