"""
Lines that stand for several occurrences: a folded message of syslog, an event of Kubernetes with its count.

Every figure of a report is a count of lines, so that it can be followed back to them. How often something happened is told beside it.
Which lines say so, and where, stands in the knowledge base (`Repetition`).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.classify import joined
from paicha.analysis.records import RecordQueries
from paicha.kernel.shape import shape
from paicha.locales import Text, text
from paicha.model.findings import Occurrences
from paicha.model.knowledge import Repetition
from paicha.values import dataclass


def occurrences_of(
    records: RecordQueries, membership: pa.Table, repetitions: Sequence[Repetition]
) -> Mapping[str, Occurrences]:
    """
    Return of each problem what its records say of how often it happened; nothing of those of which none does.

    Args:
        records: The records of the case.
        membership: Which records make which problem.
        repetitions: How records say it.

    Cost:
        One pattern over the messages of problems, and JSON for those that say a number beside them.
    """
    ways = [one for one in repetitions if not (one.before or one.lost)]
    patterns = [pattern for one in ways for pattern in one.patterns]
    fields = [one.field for one in ways if one.field]
    if not patterns or not fields:
        return {}
    rows = records.saying(membership, joined(patterns), fields)
    single: dict[str, list[tuple[int, int]]] = defaultdict(list)
    same: dict[str, dict[str, int]] = defaultdict(dict)
    told: dict[str, int] = defaultdict(int)
    for row in rows.to_pylist():
        said = _said(row["body"], row["attributes"], ways)
        if said is None:
            continue
        problem = row["problem"]
        told[problem] += row["n"]
        if said.of:
            known = same[problem]
            known[said.of] = max(known.get(said.of, 0), said.times)
        else:
            single[problem].append((said.times, row["n"]))
    return {
        problem: Occurrences(
            n,
            sum(same[problem].values()) + sum(times * count for times, count in single[problem]),
        )
        for problem, n in sorted(told.items())
    }


@dataclass(frozen=True, slots=True)
class _Said:
    """How often, and of what; "": of this line alone."""

    times: int
    of: str


def _said(body: str, attributes: str | None, ways: Sequence[Repetition]) -> _Said | None:
    beside = json.loads(attributes) if attributes else {}
    for one in ways:
        for pattern in one.patterns:
            found = re.search(pattern, body, re.IGNORECASE)
            if found:
                return _Said(int(found["it"]), "")
        value = str(beside.get(one.field, "")) if one.field else ""
        if value.isascii() and value.isdecimal() and int(value):
            of = beside.get(one.same, "") if one.same else ""
            return _Said(int(value), of if isinstance(of, str) else json.dumps(of))
    return None


def repeated_before(
    counts: pa.Table, slots: pa.Table, repetitions: Sequence[Repetition]
) -> Text | None:
    """
    Return that records say nothing but that the line before them was repeated, and how often; None: there are none.

    Those lines are of no problem, and no count holds what they stand for.

    Args:
        counts: `COUNTS`.
        slots: `SLOTS`.
        repetitions: How records say it.
    """
    patterns = [pattern for one in repetitions if one.before for pattern in one.patterns]
    return _said_of(_lines(counts, slots, patterns), "repeated_before")


def unwritten(counts: pa.Table, slots: pa.Table, repetitions: Sequence[Repetition]) -> Text | None:
    """
    Return that records say that others were not written, or lost on their way, and how many; None: there are none.

    What those would have told of is in no count: a log of a program that is limited holds fewer lines the worse it goes.

    Args:
        counts: `COUNTS`.
        slots: `SLOTS`.
        repetitions: How records say it.
    """
    patterns = [pattern for one in repetitions if one.lost for pattern in one.patterns]
    return _said_of(_lines(counts, slots, patterns), "unwritten")


def _lines(
    counts: pa.Table, slots: pa.Table, patterns: Sequence[str]
) -> list[tuple[int, int | None]]:
    """Return of each shape that says so how many lines there are, and how often all of them say; None: not known."""
    if not patterns:
        return []
    sums = counts.group_by("shape", use_threads=False).aggregate([("n", "sum"), ("example", "min")])
    examples = sums["example_min"]
    unnamed = joined([re.sub(r"\?P<it>", "", pattern) for pattern in patterns])  # RE2: a name once
    asked = pc.match_substring_regex(examples, unnamed)
    return [
        (row["n_sum"], _total(row["shape"], row["n_sum"], row["example_min"], patterns, slots))
        for row in sums.filter(asked).to_pylist()
    ]


def _said_of(lines: Sequence[tuple[int, int | None]], key: str) -> Text | None:
    if not lines:
        return None
    n = sum(one for one, _ in lines)
    times = [times for _, times in lines if times is not None]
    if len(times) < len(lines):
        return text(f"quality.{key}_unsure", n=f"{n:,}")
    return text(f"quality.{key}", n=f"{n:,}", times=f"{sum(times):,}")


def _total(key: str, n: int, example: str, patterns: Sequence[str], slots: pa.Table) -> int | None:
    """Return the sum of the number that says how often, over all records of a shape; None where it is not known."""
    matches = (re.search(pattern, example, re.IGNORECASE) for pattern in patterns)
    said = next(found["it"] for found in matches if found)
    places = [place for place, slot in enumerate(shape(example).values) if slot.text == said]
    if len(places) != 1:
        return None
    rows = slots.filter((pc.field("shape") == key) & (pc.field("slot") == places[0]))
    row = next(iter(rows.to_pylist()), None)
    if row is None or row["n"] != n or row["numbers"] != n or row["total"] is None:
        return None
    return int(row["total"])
