"""Answers of the query API, checked, and their series as `SERIES`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from paicha.errors import SourceContract, SourceRejected
from paicha.locales import Text, text
from paicha.model.knowledge import MetricConcept, MetricName
from paicha.model.schema import SERIES
from paicha.sources.prometheus.hosts import HostRule, Wanted
from paicha.sources.prometheus.queries import Grid
from paicha.values import dataclass

_SORTED = ("concept", "metric", "host", "labels", "timestamp")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its data, and every reason why it is not the whole truth."""

    data: object
    warnings: tuple[Text, ...]
    infos: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One series on the grid, values in the concept's unit."""

    concept: MetricConcept
    metric: str
    host: str
    labels: Mapping[str, str]  # all of them
    stamps_ms: tuple[int, ...]
    values: tuple[float | None, ...]


def read_answer(document: object) -> Answer:
    """
    Return the data of an answer.

    Raises:
        SourceRejected: If it says that something went wrong.
        SourceContract: If it is no answer of the query API.
    """
    if not isinstance(document, Mapping) or "status" not in document:
        raise SourceContract("prometheus.no_api", answer=json.dumps(document)[:200])
    if document["status"] != "success":
        kind, words = document.get("errorType", ""), document.get("error", "")
        raise SourceRejected("prometheus.refused", kind=kind, answer=words)
    warnings = [
        text("prometheus.warning", words=str(words)) for words in document.get("warnings") or ()
    ]
    if document.get("isPartial") is True:
        warnings.append(text("prometheus.partial"))
    infos = (text("prometheus.info", words=str(words)) for words in document.get("infos") or ())
    return Answer(document.get("data"), tuple(warnings), tuple(infos))


def scalar_of(data: object) -> float:
    """
    Return the one value of an instant query; 0 where there is none.

    Raises:
        SourceContract: If it is no vector of numbers.
    """
    if not isinstance(data, Mapping) or data.get("resultType") != "vector":
        raise SourceContract("prometheus.no_matrix", answer=json.dumps(data)[:200])
    for entry in _list(data.get("result")):
        pair = _list(entry.get("value")) if isinstance(entry, Mapping) else []
        try:
            return float(str(pair[1]))
        except (IndexError, ValueError):
            raise SourceContract("prometheus.no_matrix", answer=json.dumps(entry)[:200]) from None
    return 0.0


def lines_of(
    data: object,
    measured: tuple[MetricConcept, MetricName],
    grid: Grid,
    wanted: Wanted,
    rule: HostRule,
) -> Iterator[Line]:
    """
    Yield the series of a matrix.

    Args:
        data: As it came.
        measured: What was asked for, and under which name; its scale is applied here and nowhere else.
        grid: Where the points belong.
        wanted: The hosts asked for.
        rule: How a series says whose it is.

    Raises:
        SourceContract: If it is no matrix.
    """
    concept, name = measured
    if not isinstance(data, Mapping) or data.get("resultType") != "matrix":
        raise SourceContract("prometheus.no_matrix", answer=json.dumps(data)[:200])
    for entry in _list(data.get("result")):
        if not isinstance(entry, Mapping):
            raise SourceContract("prometheus.no_matrix", answer=json.dumps(entry)[:200])
        named = entry.get("metric") or {}
        labels = {str(label): str(value) for label, value in named.items()}
        host = wanted.named(rule.host_of(labels), labels.get("instance", ""))
        points = dict(_points(entry.get("values") or (), name.scale, grid))
        if points:
            stamps, values = zip(*sorted(points.items()), strict=True)
            yield Line(concept, name.name, host, labels, stamps, values)


def _points(pairs: object, scale: float, grid: Grid) -> Iterator[tuple[int, float | None]]:
    for pair in _list(pairs):
        try:
            stamp, said = pair  # type: ignore[misc] # what is no pair is caught
            begin_ms = grid.begin_ms(round(float(stamp) * 1000))  # type: ignore[has-type]
            value = float(said) * scale  # type: ignore[has-type]
        except (TypeError, ValueError):
            raise SourceContract("prometheus.no_matrix", answer=json.dumps(pair)[:200]) from None
        if grid.start_s * 1000 <= begin_ms < grid.end_s * 1000:
            # NaN and infinity are what a division by nothing gives: no value.
            yield begin_ms, value if math.isfinite(value) else None


def _list(value: object) -> list[object]:
    if isinstance(value, list | tuple):
        return list(value)
    raise SourceContract("prometheus.no_matrix", answer=json.dumps(value)[:200])


def table_of(lines: Iterable[Line], rule: HostRule) -> pa.Table:
    """
    Return the series as SERIES, sorted by concept, metric, host, labels and time.

    Labels that say whose a series is are left out, unless two series would look the same without.
    """
    ordered = list(lines)
    short = [_labels(line, rule) for line in ordered]
    seen: dict[tuple[str, str, str, str], int] = {}
    for line, labels in zip(ordered, short, strict=True):
        key = (line.concept.id, line.metric, line.host, labels)
        seen[key] = seen.get(key, 0) + 1
    parts = [SERIES.empty_table()]
    for line, labels in zip(ordered, short, strict=True):
        twice = seen[line.concept.id, line.metric, line.host, labels] > 1
        parts.append(_part(line, _json(line.labels) if twice else labels))
    whole = pa.concat_tables(parts).combine_chunks()
    return whole.sort_by([(name, "ascending") for name in _SORTED])


def _part(line: Line, labels: str) -> pa.Table:
    n = len(line.stamps_ms)
    columns: dict[str, list[object]] = {
        "concept": [line.concept.id] * n,
        "metric": [line.metric] * n,
        "host": [line.host] * n,
        "labels": [labels] * n,
        "timestamp": [stamp * 1000 for stamp in line.stamps_ms],
        "value": list(line.values),
        "unit": [line.concept.unit] * n,
    }
    return pa.table(
        [pa.array(columns[column.name], type=column.type) for column in SERIES], schema=SERIES
    )


def _labels(line: Line, rule: HostRule) -> str:
    return _json({name: v for name, v in line.labels.items() if not rule.is_identity(name)})


def _json(labels: Mapping[str, str]) -> str:
    return json.dumps(dict(labels), ensure_ascii=False, sort_keys=True)
