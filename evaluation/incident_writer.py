"""
Invented incidents, written from a description: logs of several services, metrics of hosts and pods, spans.

A description (`incident_kinds/*.toml`) says which services stand on which hosts and call whom, which lines are
written from when on, which metrics move, and what is true of it. Everything else follows from a seed: names,
hosts, language, format of the log, when it begins, how loud it and the noise around it are. The noise is the
same for all kinds: a service with an old error that is louder than most causes, one that writes everything at
ERROR, a warning of old, a host whose processors have been busy for ever.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import paicha
from paicha.model.findings import Findings

KINDS = Path(__file__).parent / "incident_kinds"
#: Kinds written later and in another manner: after what people publish of their outages.
POSTMORTEMS = Path(__file__).parent / "incident_postmortems"
#: Days on which something was done and nothing broke.
QUIET = Path(__file__).parent / "incident_quiet"
#: The stretch asked about; the baseline is as long and lies right before it.
WINDOW = timedelta(hours=1)
_START = datetime(2025, 6, 3, 6, 0, tzinfo=UTC)
_NAMES = (
    *("almanac", "bramble", "cobalt", "dynamo", "ember", "fathom", "garnet", "harbour", "indigo"),
    *("juniper", "kestrel", "lantern", "meadow", "nimbus", "orchard", "pebble", "quarry", "rivet"),
)
HOSTS = ("h1", "h2", "h3", "h4", "h5")
_SUFFIXES = ("6c9bd7f8d4-x2x9p", "579f59597d-wc2lz", "7d97b69596-lmsfv", "84cbf6c798-7njv6")
_LEVELS = {"DEBUG": 7, "INFO": 6, "WARN": 4, "ERROR": 3, "FATAL": 2}
_HANDLED = {
    "en": "request {id} handled in {ms} ms, {n} bytes",
    "zh": "请求 {id} 处理完成，耗时 {ms} 毫秒，{n} 字节",
}
#: What is written in every incident, by everybody's day.
_NOISE: Mapping[str, dict[str, Any]] = {
    "banner": {
        "who": "adverts",
        "level": "ERROR",
        "per_minute": 12,
        "en": "banner {n} could not be loaded: 404 from image store",
        "zh": "横幅 {n} 无法加载：图片库返回 404",
    },
    "audit": {
        "who": "auditor",
        "level": "ERROR",
        "per_minute": 8,
        "en": "audit record {id} written, {n} bytes",
        "zh": "审计记录 {id} 已写入，{n} 字节",
    },
    "legacy": {
        "who": "adverts",
        "level": "WARN",
        "per_minute": 3,
        "en": "option image.legacy_mode is deprecated, request {id}",
        "zh": "选项 image.legacy_mode 已废弃，请求 {id}",
    },
}


class Files(NamedTuple):
    """What an incident was written to."""

    log: Path
    metrics: tuple[Path, ...]
    traces: tuple[Path, ...]


class Line(NamedTuple):
    """One record before it has a format."""

    at: datetime
    level: str
    service: str
    host: str
    said: str


def aside(name: str) -> bool:
    """Return whether a kind is kept aside: decided by a hash of its name, not by its contents."""
    return bool(hashlib.sha256(name.encode()).digest()[0] % 2)


def kinds(folder: Path = KINDS) -> dict[str, dict[str, Any]]:
    """Return all descriptions of a folder by name."""
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.toml"))
    }


@dataclass(slots=True)
class Incident:
    """
    One invented incident.

    Args:
        name: Of its kind.
        kind: The description.
        seed: Decides everything that the description leaves open.
    """

    name: str
    kind: Mapping[str, Any]
    seed: int
    language: str = field(init=False)
    format: str = field(init=False)
    onset: datetime = field(init=False)
    names: dict[str, str] = field(init=False)
    hosts_of: dict[str, tuple[str, ...]] = field(init=False)
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # A string seeds by its digest: the same on every machine.
        drawn = self._random = random.Random(f"{self.name} {self.seed}")
        self.language = ("en", "zh")[(self.seed + len(self.name)) % 2]
        self.format = self.kind["formats"][self.seed % len(self.kind["formats"])]
        self.onset = self.start + timedelta(seconds=drawn.randrange(16 * 60, 26 * 60))
        placed = self.kind["services"] | self.kind.get("extra", {})
        placed |= {"adverts": "h5", "auditor": "h1"}
        self.names = dict(zip(placed, drawn.sample(_NAMES, len(placed)), strict=True))
        self.names |= self.kind.get("fixed", {})
        second = drawn.randrange(2, 250)
        self.names |= {host: f"10.{second}.8.{10 + int(host[1:])}" for host in HOSTS}
        spread = self.kind.get("spread", {})
        self.hosts_of = {who: tuple(spread.get(who, (host,))) for who, host in placed.items()}

    @property
    def start(self) -> datetime:
        """When the window begins."""
        return _START + WINDOW

    @property
    def end(self) -> datetime:
        """When it ends."""
        return self.start + WINDOW

    @property
    def baseline(self) -> str:
        """The stretch it is compared with, as the product is asked for it."""
        return f"{_START.isoformat()}..{self.start.isoformat()}"

    def truth(self, key: str) -> tuple[str, ...]:
        """Return the names behind the roles of a list of the description."""
        return tuple(self.names[role] for role in self.kind.get(key, ()))

    def constant(self, line: str) -> str:
        """Return the longest part of a line that is the same in every record, names filled in."""
        text: str = self.kind["lines"][line][self.language]
        for role, name in self.names.items():
            if role not in HOSTS:
                text = text.replace("{" + role + "}", name)
        # What holds a digit, a path or an address may be a variable of a template: no constant text.
        variable = r"[\w.:/@-]*\{\w+\}[\w.:/@-]*|\S*[\d/@]\S*"
        parts = re.split(variable, text, flags=re.ASCII)
        return max(parts, key=len).strip()

    def write(self, folder: Path) -> Files:
        """Write log, metrics and spans into *folder*."""
        lines = sorted(self._lines())
        log = folder / "incident.log"
        log.write_text("".join(self._formatted(line) + "\n" for line in lines), encoding="utf-8")
        metrics = [folder / "hosts.csv"]
        _write_table(metrics[0], "host", self._measured(self._host_series()))
        if self.kind.get("pods"):
            metrics.append(folder / "pods.csv")
            _write_table(metrics[1], "pod", self._measured(self._pod_series()))
        traces: tuple[Path, ...] = ()
        if self.kind.get("traces"):
            traces = (folder / "traces.jsonl",)
            spans = Spans(self).written()
            text = "".join(json.dumps(span) + "\n" for span in spans)
            traces[0].write_text(text, encoding="utf-8")
        return Files(log, tuple(metrics), traces)

    # Lines

    def _lines(self) -> Iterator[Line]:
        for who in self.hosts_of:
            yield from self._usual(who)
        loud = self._random.choice((1, 2, 4))
        for noise in _NOISE.values():
            yield from self._stream(noise | {"per_minute": noise["per_minute"] * loud})
        for stream in self.kind.get("lines", {}).values():
            yield from self._stream(stream)

    def _usual(self, who: str) -> Iterator[Line]:
        """Yield what a service writes while it works."""
        busy = who in self.kind["services"]
        stream = {"who": who, "level": "INFO", "per_minute": 20 if busy else 3, "grows": True}
        until = {"to": self.kind["stops"][who]} if who in self.kind.get("stops", {}) else {}
        since = {"from": self.kind["starts"][who]} if who in self.kind.get("starts", {}) else {}
        yield from self._stream(stream | _HANDLED | until | since)

    def _stream(self, stream: Mapping[str, Any]) -> Iterator[Line]:
        hosts = tuple(stream.get("hosts", self.hosts_of[stream["who"]]))
        for number, moment in enumerate(self._moments(stream)):
            host = hosts[number % len(hosts)]
            if self._paused(host, moment):
                continue
            late = self.kind.get("skew", {}).get(host, 0) if moment >= self.onset else 0
            yield Line(
                moment + timedelta(seconds=late),
                stream["level"],
                self.names[stream["who"]],
                self.names[host],
                self._said(stream),
            )

    def _paused(self, host: str, moment: datetime) -> bool:
        """Return whether nothing comes from a host at a moment."""
        start, end = self.kind.get("pauses", {}).get(host, (0, 0))
        since: float = (moment - self.onset) / timedelta(minutes=1)
        return float(start) <= since < float(end)

    def _moments(self, stream: Mapping[str, Any]) -> Iterator[datetime]:
        if "at" in stream:
            yield from (self.onset + timedelta(minutes=each) for each in stream["at"])
            return
        until = min(self.end, self._after(stream.get("to")) or self.end)
        moment = max(_START, self._after(stream.get("from")) or _START)
        while True:
            more = self.traffic(moment)
            rate = stream["per_minute"] * (more if stream.get("grows") else 1)
            moment += timedelta(minutes=self._random.expovariate(rate))
            if moment >= until:
                return
            low, high = stream.get("hourly", (0, 60))
            if low <= moment.minute < high:
                yield moment

    def traffic(self, moment: datetime) -> float:
        """Return how many times as much as usual is asked at a moment."""
        since = (moment - self.onset) / timedelta(minutes=1)
        more: float = self.kind.get("traffic", 1)
        return more if 0 <= since < self.kind.get("traffic_to", 1e9) else 1

    def _after(self, minutes: float | None) -> datetime | None:
        return None if minutes is None else self.onset + timedelta(minutes=minutes)

    def _said(self, stream: Mapping[str, Any]) -> str:
        drawn = self._random
        low, high = stream.get("ms", (3, 90))
        values = {
            "n": drawn.randrange(100, 99_999),
            "id": f"{drawn.getrandbits(48):012x}",
            "ms": drawn.randrange(low, high),
            "pct": f"{drawn.uniform(91, 99):.1f}",
        }
        text: str = stream[self.language]
        return text.format(**values, **self.names)

    def _formatted(self, line: Line) -> str:
        stamp = line.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        match self.format:
            case "json":
                named = {"service": line.service, "host": line.host, "msg": line.said}
                return json.dumps({"time": stamp, "level": line.level, **named}, ensure_ascii=False)
            case "logfmt":
                said = json.dumps(line.said, ensure_ascii=False)
                level = line.level.lower()
                return f"ts={stamp} level={level} app={line.service} host={line.host} msg={said}"
            case "syslog":
                pri = 8 + _LEVELS[line.level]
                return f"<{pri}>1 {stamp} {line.host} {line.service} 814 - - {line.said}"
            case "spring":
                clock = (
                    line.at.strftime("%Y-%m-%d %H:%M:%S.") + f"{line.at.microsecond // 1000:03d}"
                )
                head = f"{clock} {line.level:>5} [{line.service},,] 1 --- [main]"
                return f"{head} c.e.Main : {line.said}"
            case _:
                return f"{stamp}\t{line.level}\t{line.service}\t{line.said}"

    # Metrics

    def _host_series(self) -> dict[tuple[str, str], dict[str, Any]]:
        drawn = self._random
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for host in HOSTS:
            chronic = host == "h5"
            usual = {
                "cpu_usage": 96.5 if chronic else drawn.uniform(15, 40),
                "memory_usage": drawn.uniform(38, 60),
                "disk_usage": drawn.uniform(45, 70),
                "io_utilisation": drawn.uniform(8, 20),
                "network_dropped": 0.1,
            }
            found |= {(host, concept): {"usual": level} for concept, level in usual.items()}
            found[host, "disk_usage"]["noise"] = found[host, "network_dropped"]["noise"] = 0.1
        return found | self._moving(HOSTS)

    def _pod_series(self) -> dict[tuple[str, str], dict[str, Any]]:
        drawn, found = self._random, {}
        for who in self.kind["services"]:
            found[who, "container_cpu_usage"] = {"usual": drawn.uniform(15, 40)}
            found[who, "container_memory_usage"] = {"usual": drawn.uniform(40, 60), "noise": 1}
            found[who, "process_file_descriptors"] = {"usual": 180, "noise": 4}
        return found | self._moving(tuple(self.kind["services"]))

    def _moving(self, owners: tuple[str, ...]) -> dict[tuple[str, str], dict[str, Any]]:
        moving = self.kind.get("metrics", ())
        return {(one["at"], one["concept"]): dict(one) for one in moving if one["at"] in owners}

    def _measured(
        self, series: Mapping[tuple[str, str], Mapping[str, Any]]
    ) -> dict[tuple[str, str], list[tuple[datetime, float]]]:
        found = {}
        for (owner, concept), one in series.items():
            name = self.names[owner] if owner in HOSTS else self._pod(owner)
            points = []
            moment = _START
            while moment < self.end:
                points.append((moment, self._value(one, concept, moment)))
                moment += timedelta(minutes=1)
            found[name, concept] = points
        return found

    def _value(self, one: Mapping[str, Any], concept: str, moment: datetime) -> float:
        noise = self._random.gauss(0, one.get("noise", 2 if one["usual"] > 5 else one["usual"] / 5))
        since = (moment - self.onset) / timedelta(minutes=1)
        there = one.get("from", 0) <= since < one.get("to", 1e9) and "now" in one
        low, high = one.get("hourly", (0, 60))
        if "hourly" in one:
            there = low <= moment.minute < high
        level: float = one["usual"]
        if there:
            ramp = one.get("ramp", 0)
            part = min(1.0, (since - one["from"]) / ramp) if ramp else 1.0
            level += (one["now"] - level) * part
        value = max(0.0, level + noise)
        counted = concept in ("process_file_descriptors", "network_dropped", "request_rate")
        return value if counted else min(100.0, value)

    def _pod(self, who: str) -> str:
        return f"{self.names[who]}-{_SUFFIXES[len(who) % len(_SUFFIXES)]}"


@dataclass(slots=True)
class Spans:
    """The spans of an incident: ten requests a minute walk through those who call each other."""

    incident: Incident
    _random: random.Random = field(init=False, repr=False)
    _found: list[dict[str, Any]] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(f"spans {self.incident.name} {self.incident.seed}")

    def written(self) -> list[dict[str, Any]]:
        """Return one OTLP document per span."""
        calls = self.incident.kind["calls"]
        called = {callee for callees in calls.values() for callee in callees}
        (entry,) = (who for who in calls if who not in called)
        number, moment = 0, _START
        while moment < self.incident.end:
            number += 1
            self._handle(entry, "", f"{number:032x}", moment)
            moment += timedelta(seconds=self._random.uniform(4, 8) / self.incident.traffic(moment))
        return self._found

    def _handle(self, who: str, parent: str, trace: str, at: datetime) -> datetime:
        inside = f"{self._random.getrandbits(64):016x}"
        own = self._random.uniform(4, 9)
        if at >= self.incident.onset and who in self.incident.kind.get("slow", {}):
            own += self._random.uniform(*self.incident.kind["slow"][who])
        end = at + timedelta(milliseconds=own)
        for callee in self.incident.kind["calls"].get(who, ()):
            client = f"{self._random.getrandbits(64):016x}"
            begun, end = end, self._handle(callee, client, trace, end + timedelta(milliseconds=1))
            end += timedelta(milliseconds=1)
            self._span(who, (trace, client, inside), "POST", begun, end)
        self._span(who, (trace, inside, parent), "handle", at, end)
        return end

    def _span(
        self, who: str, ids: tuple[str, str, str], name: str, begun: datetime, end: datetime
    ) -> None:
        service = self.incident.names[who]
        trace, inside, parent = ids
        span: dict[str, Any] = {
            "traceId": trace,
            "spanId": inside,
            "parentSpanId": parent,
            "name": name,
            "kind": 3 if name == "POST" else 2,
            "startTimeUnixNano": str(_nanos(begun)),
            "endTimeUnixNano": str(_nanos(end)),
            "status": {},
        }
        attributes = [{"key": "service.name", "value": {"stringValue": service}}]
        scope = {"scope": {"name": "invented"}, "spans": [span]}
        part = {"resource": {"attributes": attributes}, "scopeSpans": [scope]}
        self._found.append({"resourceSpans": [part]})


def _write_table(
    path: Path, owner: str, series: Mapping[tuple[str, str], list[tuple[datetime, float]]]
) -> None:
    """Write one row per owner and moment, one column per concept."""
    concepts = sorted({concept for _, concept in series})
    rows: dict[tuple[datetime, str], dict[str, float]] = {}
    for (name, concept), points in series.items():
        for moment, value in points:
            rows.setdefault((moment, name), {})[concept] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("time", owner, *concepts))
        for (moment, name), values in sorted(rows.items()):
            told = (f"{values[one]:.3f}" if one in values else "" for one in concepts)
            table.writerow((moment.isoformat(), name, *told))


def _nanos(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


def investigated(
    incident: Incident, folder: Path, case: Path | None = None, *, whole: bool = False
) -> Findings:
    """
    Write an incident to *folder* and return what is said of its window against the hour before.

    *whole*: of both hours instead, as who names no window is told.
    """
    files = incident.write(folder)
    return paicha.investigate(
        files.log,
        metrics=files.metrics,
        traces=files.traces,
        start=None if whole else incident.start,
        end=None if whole else incident.end,
        baseline=None if whole else incident.baseline,
        zone="UTC",
        now=incident.end,
        case=case,
    ).findings
