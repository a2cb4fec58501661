"""
What the lines of each host say of a resource in numbers.

The variables of a template are counted over the records of all hosts: where several write of a problem, the smallest
and the largest are those of nobody in particular, and a metric of one host must not be held against another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from paicha.analysis.records import RecordQueries
from paicha.kernel.shape import shape
from paicha.model.findings import Variant
from paicha.model.knowledge import ClaimRule
from paicha.values import dataclass

#: The smallest and the largest number.
Ends = tuple[float, float]


def claimed_range(variants: Iterable[Variant], rule: ClaimRule, unit: str) -> Ends | None:
    """
    Return the smallest and largest number the lines give for a claim; None without numbers.

    Numbers up to 1 without a unit are shares of one as well as percent: they claim nothing in percent.
    """
    ends = [
        (found.minimum, found.maximum)
        for variant in variants
        for found in variant.ranges
        if found.name in rule.slots and found.unit in {unit, ""}
        if found.minimum is not None and found.maximum is not None
        if not _leaves_open(found.maximum, found.unit, unit)
    ]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


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
            said.setdefault(host, []).extend(
                slot.number
                for slot in shape(body).values
                if slot.name in rule.slots and slot.unit.strip() in {unit, ""}
                if slot.number is not None
                if not _leaves_open(slot.number, slot.unit.strip(), unit)
            )
        found = {host: (min(numbers), max(numbers)) for host, numbers in said.items() if numbers}
        together = [end for ends in found.values() for end in ends]
        if counted != dict(hosts) or not together or (min(together), max(together)) != whole:
            return None
        return found
