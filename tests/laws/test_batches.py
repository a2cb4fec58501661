"""
The laws of OpenTelemetry's batches: the native kernel reads each of their records as if it stood alone in its line, and they
are what they are read in Python, whatever they say.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.scans import BEFORE, KERNELS, WINDOW, assert_same, scanned

from paicha.kernel.named_places import NoPlaces
from paicha.kernel.otlp_values import otlp_places
from paicha.sources.files import scanning

pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

MESSAGES = (
    *("took {n} ms", "连接 10.0.0.{n} 超时", "a=b c={n}", "", " ", 'say "{n}"\\', "lost\n\tat c.s.Shop.run(Shop.java:{n})"),
    *("2025-03-04 05:06:07,123 ERROR [main] c.s.Shop - inner {n}", '{"level":"warn","msg":"in {n}"}', "\x1b[31mred\x1b[0m {n}"),
    *('}]}]}]},{"x":[', "bell \x07", "half \ud83d", "ends\r\n", '"log"', "\u2028"),
)  # fmt: skip
#: What a value may be beside a text.
VALUES: tuple[object, ...] = (
    *({"intValue": "12"}, {"intValue": 7}, {"doubleValue": 0.25}, {"boolValue": True}, {"bytesValue": "AQI="}, {}, None, 7, "x"),
    {"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "2"}]}},
    {"kvlistValue": {"values": [{"key": "b", "value": {"stringValue": "z"}}, {"key": "a", "value": {"intValue": 1}}]}},
    *({"arrayValue": {}}, {"kvlistValue": {"values": []}}, {"stringValue": ""}, {"stringValue": None}, {"stringValue": 5}),
    {"kvlistValue": {"values": [{"key": "message", "value": {"stringValue": "in it"}}]}},
    {"kvlistValue": {"values": [{"key": "message", "value": {"stringValue": ""}}, {"key": "msg", "value": {"stringValue": "x"}}]}},
    {"kvlistValue": {"values": [{"key": "msg", "value": {"stringValue": "x"}}, {"key": "body", "value": {"stringValue": "y"}}]}},
)  # fmt: skip
KEYS = (
    *("order", "thread.name", "service.name", "host.name", "host.ip", "k8s.pod.name", "exception.stacktrace", "code.lineno"),
    *("code.file.path", "body", "message", "level", "log", "scope.name", "a.b", "a", "traceId", "中", "timeUnixNano", "status"),
)  # fmt: skip


def pairs(drawn: random.Random, count: int, odd: float) -> list[object]:
    """Return attributes."""
    found: list[object] = []
    for _ in range(count):
        text = drawn.choice(("cart", "web-3", "10.0.0.7", "a/b.py", "12", "x y"))
        value = drawn.choice(VALUES) if drawn.random() < odd else {"stringValue": text}
        found.append({"key": drawn.choice(KEYS), "value": value})
    if drawn.random() < odd:
        found.append(drawn.choice(({}, {"key": 7, "value": 7}, 7, {"key": "k"})))
    return found


def record(drawn: random.Random, at: datetime, n: int, odd: float) -> object:
    """Return a record of a batch."""
    nanos = int(at.timestamp() * 1e6) * 1000
    said: dict[str, object] = {"timeUnixNano": nanos if drawn.random() < odd else str(nanos)}
    said["severityNumber"] = drawn.choice((9, 9, 13, 17))
    if drawn.random() > odd:
        strange = drawn.random() < odd
        said["severityText"] = drawn.choice(("", "strange", "4") if strange else ("INFO", "WARN"))
    usual = MESSAGES[0] if drawn.random() > odd else drawn.choice(MESSAGES)
    said["body"] = {"stringValue": usual.replace("{n}", str(n))}
    said["attributes"] = [{"key": "order", "value": {"intValue": str(n)}}][: n % 3]
    if drawn.random() < odd:
        said["attributes"] = pairs(drawn, drawn.randrange(4), odd)
    said |= {"traceId": f"{drawn.getrandbits(128):032x}", "spanId": drawn.choice(("", "00", "7f"))}
    if drawn.random() < odd:
        said["body"] = drawn.choice(VALUES)
    if drawn.random() < odd:
        said.pop(drawn.choice(list(said)))
    return said if drawn.random() > odd / 4 else drawn.choice((7, None, [], {}, "x"))


def batch(drawn: random.Random, at: datetime, n: int, odd: float) -> str:
    """Return a line of some resources with some scopes with some records each."""

    def count() -> int:
        return drawn.randrange(0 if drawn.random() < odd else 1, 4)

    def scope() -> object:
        records = [record(drawn, at + timedelta(seconds=k), n + k, odd) for k in range(count())]
        said: dict[str, object] = {"scope": drawn.choice(({"name": "shop"}, {"name": "stock"}, {}))}
        if drawn.random() < odd:
            said["scope"] = {"name": ""}
        said["logRecords"] = records
        if drawn.random() < odd:
            said["schemaUrl"] = "x"
        if drawn.random() < odd / 2:
            said.pop(drawn.choice(list(said)))
        return said if drawn.random() > odd / 4 else drawn.choice((7, {}))

    resources = []
    for _ in range(count()):
        named = [{"key": "service.name", "value": {"stringValue": drawn.choice(("cart", "mail"))}}]
        around: dict[str, object] = {"resource": {"attributes": named}}
        if drawn.random() < odd:
            around["resource"] = {"attributes": pairs(drawn, 2, odd)}
        around["scopeLogs"] = [scope() for _ in range(count())]
        resources.append(around)
    marks = drawn.choice(((",", ":"), (",", ":"), (", ", ": ")))
    line = json.dumps(
        {"resourceLogs": resources}, separators=marks, ensure_ascii=drawn.random() < 0.5
    )
    line = line.encode("utf-8", "replace").decode()
    if drawn.random() < odd / 2:
        place = drawn.randrange(len(line))
        line = drawn.choice(
            (line[:place], line[:place] + line[place + 1 :], line.replace("Logs", "\\u004cogs", 1))
        )
    return line


@pytest.mark.parametrize("odd", [0.0, 0.02, 0.1, 0.5])
@pytest.mark.parametrize("seed", range(4))
def test_batches_are_scanned_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, odd: float
) -> None:
    """Whatever their records name, and whatever stands between them."""
    drawn = random.Random(seed)
    monkeypatch.setattr(scanning, "VARIED", 5000)
    monkeypatch.setattr(scanning, "BLOCK", 5000)
    at, lines = datetime(2025, 3, 4, 22, tzinfo=UTC), []
    for n in range(200):
        at += timedelta(minutes=2)
        lines.append(batch(drawn, at, n, odd))
        if drawn.random() < odd:
            lines.append(
                drawn.choice(
                    ("", "of no format", "2025-03-04T05:06:07Z ERROR late", "\tat c.s.Shop")
                )
            )
    path = tmp_path / "otlp.log"
    path.write_text("\n".join(lines), "utf-8")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)


def test_batches_are_soon_read_natively() -> None:
    """Of usual ones Python reads one in ten at most, however many records a line holds, and whatever each of them names."""
    drawn = random.Random(3)
    at = datetime(2025, 3, 4, 22, tzinfo=UTC)
    lines = [batch(drawn, at + timedelta(seconds=n), n, 0.0) for n in range(600)]

    scan, runs = scanned(lines)

    assert 0 == scan.facts.seen.joined
    assert sum(run.end - run.start for run in runs) <= 0.1 * sum(map(len, lines))


def test_values_stand_where_they_are_read() -> None:
    """By the names of attributes, in the order in which the record has them; what overrides another stands in its place."""
    line = json.dumps(
        {
            "resourceLogs": [
                {
                    "resource": {"attributes": [{"key": "a", "value": {"stringValue": "first"}}]},
                    "scopeLogs": [
                        {
                            "logRecords": [
                                {
                                    "body": {"stringValue": "lost"},
                                    "attributes": [
                                        {"key": "n", "value": {"intValue": "12"}},
                                        {"key": "a", "value": {"stringValue": "second"}},
                                    ],
                                }
                            ]
                        }
                    ],
                }
            ]
        }
    )

    found = [(one.path, line[one.start : one.end]) for one in otlp_places(line)]

    assert [("a", "second"), ("body", "lost"), ("n", "12")] == found


@pytest.mark.parametrize("body", [{}, VALUES[-2]])
def test_what_depends_on_what_others_say_has_no_places(body: object) -> None:
    """A value of no kind, and a message where another would be one if it said something."""
    line = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": body}]}]}]})

    with pytest.raises(NoPlaces):
        otlp_places(line)
