"""Stored answers of a range query: BlueKing's envelope and Prometheus' matrix, alone or by metric name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from paicha.errors import InputError
from paicha.locales import readable, text
from paicha.sources.metric_files.raw import COUNTER, Point, RawFile, RawSeries, microseconds, number
from paicha.values import dataclass

# JSON has no better type than this.
Json = Any


def read_answers(path: Path, content: str) -> RawFile:
    """
    Return the series of one stored answer, or of several under their metrics' names.

    Raises:
        InputError: ``metrics.broken_json``, ``metrics.not_metrics``, ``metrics.instant``, or
            ``metrics.refused`` when every answer is an error.
    """
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise InputError("metrics.broken_json", path=path, reason="nested too deeply") from error
    except ValueError as error:
        raise InputError("metrics.broken_json", path=path, reason=error) from error
    answers = _Answers(path)
    if _is_answer(document):
        answers.take(readable(path.stem), document)
    elif isinstance(document, Mapping) and document and all(map(_is_answer, document.values())):
        for name, answer in document.items():
            answers.take(name, answer)
    else:
        raise InputError("metrics.not_metrics", path=path)
    return answers.finished()


def _is_answer(document: Json) -> bool:
    if not isinstance(document, Mapping):
        return False
    blueking = isinstance(document.get("result"), bool) or "series" in document
    return blueking or "status" in document or "resultType" in document


@dataclass(slots=True)
class _Answers:
    """Collects the series of answers."""

    path: Path
    series: list[RawSeries] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)
    answered: int = 0
    unreadable: int = 0

    def take(self, name: str, answer: Mapping[str, Json]) -> None:
        """Take one answer to a query for *name*."""
        if answer.get("result") is False or answer.get("status") == "error":
            self.refusals.append((name, _refusal(answer)))
            return
        self.answered += 1
        data = answer.get("data", answer)
        if isinstance(data, Mapping) and isinstance(data.get("series"), list):
            self._take_blueking(name, data["series"])
        elif isinstance(data, Mapping) and isinstance(data.get("result"), list):
            self._take_prometheus(name, data.get("resultType"), data["result"])
        else:
            raise InputError("metrics.not_metrics", path=self.path)

    def finished(self) -> RawFile:
        """Return what was taken."""
        if not self.answered:
            said = "; ".join(f"{name}: {answer}" for name, answer in self.refusals)
            raise InputError("metrics.refused", path=self.path, answer=said)
        incomplete = [
            text("metrics.refused_answer", metric=name, answer=answer)
            for name, answer in self.refusals
        ]
        return RawFile(self.series, incomplete, unreadable_values=self.unreadable)

    def _take_blueking(self, name: str, series: Sequence[Json]) -> None:
        if not series:
            self.series.append(RawSeries(name, {}, []))
        for one in series:
            if not isinstance(one, Mapping) or not isinstance(one.get("datapoints"), list):
                raise InputError("metrics.not_metrics", path=self.path)
            labels = _labels(one.get("dimensions"))
            pairs = [pair[::-1] if isinstance(pair, list) else pair for pair in one["datapoints"]]
            self.series.append(RawSeries(name, labels, self._points(pairs)))

    def _take_prometheus(self, name: str, kind: Json, series: Sequence[Json]) -> None:
        if kind not in (None, "matrix"):
            raise InputError("metrics.instant", path=self.path, kind=kind)
        if not series:
            self.series.append(RawSeries(name, {}, []))
        for one in series:
            if not isinstance(one, Mapping) or not isinstance(one.get("values"), list):
                raise InputError("metrics.not_metrics", path=self.path)
            labels = _labels(one.get("metric"))
            metric = labels.pop("__name__", name)
            points = self._points(one["values"])
            counter = metric.endswith(COUNTER)
            self.series.append(RawSeries(metric, labels, points, counter=counter))

    def _points(self, pairs: Sequence[Json]) -> list[Point]:
        """Return ``[time, value]`` pairs as points in order of time; the rest is counted."""
        points: list[Point] = []
        for pair in pairs:
            try:
                epoch, value = pair
                moment = microseconds(float(epoch))
            except (TypeError, ValueError, OverflowError):
                self.unreadable += 1
                continue
            if moment is None:
                self.unreadable += 1
                continue
            try:
                points.append((moment, number(value)))
            except ValueError:
                self.unreadable += 1
                points.append((moment, None))
        return sorted(points, key=lambda point: point[0])


def _labels(labels: Json) -> dict[str, str]:
    if not isinstance(labels, Mapping):
        return {}
    return {str(name): str(value) for name, value in labels.items()}


def _refusal(answer: Mapping[str, Json]) -> str:
    said = answer.get("message") or answer.get("error") or "no reason given"
    code = answer.get("code") or answer.get("errorType")
    return f"{said} ({code})" if code else str(said)
