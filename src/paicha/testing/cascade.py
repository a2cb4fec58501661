"""
A made-up incident: one cause, one loud victim, one old harmless noise, one false claim.

Five services call each other, ``edge → shop → cart, pay`` and ``pay → ledger`` (under names of their own);
two more stand beside them. From some minute on one of them fails. It says so in a few lines; those who call
it complain much louder and name it. Another one has warned all day, and still another claims that its
memory is nearly used up, which its own metrics contradict. Everything follows from the seed.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from dataclasses import field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from paicha.locales import Language
from paicha.values import dataclass

Fault = Literal["processor", "code", "network"]
FAULTS: tuple[Fault, ...] = ("processor", "code", "network")

_NAMES = (
    *("booking", "catalogue", "delivery", "invoice", "loyalty", "ordering", "pricing", "refund"),
    *("routing", "seating", "shipping", "stock", "storefront", "tariff", "voucher", "wallet"),
)
#: Who calls whom, by place; the first is called from outside, the last two by nobody.
_CALLS: dict[int, tuple[int, ...]] = {0: (1,), 1: (2, 3), 3: (4,)}
_PLACES = 7
#: Whom a failure may start with: somebody that others call.
_CAUSES = (1, 2, 3, 4)
_START = datetime(2025, 3, 4, 3, 30, tzinfo=UTC)
BEFORE, DURING = timedelta(minutes=30), timedelta(minutes=20)
_EVERY = timedelta(seconds=6)
_SUFFIXES = ("6c9bd7f8d4-x2x9p", "579f59597d-wc2lz", "7d97b69596-lmsfv", "84cbf6c798-7njv6")

_MESSAGES: dict[Language, dict[str, str]] = {
    "en": {
        "done": "request {n} handled in {ms} ms",
        "processor": "worker queue is full, request {n} waited {ms} ms",
        "code": "cannot read price list revision {n}: index out of range",
        "network": "sending reply {n} took {ms} ms, link is congested",
        "victim": "calling {callee} failed: no answer after {ms} ms, request {n} given up",
        "noise": "config key legacy.flag is deprecated, using its default",
        "claim": "memory usage 97% is too high, memory insufficient on this node",
    },
    "zh": {
        "done": "请求 {n} 处理完成，耗时 {ms} 毫秒",
        "processor": "工作队列已满，请求 {n} 等待了 {ms} 毫秒",
        "code": "读取价目表版本 {n} 失败：下标越界",
        "network": "发送应答 {n} 耗时 {ms} 毫秒，链路拥塞",
        "victim": "调用 {callee} 失败：{ms} 毫秒无应答，放弃请求 {n}",
        "noise": "配置项 legacy.flag 已废弃，使用默认值",
        "claim": "内存不足：内存使用率 97%，超过上限",
    },
}


class Files(NamedTuple):
    """What a cascade was written to."""

    log: Path
    metrics: Path
    traces: Path


class _Spot(NamedTuple):
    """Inside which span of which service something happens."""

    place: int
    trace: str
    span: str


@dataclass(slots=True)
class Cascade:
    """
    One made-up incident.

    Args:
        seed: Decides everything: who, when, how loud, which fault, which language.

    Example:
        >>> one = Cascade(7)
        >>> one.cause in one.services, one.victim != one.cause, Cascade(7).cause == one.cause
        (True, True, True)
    """

    seed: int
    language: Language = field(init=False)
    fault: Fault = field(init=False)
    services: tuple[str, ...] = field(init=False)
    onset: datetime = field(init=False)
    loudness: int = field(init=False)  # lines of a victim per failed call
    _cause: int = field(init=False)
    _random: random.Random = field(init=False, repr=False)
    _lines: list[dict[str, object]] = field(init=False, repr=False, default_factory=list)
    _spans: list[dict[str, object]] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        # Numbers only from random() and its kin over one generator: the same on every machine.
        drawn = self._random = random.Random(self.seed)  # noqa: S311 - a scenario, no secret
        self.language = drawn.choice(("en", "zh"))
        self.fault = drawn.choice(FAULTS)
        self.services = tuple(drawn.sample(_NAMES, _PLACES))
        self._cause = drawn.choice(_CAUSES)
        self.onset = self.start + timedelta(seconds=drawn.randrange(180, 600))
        self.loudness = drawn.randrange(2, 8)

    @property
    def start(self) -> datetime:
        """When the window begins; the baseline is the `BEFORE` before it."""
        return _START + BEFORE

    @property
    def end(self) -> datetime:
        """When the window ends."""
        return self.start + DURING

    @property
    def cause(self) -> str:
        """The one service that fails."""
        return self.services[self._cause]

    @property
    def victim(self) -> str:
        """Who calls it directly, and complains the loudest."""
        return self.services[self._caller(self._cause)]

    @property
    def noise(self) -> str:
        """Who has warned all day."""
        return self.services[5]

    @property
    def claimant(self) -> str:
        """Whose claim about its memory is false."""
        return self.services[6]

    def message(self, key: str) -> str:
        """Return one of the messages, with its variables unfilled."""
        return _MESSAGES[self.language][key]

    def write(self, folder: Path) -> Files:
        """Write log (JSON lines), metrics (CSV) and traces (OTLP JSON lines) into *folder*."""
        self._lines, self._spans = [], []
        self._random.seed(self.seed)
        number, moment = 0, _START
        while moment < self.end:
            number += 1
            self._request(number, moment + timedelta(milliseconds=self._random.randrange(900)))
            moment += _EVERY
        self._decoys()
        files = Files(folder / "app.jsonl", folder / "pods.csv", folder / "traces.jsonl")
        with files.log.open("w", encoding="utf-8") as log:
            for line in sorted(self._lines, key=lambda one: (str(one["time"]), str(one["msg"]))):
                log.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._write_metrics(files.metrics)
        self._write_traces(files.traces)
        return files

    # One request through the services

    def _request(self, number: int, moment: datetime) -> None:
        trace = f"{self.seed & 0xFFFF:04x}{number:028x}"
        self._handle(_Spot(0, trace, ""), number, moment)

    def _handle(self, spot: _Spot, number: int, at: datetime) -> tuple[datetime, bool]:
        """Write the span of one service, called by *spot*, with everything below it; end and failure."""
        place = spot.place
        inside = spot._replace(span=f"{number:012x}{place:04x}")
        failing = place == self._cause and at >= self.onset
        own = timedelta(milliseconds=self._random.randrange(4, 9))
        if failing and self.fault == "processor":
            own += timedelta(milliseconds=self._random.randrange(700, 1200))
        end, failed = at + own / 2, failing and self.fault == "code"
        if not failed:
            begun, end = end, end + timedelta(milliseconds=2)
            query = inside._replace(span=f"{number:012x}9{place:03x}")
            self._span(query, inside.span, "SELECT items", (begun, end))
        for callee in _CALLS.get(place, ()) if not failed else ():
            end, below = self._call(inside, callee, number, end)
            failed = failed or below
        end += own / 2
        self._log(inside, end, number, own, failing=failing)
        name = f"Handle{self.services[place].capitalize()}"
        self._span(inside, spot.span, name, (at, end), failed=failed)
        return end, failed

    def _call(self, spot: _Spot, callee: int, number: int, at: datetime) -> tuple[datetime, bool]:
        client = spot._replace(span=f"{number:012x}8{callee:03x}")
        begun = at + timedelta(milliseconds=1)
        end, failed = self._handle(client._replace(place=callee), number, begun)
        failing = callee == self._cause and begun >= self.onset
        slow = failing and self.fault == "network"
        end += timedelta(milliseconds=self._random.randrange(800, 1100) if slow else 1)
        self._span(client, spot.span, "POST", (at, end), failed=failed)
        if failing:
            values = {"callee": self.services[callee], "ms": 3000, "n": number}
            said = self.message("victim").format(**values)
            for _ in range(self.loudness):
                self._line(spot, "ERROR", said, end + timedelta(milliseconds=2))
        return end, failed

    def _log(
        self, spot: _Spot, at: datetime, number: int, own: timedelta, *, failing: bool
    ) -> None:
        values = {"n": number, "ms": own // timedelta(milliseconds=1)}
        if failing:
            self._line(spot, "ERROR", self.message(self.fault).format(**values), at)
            if self.fault == "code":
                return
        self._line(spot, "INFO", self.message("done").format(**values), at)

    def _span(
        self,
        spot: _Spot,
        parent: str,
        name: str,
        stretch: tuple[datetime, datetime],
        *,
        failed: bool = False,
    ) -> None:
        begun, end = map(_nanos, stretch)
        self._spans.append(
            {
                "service": self.services[spot.place],
                "pod": self._pod(spot.place),
                "traceId": spot.trace,
                "spanId": spot.span,
                "parentSpanId": parent,
                "name": name,
                "kind": 3 if name == "POST" else 2,
                "startTimeUnixNano": str(begun),
                "endTimeUnixNano": str(end),
                "status": {"code": 2} if failed else {},
            }
        )

    # Those beside it

    def _decoys(self) -> None:
        moment = _START
        while moment < self.end:
            self._line(
                _Spot(5, "", ""), "WARN", self.message("noise"), moment + timedelta(seconds=2)
            )
            if moment >= self.onset + timedelta(minutes=1):
                self._line(
                    _Spot(6, "", ""), "WARN", self.message("claim"), moment + timedelta(seconds=9)
                )
            moment += timedelta(seconds=20)

    def _write_metrics(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("time", "PodName", "CpuUsageRate(%)", "MemoryUsageRate(%)"))
            for place in range(_PLACES):
                rows.writerows(self._measured(place))

    def _measured(self, place: int) -> Iterator[tuple[str, str, str, str]]:
        moment = _START
        while moment < self.end:
            busy = place == self._cause and self.fault == "processor" and moment >= self.onset
            processor = (88 if busy else 18) + self._random.random() * 4
            memory = 41 + self._random.random()
            yield (moment.isoformat(), self._pod(place), f"{processor:.2f}", f"{memory:.2f}")
            moment += timedelta(minutes=1)

    def _write_traces(self, path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            for span in self._spans:
                named = {"service.name": span.pop("service"), "k8s.pod.name": span.pop("pod")}
                attributes = [{"key": k, "value": {"stringValue": v}} for k, v in named.items()]
                scope = {"scope": {"name": "cascade"}, "spans": [span]}
                part = {"resource": {"attributes": attributes}, "scopeSpans": [scope]}
                file.write(json.dumps({"resourceSpans": [part]}, ensure_ascii=False) + "\n")

    def _line(self, spot: _Spot, level: str, said: str, at: datetime) -> None:
        line: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": level,
            "service": self.services[spot.place],
            "host": self._pod(spot.place),
            "msg": said,
        }
        inside = {"trace_id": spot.trace, "span_id": spot.span} if spot.trace else {}
        self._lines.append(line | inside)

    def _pod(self, place: int) -> str:
        return f"{self.services[place]}-{_SUFFIXES[place % len(_SUFFIXES)]}"

    @staticmethod
    def _caller(place: int) -> int:
        return next(caller for caller, callees in _CALLS.items() if place in callees)


def _nanos(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
