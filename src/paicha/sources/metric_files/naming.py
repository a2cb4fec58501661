"""Which concept a file's name for a metric means, and what turns its values into the concept's unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paicha.model.knowledge import MetricConcept

_UNIT = re.compile(r"^(.+?)\s*[(\[（]([^()\[\]（）]{1,12})[)\]）]$")
_BLUEKING = re.compile(r"bkmonitor:\w+:\w+:\w+")
#: Selectors and ranges of an expression; what is left tells whether it computes.
_SELECTORS = re.compile(r"\{[^}]*\}|\[[^\]]*\]")
_COMPUTES = re.compile(r"[*/%+-]|\b(?:rate|irate|delta|increase|deriv|count)\b")
#: Says in a name that all of it is 100.
_PERCENT = re.compile(r"percent|pct|百分")
#: From a unit that a heading may name to the concept's.
_CONVERSIONS = {
    ("s", "ms"): 1000.0,
    ("us", "ms"): 0.001,
    ("µs", "ms"): 0.001,
    ("ms", "s"): 0.001,
    ("ops", "1/s"): 1.0,
    ("rps", "1/s"): 1.0,
    ("qps", "1/s"): 1.0,
    ("/s", "1/s"): 1.0,
    ("ratio", "%"): 100.0,
    ("kb/s", "b/s"): 1024.0,
    ("bytes/s", "b/s"): 1.0,
    ("percent", "%"): 1.0,
    ("pct", "%"): 1.0,
    ("百分比", "%"): 1.0,
    ("percentunit", "%"): 100.0,
    ("1", "%"): 100.0,  # UCUM's and OpenMetrics' way to write a share of one
}
#: What is written where a number has no unit.
_UNITLESS = frozenset(("1", "none", "short", "count", "个"))


def letters(name: str) -> str:
    """
    Return only what two spellings of a heading have in common.

    Example:
        >>> letters("Cpu-Usage rate"), letters("CpuUsageRate")
        ('cpuusagerate', 'cpuusagerate')
    """
    return "".join(letter for letter in name.lower() if letter.isalnum())


def split_unit(heading: str) -> tuple[str, str]:
    """
    Return a heading without the unit in brackets at its end, and the unit.

    Example:
        >>> split_unit("CpuUsageRate(%)"), split_unit("load5")
        (('CpuUsageRate', '%'), ('load5', ''))
    """
    found = _UNIT.match(heading[:200].strip())
    return (found[1], found[2].strip()) if found else (heading.strip(), "")


class ConceptNames:
    """Every name of every concept, for looking up."""

    def __init__(self, concepts: Sequence[MetricConcept]) -> None:
        self._exact: dict[str, tuple[MetricConcept, float]] = {}
        self._columns: dict[str, tuple[MetricConcept, float]] = {}
        for concept in concepts:
            self._exact.setdefault(concept.id, (concept, 1.0))
            for share in concept.shares:
                self._exact.setdefault(share.formula, (concept, 1.0))
            parts = {part for share in concept.shares for part in share.parts}
            for name in concept.names:
                # What a server computes it from is not it.
                if name.query and name.name in parts:
                    continue
                if name.system == "column":
                    self._columns.setdefault(letters(name.name), (concept, name.scale))
                else:
                    self._exact.setdefault(name.name, (concept, name.scale))

    def find(self, metric: str) -> tuple[MetricConcept, float] | None:
        """
        Return the concept that *metric* means and the factor to its unit; None when nobody knows.

        Args:
            metric: A name, an expression that only selects and averages, or a column's heading.
        """
        if metric in self._exact:
            return self._exact[metric]
        plain, unit = split_unit(metric)
        if unit and plain in self._exact:
            return _in_unit(self._exact[plain], unit)
        inner = set(_BLUEKING.findall(metric))
        if len(inner) == 1:
            computes = _COMPUTES.search(_SELECTORS.sub("", metric))
            return None if computes else self._exact.get(inner.pop())
        return self._find_column(metric)

    def leaves_open(self, metric: str) -> bool:
        """Return whether *metric* names a share and does not say whether all of it is 1 or 100."""
        name, unit = split_unit(metric)
        found = self._columns.get(letters(name)) or self._exact.get(name)
        if found is None or found[0].unit != "%" or unit:
            return False
        own = letters(name) in self._columns or name == found[0].id
        return own and not _PERCENT.search(letters(name))

    def _find_column(self, heading: str) -> tuple[MetricConcept, float] | None:
        name, unit = split_unit(heading)
        found = self._columns.get(letters(name))
        return None if found is None else _in_unit(found, unit)


def _in_unit(found: tuple[MetricConcept, float], unit: str) -> tuple[MetricConcept, float] | None:
    """Return a concept with the factor from *unit*, which the name's own gives way to; None where it does not fit."""
    concept = found[0]
    if not unit:
        return found
    if unit == concept.unit or (not concept.unit and unit.lower() in _UNITLESS):
        return concept, 1.0
    factor = _CONVERSIONS.get((unit.lower(), concept.unit.lower()))
    return None if factor is None else (concept, factor)
