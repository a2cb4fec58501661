"""
From shapes to templates: once, over the sorted distinct shapes with their counts.

The result depends on the tables alone, so it is the same however the lines were cut and counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.caps import OTHER
from paicha.kernel.cells import ANY, Cell
from paicha.kernel.columns import whole
from paicha.kernel.grouping import Key, Member, groups
from paicha.kernel.openings import openings
from paicha.kernel.slot_index import SlotIndex
from paicha.kernel.template_slots import Part, SlotRow, kind_of, slot_rows, slot_table
from paicha.kernel.thrown import BELOW
from paicha.kernel.units import SIZES
from paicha.model.schema import TEMPLATE_SHAPES, TEMPLATES
from paicha.ports import Summaries

#: Placeholder in a template by the kinds of its shapes' variables, where these are not one kind.
_PLACEHOLDERS = {"mixed": "<value>"}


class Folded(NamedTuple):
    """`TEMPLATES`, `TEMPLATE_SHAPES` and `TEMPLATE_SLOTS`."""

    templates: pa.Table
    template_shapes: pa.Table
    template_slots: pa.Table


def fold(
    counts: pa.Table,
    slots: pa.Table,
    slot_values: pa.Table,
    slot_buckets: pa.Table,
    baseline: pa.Table | None = None,
) -> Folded:
    """
    Return the templates of what was counted, with their shapes and variables.

    Args:
        counts: `COUNTS`, merged.
        slots: `SLOTS`, merged.
        slot_values: `SLOT_VALUES`, merged.
        slot_buckets: `SLOT_BUCKETS`, merged.
        baseline: `COUNTS` of the stretch to compare with: its shapes are grouped with the others and
            count nothing, so a template with n = 0 is one that only the baseline holds.

    Returns:
        Each shape in exactly one template; texts and ids unique; all tables sorted by key.

    Cost:
        Grows with the distinct shapes, not with the lines.
    """
    summed = [_summed(table) for table in (counts, baseline) if table is not None]
    found = _shapes(summed[0])
    for shape, (_, example) in _shapes(summed[1]).items() if summed[1:] else ():
        found.setdefault(shape, (0, example))
    index = SlotIndex(slots, slot_values, slot_buckets)
    templates: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    variables: list[SlotRow] = []
    begins = _begins(summed)
    for text, parts in sorted(_templates(found, begins).items()):
        template_id = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        templates.append(
            {
                "template_id": template_id,
                "text": text,
                "example": _example(found, parts.shapes),
                "n": sum(found[shape][0] for shape in parts.shapes),
            }
        )
        members.extend({"template_id": template_id, "shape": shape} for shape in parts.shapes)
        variables.extend(slot_rows(template_id, _counted(parts), index))
    return Folded(
        _table(templates, TEMPLATES, "template_id"),
        _table(members, TEMPLATE_SHAPES, "shape"),
        slot_table(sorted(variables, key=itemgetter(0, 1))),
    )


def _example(found: dict[str, tuple[int, str]], shapes: Sequence[str]) -> str:
    """Return the smallest example of the window, or of the baseline where it has none."""
    return min((found[shape][0] == 0, found[shape][1]) for shape in shapes)[1]


class _Template(NamedTuple):
    shapes: list[str]
    variables: list[list[Part]]  # per placeholder of the text


#: What a header said, as bits: records of one kind of header say the same things.
_SAID = ("severity_text", "module", "service_name", "host")
#: Of these bits the ones that say who speaks: module or service.
_SPEAKER = 0b1100


def _summed(counts: pa.Table) -> pa.Table:
    """Return every shape with its count, its smallest example and what any of its headers did not fail to say, as bits."""
    said = pc.is_valid(whole(counts["first"])).cast(pa.int8())
    for bit, name in enumerate(_SAID, 1):
        known = pc.not_equal(whole(counts[name]), "").cast(pa.int8())
        said = pc.bit_wise_or(said, pc.shift_left(known, pa.scalar(bit, pa.int8())))
    columns = {name: counts[name] for name in ("shape", "n", "example")} | {"said": said}
    how = [("n", "sum"), ("example", "min"), ("said", "min")]
    return pa.table(columns).group_by("shape", use_threads=False).aggregate(how)


def _shapes(summed: pa.Table) -> dict[str, tuple[int, str]]:
    """Return every shape's count and smallest example."""
    shapes, n, examples = (summed[name].to_pylist() for name in ("shape", "n_sum", "example_min"))
    return dict(zip(shapes, zip(n, examples, strict=True), strict=True))


def _begins(summed: Sequence[pa.Table]) -> dict[str, int]:
    """Return where the message begins in shapes of *summed* that hold the end of a header."""
    said = pa.concat_tables([table.select(["shape", "said_min"]) for table in summed])
    least = said.group_by("shape", use_threads=False).aggregate([("said_min", "min")])
    found: dict[int, list[str]] = defaultdict(list)
    for shape, bits in zip(
        *(least[name].to_pylist() for name in ("shape", "said_min_min")), strict=True
    ):
        found[bits].append(shape)
    untimed = [shape for bits, shapes in found.items() if not bits & 1 for shape in shapes]
    timed = {bits: shapes for bits, shapes in sorted(found.items()) if bits & 1}
    named = [shapes for bits, shapes in timed.items() if bits & _SPEAKER]
    return openings(
        [shapes for bits, shapes in timed.items() if not bits & _SPEAKER], untimed, named
    )


def _templates(
    found: dict[str, tuple[int, str]], begins: Mapping[str, int]
) -> dict[str, _Template]:
    """
    Return the templates by their text; two groups that read the same are one.

    Args:
        found: Each shape's count and smallest example.
        begins: Where the message begins in shapes that hold the end of a header.
    """
    # What was counted together is no message: it joins no group.
    templates = {OTHER: _Template([OTHER], [])} if OTHER in found else {}
    for key, members in _grouped([shape for shape in found if shape != OTHER], begins):
        variables = [
            [
                part
                for member in members
                for part in _parts(member.shape, member.cells[at], found[member.shape][0])
            ]
            for at, text in enumerate(key)
            if text == ANY
        ]
        text = _text(key, variables)
        shapes = [member.shape for member in members]
        known = templates.get(text)
        if known is None:
            templates[text] = _Template(shapes, variables)
        else:
            known.shapes.extend(shapes)
            for parts, more in zip(known.variables, variables, strict=True):
                parts.extend(more)
    return templates


def _grouped(
    shapes: Sequence[str], begins: Mapping[str, int]
) -> Iterator[tuple[Key, Sequence[Member]]]:
    """Yield the groups; what threw different things is never one: their causes differ."""
    apart: dict[str, list[str]] = defaultdict(list)
    for shape in shapes:
        apart[shape.rpartition(BELOW)[2] if BELOW in shape else ""].append(shape)
    for _, alike in sorted(apart.items()):
        yield from groups(alike, begins=begins).items()


def _counted(template: _Template) -> list[list[Part]]:
    """Return the variables without what only the baseline holds; nothing where that is all."""
    counted = [[part for part in parts if part.n] for parts in template.variables]
    return counted if all(counted) else []


def _parts(shape: str, cell: Cell, n: int) -> list[Part]:
    """Return a variable's share of *shape*: one part, or one for each value of a list."""
    if cell.inner:
        return [part for value in cell.inner for part in _parts(shape, value, n)]
    word = "" if cell.kind else cell.text
    return [Part(shape, cell.slot, cell.kind, cell.unit, word, cell.key, n)]


def _text(key: Key, variables: Sequence[Sequence[Part]]) -> str:
    rest = iter(variables)
    sizes = any(len({_size(part) for part in parts} - {""}) > 1 for parts in variables)
    return "".join(
        _placeholder(next(rest), without_size=sizes) if text == ANY else text for text in key
    )


def _size(part: Part) -> str:
    """Return the unit of a size written for people (`5.2 KB`), which changes with its value."""
    return part.unit if part.unit[1:] in SIZES else ""


def _placeholder(parts: Sequence[Part], *, without_size: bool) -> str:
    """Return how a variable stands in the text: its kind, and its unit where all share one."""
    kinds = {part.kind or "word" for part in parts if part.kind or part.word} or {"word"}
    if len(kinds) == 1:
        kind = kinds.pop()
        units = {part.unit for part in parts}
        if len(units) > 1 or (without_size and _size(parts[0])):
            return f"<{kind}>"
        return f"<{kind}>{units.pop()}"
    kind = kind_of(parts)
    return _PLACEHOLDERS.get(kind, f"<{kind}>")


def _table(rows: list[dict[str, Any]], like: pa.Schema, *keys: str) -> pa.Table:
    ordered = sorted(rows, key=itemgetter(*keys))
    return pa.table({name: [row[name] for row in ordered] for name in like.names}, schema=like)


def fold_both(summaries: Summaries) -> tuple[Folded, pa.Table | None]:
    """
    Return the templates of a window, and the same templates as its baseline holds them.

    Returns:
        `Folded`, its templates those that the window holds, its shapes those of both; and
        `TEMPLATES` of the baseline, None where there is none.
    """
    before = summaries.baseline
    folded = fold(
        summaries.counts, summaries.slots, summaries.slot_values, summaries.slot_buckets, before
    )
    if before is None:
        return folded, None
    seen = folded.templates.filter(pc.greater(folded.templates["n"], 0))
    return folded._replace(templates=seen), _held_by(before, folded)


def _held_by(counts: pa.Table, folded: Folded) -> pa.Table:
    """Return `TEMPLATES` with the counts and examples of *counts*, without what it does not hold."""
    found = _shapes(_summed(counts))
    texts = dict(
        zip(*(folded.templates[name].to_pylist() for name in ("template_id", "text")), strict=True)
    )
    rows: dict[str, dict[str, Any]] = {}
    for row in folded.template_shapes.to_pylist():
        n, example = found.get(row["shape"], (0, ""))
        if not n:
            continue
        identity = row["template_id"]
        empty = {"template_id": identity, "text": texts[identity], "example": example, "n": 0}
        held = rows.setdefault(identity, empty)
        held["n"] += n
        held["example"] = min(held["example"], example)
    return _table(list(rows.values()), TEMPLATES, "template_id")
