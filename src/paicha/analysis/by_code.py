r"""
Which records are of a problem class by a code that varies in their lines: a signal, a port, an error's number.

``exited on signal 11`` and ``exited on signal 15`` are one shape, and so are two addresses that refuse a connection, one of
them a database's. The message that stands for the shape must not name them all. Looked at are the patterns that
ask for a certain number (``signal (?:11|6)``, ``:3306``, ``5\d\d``) and the lines that match them with any number in its place; `by_value`
does the same for answers and shares that are numbered from 100 to 599 or in percent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.by_value import (
    ByValue,
    Message,
    messages_of,
    told_by_level,
    value_in,
    with_value,
)
from paicha.analysis.classify import classify, head, joined, possible
from paicha.kept import derived, derived_by
from paicha.kernel.gates import needed_of
from paicha.model.knowledge import ProblemClass
from paicha.values import dataclass

#: Of a variable with more values not each is tried.
_MANY = 16
#: Parts of a pattern: how often something is repeated, sets of characters, what is escaped, words with digits, a certain number.
_PARTS = re.compile(
    r"\{\d+(?:,\d*)?\}|\[[^\]]*\]|\\x(?:[0-9A-Fa-f]{2}|\{[^}]*\})|\\[0-7]{2,3}|\\.|[A-Za-z]+\d\w*|\d+[A-Za-z]\w*|\d+"
)
_SHARE = re.compile(r"[%％]")
_DIGIT = re.compile(r"\d")
#: Changes with the code that tells patterns with codes.
_CODES = f"codes {derived_by(__file__)}"
_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Variable:
    """The values of a variable that varies: all of them where they are few, else the least and the largest number."""

    values: tuple[tuple[str, int], ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tried:
    """Values of a variable with their counts and the class that the message has with each, last one that is no code."""

    rows: tuple[tuple[str, int, str], ...]
    all_known: bool

    @property
    def whatever(self) -> str:
        """The class that the message has whatever the code is; "": none."""
        return self.rows[-1][2]

    @property
    def of_some(self) -> set[str]:
        """The classes that some values give and others do not."""
        # Of numbers of which not all are known the least and the largest speak for the others.
        others = self.rows[:-1] if len(self.rows) > 2 else self.rows
        names = {name for _, _, name in others}
        return names - {"", self.whatever} if len(names) > 1 else set()

    def values_of(self, name: str) -> tuple[tuple[str, int], ...]:
        """Return the values that give a class, most records first; none where not all are known."""
        found = [(value, n) for value, n, one in self.rows[:-1] if one == name and self.all_known]
        return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def by_code_of(
    counts: pa.Table,
    slots: pa.Table,
    slot_values: pa.Table,
    problems: Sequence[ProblemClass],
) -> tuple[tuple[ByValue, ...], dict[tuple[str, str], str]]:
    """
    Return what is of a class by a code that varies, of each variable by itself (`by_value.once_each`); and of each
    ``(shape, class)`` that is of some records only the class that the message has whatever the code is ("": none).

    Where the values of a variable are too many to know them all, a class that the message has by it is that of nobody knows how
    many.

    Args:
        counts: `COUNTS`.
        slots: `SLOTS`.
        slot_values: `SLOT_VALUES`.
        problems: The classes of the knowledge base.

    Cost:
        A pass of RE2 over the messages; one classification of the few that match with other numbers.
    """
    messages = _in_question(counts, slots, problems)
    variables = _variables(slots, slot_values, messages)
    if not variables:
        return (), {}
    found = _tried(variables, messages, problems)
    by_id = {problem.id: problem for problem in problems}
    rows: list[ByValue] = []
    for (shape, slot), tried in found.items():
        message = messages[shape]
        for name in sorted(tried.of_some):
            values = tried.values_of(name)
            if values or message.levels == 1:  # else an own level may tell those of the class
                n = sum(n for _, n in values)
                rows.append(ByValue(shape, slot, by_id[name], n, message.n, values, message.quiet))
    levels = told_by_level(counts, rows, problems)
    kept = tuple(one for one in rows if (one.shape, one.problem.id, one.n) not in levels)
    return kept, {(one.shape, one.problem.id): found[one.shape, one.slot].whatever for one in kept}


def _in_question(
    counts: pa.Table, slots: pa.Table, problems: Sequence[ProblemClass]
) -> dict[str, Message]:
    """Return the messages with variables that match a pattern with a code, whatever their numbers are."""
    messages = messages_of(counts, set(pc.unique(slots["shape"]).to_pylist()))
    messages = {key: message for key, message in messages.items() if not message.below}
    heads = [head(message.example) for message in messages.values()]
    patterns = possible(patterns_with_any_code(problems), "\n".join(heads).casefold())
    if not patterns:
        return {}
    hits = pc.match_substring_regex(pa.array(heads, pa.string()), joined(patterns)).to_pylist()
    return {key: messages[key] for key, hit in zip(messages, hits, strict=True) if hit}


def patterns_with_any_code(problems: Sequence[ProblemClass]) -> tuple[str, ...]:
    """Return the patterns that ask for a certain number, with any number in its place; they are kept: a thousand take milliseconds."""
    every = [
        pattern
        for problem in problems
        for pattern in (*problem.patterns, *problem.below_warn.patterns)
    ]
    found: list[str] = derived(_CODES, "\0".join(every), lambda: list(_loosened(every)))
    return tuple(found)


def _loosened(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        loose = _PARTS.sub(lambda part: r"(?:\d+)" if part[0].isdecimal() else part[0], pattern)
        if loose == pattern or _SHARE.search(pattern):
            continue
        # Lines of access logs, which are told by their places alone, are `by_value`'s, and so are shares.
        if all(len(word.strip()) > 1 for word in needed_of(loose)):
            yield loose


def _variables(
    slots: pa.Table, slot_values: pa.Table, shapes: Iterable[str]
) -> dict[_Key, _Variable]:
    """Return the variables of *shapes* that have several values, one with a digit among them."""
    wanted = pa.array(sorted(shapes), pa.string())
    rows = slots.filter(pc.is_in(slots["shape"], value_set=wanted)).group_by(
        ["shape", "slot"], use_threads=False
    )
    sums = rows.aggregate(
        [("n", "sum"), ("numbers", "sum"), ("minimum", "min"), ("maximum", "max")]
    ).to_pylist()
    values: dict[_Key, list[tuple[str, int]]] = {}
    for row in slot_values.filter(pc.is_in(slot_values["shape"], value_set=wanted)).to_pylist():
        values.setdefault((row["shape"], row["slot"]), []).append((row["value"], row["n"]))
    found = {}
    for row in sums:
        key = row["shape"], row["slot"]
        own = tuple(sorted(values.get(key, ())))
        whole = sum(n for _, n in own) == row["n_sum"]
        if (whole and len(own) < 2) or not any(_DIGIT.search(value) for value, _ in own):
            continue
        numbers = row["numbers_sum"] == row["n_sum"]
        ends = [f"{row[end]:.12g}" for end in ("minimum_min", "maximum_max")] if numbers else []
        found[key] = _Variable(own if whole and len(own) <= _MANY else (), tuple(ends))
    return dict(sorted(found.items()))


def _tried(
    variables: Mapping[_Key, _Variable],
    messages: Mapping[str, Message],
    problems: Sequence[ProblemClass],
) -> dict[_Key, _Tried]:
    """Return the classes of each message with other values of its variables."""
    asked = [
        (key, value, n, changed)
        for key, variable in variables.items()
        for value, n in _trials(messages[key[0]].example, key[1], variable)
        if (changed := with_value(messages[key[0]].example, key[1], value))
    ]
    classes = classify([text for *_, text in asked], [0] * len(asked), problems)
    rows: dict[_Key, list[tuple[str, int, str]]] = {}
    for (key, value, n, _), name in zip(asked, classes, strict=True):
        rows.setdefault(key, []).append((value, n, name or ""))
    return {key: _Tried(tuple(of_it), bool(variables[key].values)) for key, of_it in rows.items()}


def _trials(example: str, slot: int, variable: _Variable) -> Iterator[tuple[str, int]]:
    """Yield the values with which a message is tried, with their counts, and last one that is no code."""
    own = value_in(example, slot)
    if variable.values:
        yield from variable.values
    else:
        yield own, 0
        yield from ((end, 0) for end in variable.ends)
    yield _DIGIT.sub("0", own), 0
