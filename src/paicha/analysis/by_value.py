"""
Which records are of a problem class by one of their values alone, such as a status of 503.

Likewise a share of a resource: 97 % of a disk are a problem, 12 % in the same words are none.
Lines that differ in a number only are one shape, and a shape has one class: that of the message that stands for
it. Where the class rests on a number that varies, it is the class of some of its records and not of the others.
How many they are is known, which ones is not; so no problem is made of them, and they are told of instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.classify import classify, head, joined, possible
from paicha.kept import derived, derived_by
from paicha.kernel.levels import WARN
from paicha.kernel.shape import shape
from paicha.locales import Text
from paicha.model.knowledge import ProblemClass
from paicha.values import dataclass

#: What answers are numbered by: HTTP's, and those of protocols that borrowed its numbers.
_LEAST, _MOST = 100, 599
#: All of something [%].
_ALL = 100
#: Units of a share, of which a class may ask the last tenth.
_SHARES = ("%", "％", "percent", "pct")
#: No such number. What is of a class with it in their place is not of that class by its value.
_NONE = "0"
#: A pattern that asks for a number of three digits: ``5\d\d``, ``403``.
_ASKS_NUMBER = re.compile(r"(?<![\\{,\d])[1-5](?:\\d\\d|\d\d)(?!\d)")
#: Changes with the code that tells such patterns.
_ASKING = f"asking {derived_by(__file__)}"
#: So many values of a number are all tried: statuses are few.
_FEW = 16


@dataclass(frozen=True, slots=True)
class ByValue:
    """
    Records of one shape that are of a class by one of their values.

    Args:
        shape: Theirs.
        slot: Which variable of the shape has that value.
        problem: The class.
        n: How many of the shape's records have such a value; 0: nobody knows.
        of: How many records the shape has.
        values: Those values with their counts, most first.
        quiet: Whether none of the shape's records is at WARN or above.
        least: Whether others are of the class by another variable, so that these are not all.
    """

    shape: str
    slot: int
    problem: ProblemClass
    n: int
    of: int
    values: tuple[tuple[str, int], ...]
    quiet: bool
    least: bool = False

    @property
    def title(self) -> Text:
        """The title of the class."""
        return self.problem.title


def by_value_of(
    counts: pa.Table, slots: pa.Table, slot_values: pa.Table, problems: Sequence[ProblemClass]
) -> tuple[ByValue, ...]:
    """
    Return what is of a class by a value that varies, of each variable by itself (`once_each`).

    Looked at are numbers from 100 to 599, and shares up to 100 %, of which all values are known; of shares, where a line
    that says its level says one from WARN up: what an agent reports once a minute is no problem at INFO.

    Args:
        counts: `COUNTS`.
        slots: `SLOTS`.
        slot_values: `SLOT_VALUES`.
        problems: The classes of the knowledge base.

    Cost:
        A few patterns over at most sixteen texts for each such number; a classification of those with a match.
    """
    told = _told_numbers(slots, slot_values)
    messages = messages_of(counts, {shape for shape, _ in told})
    shares = _shares(slots)
    told = {
        key: values
        for key, values in told.items()
        if key not in shares or not (message := messages.get(key[0])) or not message.below
    }
    asked = [
        (key, value, n, changed)
        for key in _in_question(told, messages, problems)
        for value, n in [*told[key], (_NONE, 0)]
        if (changed := with_value(messages[key[0]].example, key[1], value))
    ]
    classes = classify([text for *_, text in asked], [0] * len(asked), problems)
    found: dict[tuple[str, int], dict[str, list[tuple[str, int]]]] = {}
    for (key, value, n, _), name in zip(asked, classes, strict=True):
        found.setdefault(key, {}).setdefault(name or "", []).append((value, n))
    by_id = {problem.id: problem for problem in problems}
    rows = list(_rows(found, messages, by_id))
    levels = told_by_level(counts, rows, problems)
    return tuple(one for one in rows if (one.shape, one.problem.id, one.n) not in levels)


def once_each(rows: Iterable[ByValue]) -> tuple[ByValue, ...]:
    """
    Return what is of a class by a value once for each shape and class, most records first.

    Where several variables of a shape make records of a class, how many are so by any of them is not known: at
    least as many as by the one that makes most.
    """
    found: dict[tuple[str, str], ByValue] = {}
    for one in sorted(rows, key=lambda one: (-one.n, one.problem.id, one.shape, one.slot)):
        first = found.setdefault((one.shape, one.problem.id), one)
        if first.slot != one.slot:
            found[one.shape, one.problem.id] = replace(first, least=True)
    return tuple(one for one in found.values() if one.n)


def unsure_of(
    counts: pa.Table, slots: pa.Table, problems: Sequence[ProblemClass]
) -> frozenset[tuple[str, str]]:
    """
    Return ``(shape, class)`` where a message is of a class by the least or the largest of its shares only.

    Of those of which not all values are known nobody can say how many of the records are; none is then of the class.

    Args:
        counts: `COUNTS`.
        slots: `SLOTS`.
        problems: The classes of the knowledge base.
    """
    ends = _shares(slots)
    messages = messages_of(counts, {shape for shape, _ in ends})
    asked = [
        (key, with_value(messages[key[0]].example, key[1], f"{end:g}"))
        for key, both in ends.items()
        for end in both
        if key[0] in messages and not messages[key[0]].below
    ]
    classes = classify([text for _, text in asked], [0] * len(asked), problems)
    found: dict[tuple[str, int], set[str | None]] = {}
    for (key, _), name in zip(asked, classes, strict=True):
        found.setdefault(key, set()).add(name)
    return frozenset(
        (key[0], name) for key, names in found.items() if len(names) > 1 for name in names if name
    )


def _is_share() -> pc.Expression:
    """Return what is true of a row of `SLOTS` whose numbers are shares."""
    unit, least, most = (pc.field(name) for name in ("unit", "minimum", "maximum"))
    return pc.is_in(unit, value_set=pa.array(_SHARES)) & (least >= 0) & (most <= _ALL)


def _shares(slots: pa.Table) -> dict[tuple[str, int], tuple[float, float]]:
    """Return the least and the largest share of each ``(shape, slot)`` whose shares vary."""
    field = pc.field
    found = slots.filter(
        _is_share() & (field("n") == field("numbers")) & (field("minimum") < field("maximum"))
    )
    return {
        (row["shape"], row["slot"]): (row["minimum"], row["maximum"]) for row in found.to_pylist()
    }


def told_by_level(
    counts: pa.Table, rows: Sequence[ByValue], problems: Sequence[ProblemClass]
) -> set[tuple[str, str, int]]:
    """
    Return ``(shape, class, n)`` of the levels whose message is of a class, where others of the shape are not.

    As many records as have the value: formats of access logs give answers of 5xx a level of their own.
    """
    if not rows:
        return set()
    wanted = pa.array(sorted({one.shape for one in rows}), pa.string())
    cells = (
        counts.filter(pc.is_in(counts["shape"], value_set=wanted))
        .group_by(["shape", "severity_number"], use_threads=False)
        .aggregate([("n", "sum"), ("example", "min")])
        .to_pylist()
    )
    classes = classify(
        [cell["example_min"] for cell in cells],
        [cell["severity_number"] for cell in cells],
        problems,
    )
    sums: dict[tuple[str, str], int] = {}
    for cell, name in zip(cells, classes, strict=True):
        sums[cell["shape"], name or ""] = sums.get((cell["shape"], name or ""), 0) + cell["n_sum"]
    return {(shape, name, n) for (shape, name), n in sums.items()}


def _in_question(
    told: Mapping[tuple[str, int], Sequence[tuple[str, int]]],
    messages: Mapping[str, Message],
    problems: Sequence[ProblemClass],
) -> list[tuple[str, int]]:
    """Return the numbers with which a message matches a pattern that asks for one; of many one of each hundred is tried."""
    texts = [
        (key, with_value(messages[key[0]].example, key[1], value))
        for key, values in told.items()
        if key[0] in messages
        for value in {
            value if len(values) <= _FEW else value[:1]: value for value, _ in values
        }.values()
    ]
    heads = [head(text) for _, text in texts]
    if not texts:
        return []
    patterns = possible(patterns_that_ask(problems), "\n".join(heads).casefold())
    if not patterns:
        return []
    hits = pc.match_substring_regex(pa.array(heads, pa.string()), joined(patterns)).to_pylist()
    return sorted({key for (key, _), hit in zip(texts, hits, strict=True) if hit})


def patterns_that_ask(problems: Sequence[ProblemClass]) -> tuple[str, ...]:
    """Return the patterns that ask for a number; to look through a thousand takes 6 ms, so these are kept."""
    every = [
        pattern
        for problem in problems
        for pattern in (*problem.patterns, *problem.below_warn.patterns)
    ]
    found: list[str] = derived(
        _ASKING, "\0".join(every), lambda: [one for one in every if _ASKS_NUMBER.search(one)]
    )
    return tuple(found)


def _rows(
    found: Mapping[tuple[str, int], Mapping[str, Sequence[tuple[str, int]]]],
    messages: Mapping[str, Message],
    by_id: Mapping[str, ProblemClass],
) -> Iterator[ByValue]:
    for (key, slot), of_class in found.items():
        message = messages[key]
        real = {name for name, values in of_class.items() if any(n for _, n in values)}
        for name in sorted(real - {""}) if len(real) > 1 else ():
            values = of_class[name]
            if (_NONE, 0) not in values:
                most = tuple(sorted(values, key=lambda one: (-one[1], one[0])))
                n = sum(count for _, count in values)
                yield ByValue(key, slot, by_id[name], n, message.n, most, message.quiet)


@dataclass(frozen=True, slots=True)
class Message:
    """What stands for a shape, how many records it has, and whether none of them is at WARN or above."""

    example: str
    n: int
    quiet: bool
    below: bool  # all say a level, and none one from WARN up
    levels: int  # how many different ones they say


def _told_numbers(
    slots: pa.Table, slot_values: pa.Table
) -> dict[tuple[str, int], list[tuple[str, int]]]:
    """Return ``(shape, slot)`` of numbers that vary within the limits, with each value's count."""
    field = pc.field
    numbers = slots.filter(
        (field("n") == field("numbers"))
        & (((field("minimum") >= _LEAST) & (field("maximum") <= _MOST)) | _is_share())
        & (field("minimum") < field("maximum"))
    ).group_by(["shape", "slot"], use_threads=False)
    seen = {
        (row["shape"], row["slot"]): row["n_sum"]
        for row in numbers.aggregate([("n", "sum")]).to_pylist()
    }
    if not seen:
        return {}
    wanted = pa.array(sorted({shape for shape, _ in seen}), pa.string())
    values: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for row in slot_values.filter(pc.is_in(slot_values["shape"], value_set=wanted)).to_pylist():
        if (row["shape"], row["slot"]) in seen:
            values.setdefault((row["shape"], row["slot"]), []).append((row["value"], row["n"]))
    return {
        key: sorted(values[key])
        for key in sorted(values)
        if sum(n for _, n in values[key]) == seen[key]
    }


def messages_of(counts: pa.Table, shapes: set[str]) -> dict[str, Message]:
    """Return the message of each of *shapes*, by shape."""
    wanted = pa.array(sorted(shapes), pa.string())
    sums = (
        counts.select(["shape", "severity_number", "n", "example"])  # a filter copies every column
        .filter(pc.is_in(counts["shape"], value_set=wanted))
        .group_by("shape", use_threads=False)
        .aggregate(
            [
                ("n", "sum"),
                ("example", "min"),
                ("severity_number", "max"),
                ("severity_number", "min"),
                ("severity_number", "count_distinct"),
            ]
        )
    )
    return {
        row["shape"]: Message(
            row["example_min"],
            row["n_sum"],
            row["severity_number_max"] < WARN,
            row["severity_number_min"] > 0 and row["severity_number_max"] < WARN,
            row["severity_number_count_distinct"],
        )
        for row in sums.to_pylist()
    }


def with_value(message: str, slot: int, value: str) -> str:
    """Return *message* with another *value* in its variable number *slot*; empty when it has none there."""
    at = 0
    for place, variable in enumerate(shape(message).values):
        at = message.find(variable.text, at)
        if at < 0:
            return ""
        if place == slot:
            return message[:at] + value + message[at + len(variable.text) :]
        at += len(variable.text)
    return ""


def value_in(message: str, slot: int) -> str:
    """Return the value of the variable number *slot* in *message*; empty when it has none there."""
    values = shape(message).values
    return values[slot].text if slot < len(values) else ""
