"""One window and scope of a Loki, as a `paicha.sources.stored_logs.LogStore`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from paicha.errors import SourceContract, SourceRejected, SourceUnreachable
from paicha.kernel.field_map import FieldMap
from paicha.kernel.normalise import LineReader
from paicha.kernel.recalling import Recollection
from paicha.locales import Text, text
from paicha.model.schema import RECORDS
from paicha.sources.loki.logql import MILLISECOND_NS, duration, label_of, one_of, quoted
from paicha.sources.loki.pages import Entry, entries
from paicha.sources.stored_logs import Piece, StoredRow
from paicha.sources.stored_logs.cutting import moment
from paicha.sources.web import Request, WebClient
from paicha.values import dataclass

RANGE_PATH = "/loki/api/v1/query_range"
_INSTANT_PATH = "/loki/api/v1/query"
#: Asks Loki to keep labels and structured metadata apart.
_CATEGORIES = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}
_GUESSED = "detected_level"  # what Loki makes out of a line by itself
_NO_GUESS = "unknown"
_SEVERITY = RECORDS.get_field_index("severity_number")
#: Steps that are asked for one by one, each to the nanosecond: a day of minutes, at some milliseconds each.
_MOST_STEPS = 1500
#: How Loki says that a question has more groups than it may have (`max_query_series`, by default 500).
_TOO_MANY_GROUPS = "maximum number of series"
#: Under no name of a label's that says the message or a line of code.
LINE = "_line"


@dataclass(slots=True)
class LokiStore:
    """
    Asks in LogQL.

    Args:
        client: The conversation.
        window: What every question is about.
        selector: Which streams, in braces.
        scope: Stages for hosts, services and what a person wrote; "" for none.
        fields: Which label is which field.
        line_reader: Reads lines; its level is better than the one Loki guesses.
        page_rows: Entries asked for at once.
    """

    client: WebClient
    window: Piece
    selector: str
    scope: str
    fields: FieldMap
    line_reader: LineReader | None = None
    page_rows: int = 5000
    ordered: bool = True
    troubles: dict[Text, None] = field(default_factory=dict)
    _stating: tuple[str, ...] = ()
    _recollection: Recollection | None = None

    def __post_init__(self) -> None:
        names = self.fields.keys("level")
        self._stating = names[: names.index(_GUESSED)] if _GUESSED in names else names
        if self.line_reader is not None:
            self._recollection = Recollection(self.line_reader)

    def count(self, part: str) -> int:
        """Return the exact number of records."""
        return self._count(self.window, (self.scope, part))

    def count_without_scope(self) -> int | None:
        """Return the number of records of the window; None where the scope is everything."""
        return self._count(self.window, ()) if self.scope else None

    def groups(self, canonical: str) -> Mapping[str, int] | None:
        """Return records by the first label of *canonical* that says something."""
        labels = self._labels(canonical)
        found: dict[str, int] = {}
        by = f" by ({', '.join(labels)})"
        try:
            for said, n in self._counts(self.window, (self.scope,), by):
                names = (label for label in labels if said.get(label))
                value = next((_told(label, said[label]) for label in names), "")
                found[value] = found.get(value, 0) + n
        except SourceRejected as refused:
            if _TOO_MANY_GROUPS not in refused.facts.get("answer", ""):
                raise
            self.troubles[text("loki.too_many_groups", label=canonical)] = None
            return None
        return found if any(found.keys() - {""}) else None

    def histogram(self, piece: Piece, step_ns: int, part: str) -> Mapping[int, int]:
        """
        Return records by step.

        Each step is a question of its own, exact to the nanosecond. Questions about a range of steps Loki moves onto
        whole ones, of which each has its end and not its begin: of more than a day they have to do, and this is said.
        """
        stages = (self.scope, part)
        whole = Piece(-(-piece.start_ns // step_ns) * step_ns, piece.end_ns // step_ns * step_ns)
        found: dict[int, int] = {}
        many = whole.length_ns // step_ns > _MOST_STEPS
        if many:
            found = self._many_steps(whole, step_ns, stages)
        for begin in range(piece.start_ns // step_ns * step_ns, piece.end_ns, step_ns):
            step = Piece(max(begin, piece.start_ns), min(begin + step_ns, piece.end_ns))
            counted = many and step.length_ns == step_ns
            if not counted and (n := self._count(step, stages)):
                found[begin] = n
        return found

    def pieces(self, whole: Piece, most: int, part: str) -> Iterator[tuple[Piece, int]]:  # noqa: ARG002 - a port
        """Yield the whole: pages follow each other by time, whatever their number."""
        yield whole, self.count(part)

    def rows(self, piece: Piece, part: str) -> Iterator[StoredRow]:
        """Yield the records page by page."""
        for entry in self._entries(piece, (self.scope, part)):
            yield StoredRow(entry.time_ns, entry.place, entry.line.encode(), self._fields(entry))

    def _entries(self, piece: Piece, stages: Sequence[str]) -> Iterator[Entry]:
        def ask(start_ns: int, end_ns: int, more: str) -> Sequence[Entry]:
            query = self._query((*stages, more))
            asked = {
                "query": query,
                "start": start_ns,
                "end": end_ns,
                "limit": self.page_rows,
                "direction": "forward",
            }
            return self._page(Request("POST", RANGE_PATH, form=asked, headers=_CATEGORIES))

        def complain(stamp_ns: int) -> None:
            at = f"{moment(stamp_ns):%Y-%m-%dT%H:%M:%S}.{stamp_ns % 10**9:09d}Z"
            self.troubles[text("loki.instant_full", at=at, most=self.page_rows)] = None

        return entries(ask, piece.start_ns, piece.end_ns, self.page_rows, complain)

    def parts(self, words: Sequence[str]) -> tuple[str, str] | None:
        """Return the stages that keep and that drop the levels spelled so."""
        labels = self._labels("level")
        abnormal = one_of(labels, words)
        rest = " ".join(f"| {label}!={quoted(word)}" for label in labels for word in words)
        return abnormal, rest

    def _labels(self, canonical: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(label_of(key) for key in self.fields.keys(canonical)))

    def _fields(self, entry: Entry) -> dict[str, object]:
        said: dict[str, object] = {**entry.labels, **entry.metadata, LINE: entry.line}
        guess = said.get(_GUESSED)
        if guess is not None and (guess == _NO_GUESS or self._states_level(said, entry.line)):
            del said[_GUESSED]
        return said

    def _states_level(self, said: Mapping[str, object], line: str) -> bool:
        # What a label states is worth more than what the line says, and that more than a guess.
        if any(said.get(label) for label in self._stating):
            return True
        record = self._recollection.record(line, {}) if self._recollection else None
        return record is not None and bool(record[_SEVERITY])

    def _query(self, stages: Sequence[str]) -> str:
        return " ".join(part for part in (self.selector, *stages) if part)

    def _count(self, piece: Piece, stages: Sequence[str]) -> int:
        return sum(n for _, n in self._counts(piece, stages, ""))

    def _counts(
        self, piece: Piece, stages: Sequence[str], by: str
    ) -> Iterator[tuple[Mapping[str, str], int]]:
        # A range ends with its moment and leaves its begin out: in the last nanosecond it is the piece.
        middle = piece.end_ns - piece.length_ns % MILLISECOND_NS
        if piece.start_ns < middle:
            length = duration(middle - piece.start_ns)
            asked = {
                "query": f"sum{by} (count_over_time({self._query(stages)} [{length}]))",
                "time": middle - 1,
            }
            for entry in self._data(Request("POST", _INSTANT_PATH, form=asked), "vector"):
                yield _labels_of(entry.get("metric")), _number(_pair(entry.get("value"))[1])
        # No range is shorter than a millisecond: what is left of the piece is counted here.
        for line in self._entries(Piece(middle, piece.end_ns), stages):
            yield {**line.labels, **line.metadata}, 1

    def _many_steps(self, piece: Piece, step_ns: int, stages: Sequence[str]) -> dict[int, int]:
        asked = {
            "query": f"sum (count_over_time({self._query(stages)} [{duration(step_ns)}]))",
            "start": piece.start_ns + step_ns,
            "end": piece.end_ns,
            "step": f"{step_ns / 1e9:g}",
        }
        self.troubles[text("loki.whole_steps")] = None
        found: dict[int, int] = {}
        for entry in self._data(Request("POST", RANGE_PATH, form=asked), "matrix"):
            for pair in _list(entry.get("values")):
                stamp, n = _pair(pair)
                begin = round(float(str(stamp)) * 1000) * MILLISECOND_NS - step_ns
                found[begin] = found.get(begin, 0) + _number(n)
        return {begin: n for begin, n in found.items() if n}

    def _page(self, request: Request) -> Sequence[Entry]:
        try:
            data = self._data(request, "streams")
        except SourceUnreachable:
            # A page is whole or it is not there: once more, and nothing is doubled.
            data = self._data(request, "streams")
        page = [entry for stream in data for entry in _entries(stream)]
        return sorted(page, key=lambda entry: entry.time_ns)

    def _data(self, request: Request, kind: str) -> list[Mapping[str, object]]:
        answer = self.client.json(request)
        data = answer.get("data") if isinstance(answer, Mapping) else None
        if not isinstance(data, Mapping) or data.get("resultType") != kind:
            raise SourceContract("loki.shape", wanted=kind, answer=str(answer)[:200])
        assert isinstance(answer, Mapping)
        for words in _list(answer.get("warnings") or []):
            self.troubles[text("loki.warning", words=str(words))] = None
        return [_mapping(entry) for entry in _list(data.get("result"))]


def _told(label: str, value: str) -> str:
    return "" if label == _GUESSED and value == _NO_GUESS else value


def label_names(client: WebClient, window: Piece) -> tuple[str, ...]:
    """Return the labels of the streams of *window*, sorted."""
    asked = {"start": window.start_ns, "end": window.end_ns}
    answer = client.get("/loki/api/v1/labels", asked)
    names = answer.get("data") if isinstance(answer, Mapping) else None
    return tuple(sorted(str(name) for name in _list(names or [])))


def selector_of(labels: Mapping[str, str]) -> str:
    """
    Return the selector of the one stream with these labels.

    Example:
        >>> selector_of({"b": "2", "a": "1"})
        '{a="1", b="2"}'
    """
    return "{" + ", ".join(f"{name}={quoted(labels[name])}" for name in sorted(labels)) + "}"


def _entries(stream: Mapping[str, object]) -> Iterator[Entry]:
    labels = _labels_of(stream.get("stream"))
    place = selector_of(labels)
    for value in _list(stream.get("values")):
        stamp, line, *more = [*_list(value), None, None][:3]
        apart = _mapping(more[0]) if more and isinstance(more[0], Mapping) else {}
        metadata = _labels_of(apart.get("structuredMetadata") or {})
        if not isinstance(line, str) or not str(stamp).isdigit():
            raise SourceContract("loki.shape", wanted="entry", answer=str(value)[:200])
        yield Entry(int(str(stamp)), line, labels, metadata, place)


def _labels_of(value: object) -> dict[str, str]:
    return {str(name): str(said) for name, said in _mapping(value).items()}


def _mapping(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    raise SourceContract("loki.shape", wanted="object", answer=str(value)[:200])


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise SourceContract("loki.shape", wanted="list", answer=str(value)[:200])


def _pair(value: object) -> tuple[object, object]:
    found = _list(value)
    if len(found) != 2:
        raise SourceContract("loki.shape", wanted="pair", answer=str(value)[:200])
    return found[0], found[1]


def _number(value: object) -> int:
    try:
        return int(float(str(value)))
    except ValueError:
        raise SourceContract("loki.shape", wanted="number", answer=str(value)[:200]) from None
