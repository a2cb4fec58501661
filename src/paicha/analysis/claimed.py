"""
What the lines of each host say of a resource in numbers.

The variables of a template are counted over the records of all hosts: where several write of a problem, the smallest
and the largest are those of nobody in particular, and a metric of one host must not be held against another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from paicha.analysis.records import RecordQueries
from paicha.kernel.shape import shape
from paicha.model.findings import Variant
from paicha.model.knowledge import ClaimRule
from paicha.values import dataclass

#: The smallest and the largest number.
Ends = tuple[float, float]
#: Words before a quantity that only say whose or when: what is left of the name is the quantity.
_ASIDE = frozenset(("current", "now", "total", "system", "host", "node", "server"))
_ASIDE_ZH = re.compile(
    r"(?:当前|目前|现在|系统|整体|总体|总|主机|服务器|机器|节点|内存|物理内存|磁盘|硬盘|空间|cpu|的)+",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[_.\- ]+")
#: A number without a name is what is claimed if it is the only one of its unit, and no smaller than such a part of
#: what the words imply: "memory insufficient: 5% left" speaks of what is free.
_NAMELESS_PART = 0.75


def claimed_range(variants: Iterable[Variant], rule: ClaimRule, unit: str) -> Ends | None:
    """
    Return the smallest and largest number the lines give for a claim; None without numbers.

    Numbers up to 1 without a unit are shares of one as well as percent: they claim nothing in percent.
    """
    ends = []
    for variant in variants:
        said = [
            _Said(found.name, found.unit, found.minimum, found.maximum)
            for found in variant.ranges
            if found.minimum is not None and found.maximum is not None
        ]
        ends += [(one.low, one.high) for one in _claiming(said, rule, unit)]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


@dataclass(frozen=True, slots=True)
class _Said:
    """One variable that holds numbers."""

    name: str
    unit: str
    low: float
    high: float


def _claiming(said: Sequence[_Said], rule: ClaimRule, unit: str) -> list[_Said]:
    """Return which of the variables of a line say what is claimed: by their name, or the only one that has none."""
    named = [
        one
        for one in said
        if names_claim(one.name, rule.slots) and one.unit in {unit, ""}
        if not _leaves_open(one.high, one.unit, unit)
    ]
    if named or not unit or rule.comparison != "above" or not rule.slots:
        return named
    nameless = [one for one in said if not one.name and one.unit == unit]
    least = _NAMELESS_PART * rule.threshold
    return nameless if len(nameless) == 1 and nameless[0].low >= least else []


def names_claim(name: str, slots: Iterable[str]) -> bool:
    """
    Return whether a variable of that name is one of *slots*, with or without words that only say whose or when.

    Example:
        >>> slots = ("usage", "memory", "使用率")
        >>> [names_claim(name, slots) for name in ("memory_usage", "当前使用率", "cache_usage", "堆使用率", "")]
        [True, True, False, False, False]
    """
    known = set(slots)
    if not name or name in known:
        return name in known
    parts = [part for part in _PARTS.split(name.lower()) if part not in _ASIDE]
    if parts and all(part in known for part in parts):
        return True
    return any(
        name.endswith(slot) and bool(_ASIDE_ZH.fullmatch(name.removesuffix(slot)))
        for slot in known
        if not slot.isascii()
    )


def _leaves_open(number: float, said: str, unit: str) -> bool:
    return unit == "%" and not said and number <= 1


@dataclass(frozen=True, slots=True)
class HostClaims:
    """
    Tells apart what the hosts of a problem say.

    Args:
        records: The records of the case.
        membership: Which records make which problem.
    """

    records: RecordQueries
    membership: pa.Table

    def ranges(
        self,
        problem: str,
        hosts: Sequence[tuple[str, int]],
        rule: ClaimRule,
        unit: str,
        whole: Ends,
    ) -> Mapping[str, Ends] | None:
        """
        Return the smallest and largest number of each host that says one; None where that cannot be said.

        It cannot where the case keeps some of the records only, or where the lines one by one do not say what
        their templates say.

        Args:
            problem: Its id.
            hosts: Its hosts with their records.
            rule: What is claimed.
            unit: Of the metric.
            whole: What the lines of all hosts say.

        Cost:
            Each different text of the problem is taken apart once.
        """
        texts = self.records.texts(self.membership, problem)
        counted = dict.fromkeys((host for host, _ in hosts), 0)
        said: dict[str, list[float]] = {}
        for body, host, n in zip(
            *(texts[name].to_pylist() for name in ("body", "host", "n")), strict=True
        ):
            counted[host] = counted.get(host, 0) + n
            numbers = [
                _Said(slot.name, slot.unit.strip(), slot.number, slot.number)
                for slot in shape(body).values
                if slot.number is not None
            ]
            said.setdefault(host, []).extend(one.low for one in _claiming(numbers, rule, unit))
        found = {host: (min(numbers), max(numbers)) for host, numbers in said.items() if numbers}
        together = [end for ends in found.values() for end in ends]
        if counted != dict(hosts) or not together or (min(together), max(together)) != whole:
            return None
        return found
