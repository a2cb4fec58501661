"""One metric concept as a TOML table: what it may hold, and what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, get_args

from paicha.locales import Text
from paicha.model.knowledge import Comparison, MetricConcept, MetricName, MetricShare
from paicha.values import dataclass

_ID = re.compile(r"[a-z][a-z0-9_]*")
_SYSTEMS = ("blueking", "node_exporter", "windows_exporter", "cadvisor", "column")
_KEYS = frozenset(
    [
        "title",
        "unit",
        "group",
        "digits",
        "order",
        "comparison",
        "threshold",
        "threshold_source",
        "trigger",
        "healthy",
        "shares",
    ]
) | frozenset(_SYSTEMS)
_NAME_KEYS = frozenset(("name", "scale", "query"))
_SHARE_KEYS = frozenset(("whole", "free", "used", "over", "without", "needs"))
_HEALTHY = ("low", "high", "none")


@dataclass(frozen=True, slots=True)
class MetricTable:
    """
    Reads one table; every mistake goes to `mistakes` with its place, and reading goes on.

    Args:
        place: File and table, as a reader finds them.
    """

    place: str
    id: str
    table: Mapping[str, object]
    mistakes: list[str]

    def read(self, *, group: str) -> MetricConcept | None:
        """Return the concept, None when something is wrong with it."""
        before = len(self.mistakes)
        if not _ID.fullmatch(self.id):
            self._wrong("", "an id is lower case letters, digits and underscores")
        for key in sorted(self.table.keys() - _KEYS):
            self._wrong(key, "no such key")
        threshold = None if "threshold" not in self.table else self._number("threshold")
        concept = MetricConcept(
            id=self.id,
            title=self._text("title"),
            unit=self._string("unit"),
            group=self._string("group", group),
            digits=self._integer("digits", 0, 9),
            comparison=self._comparison(),
            threshold=threshold,
            threshold_source=self._threshold_source(),
            names=tuple(name for system in _SYSTEMS for name in self._names(system)),
            healthy=self._healthy(),
            order=self._integer("order", 0, 10_000, default=100),
            trigger=self._integer("trigger", 1, 5, default=3),
            shares=tuple(self._shares()),
        )
        if not concept.names:
            self._wrong("", "has no name in any system")
        return concept if len(self.mistakes) == before else None

    def _wrong(self, key: str, complaint: str) -> None:
        self.mistakes.append(f"{self.place}{'.' if key else ''}{key}: {complaint}")

    def _string(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if isinstance(value, str):
            return value
        self._wrong(key, "is missing" if value is None else "is not text")
        return ""

    def _integer(self, key: str, lowest: int, highest: int, *, default: int | None = None) -> int:
        value = self.table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        complaint = f"is not a whole number from {lowest} to {highest}"
        self._wrong(key, "is missing" if value is None else complaint)
        return lowest

    def _number(self, key: str) -> float:
        return self._as_number(key, self.table[key])

    def _as_number(self, key: str, value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        self._wrong(key, "is not a number")
        return 0.0

    def _text(self, key: str) -> Text:
        value = self.table.get(key)
        if isinstance(value, Mapping) and value.keys() == {"zh", "en"}:
            zh, en = value["zh"], value["en"]
            if isinstance(zh, str) and isinstance(en, str) and zh and en:
                return Text(zh=zh, en=en)
        self._wrong(key, "is missing" if value is None else "is not { zh = …, en = … }")
        return Text.same("")

    def _threshold_source(self) -> Text | None:
        named = "threshold_source" in self.table
        if named != ("threshold" in self.table):
            self._wrong("threshold_source", "a threshold and its source come together")
            return None
        return self._text("threshold_source") if named else None

    def _comparison(self) -> Comparison:
        value = self.table.get("comparison", "above")
        for comparison in get_args(Comparison):
            if value == comparison:
                found: Comparison = comparison
                return found
        self._wrong("comparison", "is neither above nor below")
        return "above"

    def _healthy(self) -> Literal["low", "high", "none"]:
        value = self.table.get("healthy", "none")
        if value not in _HEALTHY:
            self._wrong("healthy", "is not low, high or none")
        return "low" if value == "low" else "high" if value == "high" else "none"

    def _names(self, system: str) -> tuple[MetricName, ...]:
        value = self.table.get(system, ())
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong(system, "is not a list")
            return ()
        names = (self._name(f"{system}[{place}]", system, each) for place, each in enumerate(value))
        return tuple(name for name in names if name is not None)

    def _shares(self) -> Iterator[MetricShare]:
        value = self.table.get("shares", ())
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong("shares", "is not a list")
            return
        for place, each in enumerate(value):
            share = _share_of(each)
            if share is None or self.table.get("unit") != "%":
                self._wrong(
                    f"shares[{place}]",
                    "is not { whole = …, free or used = name or { label = value }, over = [ … ], needs = [ … ], without = { … } } of a concept in %",
                )
            else:
                yield share

    def _name(self, key: str, system: str, value: object) -> MetricName | None:
        if isinstance(value, str) and value and system == "column":
            return MetricName(value, system)
        if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
            self._wrong(key, "is not { name = …, scale = …, query = … }")
            return None
        for other in sorted(value.keys() - _NAME_KEYS):
            self._wrong(f"{key}.{other}", "no such key")
        query = value.get("query", "")
        if not isinstance(query, str):
            self._wrong(f"{key}.query", "is not text")
            query = ""
        scale = self._as_number(f"{key}.scale", value.get("scale", 1.0))
        if scale == 0:
            self._wrong(f"{key}.scale", "would make every value 0")
        return MetricName(value["name"], system, scale, query)


def _share_of(value: object) -> MetricShare | None:
    """Return what a table of a share says; None where it is none."""
    if not isinstance(value, Mapping) or value.keys() - _SHARE_KEYS or "whole" not in value:
        return None
    said = [key for key in ("free", "used") if key in value]
    without, over, needs = (value.get(key, []) for key in ("without", "over", "needs"))
    without = without or {}
    if len(said) != 1 or not isinstance(without, Mapping):
        return None
    if not isinstance(over, list) or not isinstance(needs, list):
        return None
    part, label = value[said[0]], ""
    if isinstance(part, Mapping):
        if len(part) != 1:
            return None
        ((label, part),) = part.items()
    texts = (value["whole"], part, label, *over, *needs, *without.values())
    if not all(isinstance(one, str) for one in texts):
        return None
    left_out = tuple(sorted(without.items()))
    is_rest = said == ["free"]
    return MetricShare(
        value["whole"], part, is_rest, label, tuple(over), left_out, needs=tuple(needs)
    )
