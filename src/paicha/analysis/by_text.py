"""
Which records are of a problem class by a text that varies in their lines: what somebody searched for, a title, a reason in quotes.

``import of "north" rejected`` and ``import of "connection refused" rejected`` are one shape, and the message that stands
for it is one of both. What `by_value` and `by_code` do for numbers is done here for texts: where a class that a message has is gone
without its letters, it is that of the records whose text says it. Where these are at least half of the shape's, they name it, as most
shapes name a template (`membership`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.by_value import ByValue, Message, messages_of, value_in, with_value
from paicha.analysis.classify import classify
from paicha.model.knowledge import ProblemClass

#: Letters of a value, which say something; digits and what stands between keep their places.
_LETTERS = re.compile(r"[^\W\d_]+")
_Key = tuple[str, int]


def by_text_of(
    counts: pa.Table,
    slots: pa.Table,
    slot_values: pa.Table,
    problems: Sequence[ProblemClass],
    members: pa.Table,
) -> tuple[tuple[ByValue, ...], dict[tuple[str, str], str]]:
    """
    Return what is of a class by a text that fewer than half of a shape's records say, of each variable by itself; and of
    each such ``(shape, class)`` the class that the message has whatever the text is ("": none).

    Where not all texts of a variable are known, a class that the message has by it is that of nobody knows how many.

    Args:
        counts: `COUNTS`.
        slots: `SLOTS`.
        slot_values: `SLOT_VALUES`.
        problems: The classes of the knowledge base.
        members: `MEMBERSHIP`, told without this.

    Cost:
        One classification of the messages of classes that have a text, and one of the texts that decide.
    """
    names = {problem.id for problem in problems}
    told = {
        (shape, name)
        for shape, name in zip(*(members[n].to_pylist() for n in ("shape", "problem")), strict=True)
        if name in names
    }
    texts = _texts(slots, slot_values, {shape for shape, _ in told})
    if not texts:
        return (), {}
    messages = messages_of(counts, {shape for shape, _ in texts})
    deciding = _deciding(texts, messages, problems)
    found: list[ByValue] = []
    instead: dict[tuple[str, str], str] = {}
    by_id = {problem.id: problem for problem in problems}
    classes = _classes(texts, messages, deciding, problems)
    for (shape, slot), (name, whatever) in deciding.items():
        message, values = messages[shape], classes[shape, slot].get(name, ())
        n = sum(n for _, n in values)
        if (shape, name) in told and 2 * n < message.n:
            instead[shape, name] = whatever
            found.append(ByValue(shape, slot, by_id[name], n, message.n, values, message.quiet))
    return tuple(found), instead


def _texts(
    slots: pa.Table, slot_values: pa.Table, shapes: set[str]
) -> dict[_Key, tuple[tuple[str, int], ...]]:
    """Return the variables of *shapes* with several values that are no numbers, and these; none where not all are known."""
    wanted = pa.array(sorted(shapes), pa.string())
    is_text = pc.less(slots["numbers"], slots["n"])
    rows = slots.filter(pc.and_(pc.is_in(slots["shape"], value_set=wanted), is_text))
    seen: dict[_Key, int] = {}
    for shape, slot, n in zip(
        *(rows[name].to_pylist() for name in ("shape", "slot", "n")), strict=True
    ):
        seen[shape, slot] = seen.get((shape, slot), 0) + n
    values: dict[_Key, list[tuple[str, int]]] = {}
    wanted = pa.array(sorted({shape for shape, _ in seen}), pa.string())
    for row in slot_values.filter(pc.is_in(slot_values["shape"], value_set=wanted)).to_pylist():
        if (row["shape"], row["slot"]) in seen:
            values.setdefault((row["shape"], row["slot"]), []).append((row["value"], row["n"]))
    return {
        key: tuple(values[key]) if sum(n for _, n in values[key]) == seen[key] else ()
        for key in sorted(values)
        if len(values[key]) > 1
    }


def _deciding(
    texts: Mapping[_Key, object], messages: Mapping[str, Message], problems: Sequence[ProblemClass]
) -> dict[_Key, tuple[str, str]]:
    """Return the variables whose letters decide: the class of the message as it is, and of the message without them."""
    asked: list[tuple[_Key, str]] = []
    for shape, slot in texts:
        example = messages[shape].example
        value = value_in(example, slot)
        plain = _LETTERS.sub("x", value)
        if plain != value and (changed := with_value(example, slot, plain)):
            asked += [((shape, slot), example), ((shape, slot), changed)]
    names = classify([text for _, text in asked], [0] * len(asked), problems)
    return {
        key: (own, whatever or "")
        for (key, _), own, whatever in zip(asked[::2], names[::2], names[1::2], strict=True)
        if own and own != whatever
    }


def _classes(
    texts: Mapping[_Key, Sequence[tuple[str, int]]],
    messages: Mapping[str, Message],
    deciding: Mapping[_Key, object],
    problems: Sequence[ProblemClass],
) -> dict[_Key, dict[str, tuple[tuple[str, int], ...]]]:
    """Return the texts of each variable by the class that the message has with them, most records first."""
    asked = [
        (key, value, n, with_value(messages[key[0]].example, key[1], value))
        for key in deciding
        for value, n in sorted(texts[key], key=lambda one: (-one[1], one[0]))
    ]
    names = classify([text for *_, text in asked], [0] * len(asked), problems)
    found: dict[_Key, dict[str, tuple[tuple[str, int], ...]]] = {key: {} for key in deciding}
    for (key, value, n, _), name in zip(asked, names, strict=True):
        found[key][name or ""] = (*found[key].get(name or "", ()), (value, n))
    return found
