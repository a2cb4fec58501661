"""The courses of numbers that lines state: each number of a template and service, in the order of time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.records import FIELD_NAME, FIELDS, STATING
from paicha.analysis.stated.measures import Measures
from paicha.analysis.tables import CaseTables
from paicha.kernel.stated import stated_numbers
from paicha.model.knowledge import MeasureKind
from paicha.values import dataclass

#: More than there are of services, and of what states numbers: 2^20 of each make one number.
_MANY = 1 << 20
#: Fewer values have no course.
LEAST_VALUES = 30
#: A number, and the unit that sticks to it: what a field says.
_NUMBER = r"^\s*(?P<number>[+-]?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?)\s?(?P<unit>[^\s\d.,:/]{0,12})\s*$"
_VALUES = pa.schema(
    [
        pa.field("course", pa.int64()),
        pa.field("timestamp", pa.timestamp("us", tz="UTC")),
        pa.field("locator", pa.string()),
        pa.field("value", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What states a number: a variable of a template's lines, or a field beside their message."""

    name: str  # "": the line says only its unit
    place: int  # which of those of this name in a line
    kind: MeasureKind
    unit: str  # the base of its kind; "": none is said
    field: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """One number of a template and service, in order of time."""

    template_id: str
    service: str
    stated: Stated
    times: pa.Array  # TIME
    locators: pa.Array
    values: pa.Array  # float64, in the base of its kind


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a shape that measures something, and what turns its numbers into the base of its kind."""

    shape: str
    slot: int
    stated: Stated
    scale: float


def measuring(slots: pa.Table, measures: Measures) -> list[Variable]:
    """
    Return the variables of shapes that measure something, by shape and slot.

    A number that only its unit tells of, in a line whose words make it something else, of a plan or of a limit, is left out.

    Args:
        slots: `SLOTS`.
        measures: The kinds.
    """
    names = slots.group_by(["name", "unit"]).aggregate([]).to_pylist()
    known = {
        (row["name"], row["unit"]): measure
        for row in names
        if (measure := measures.of(row["name"], row["unit"])) is not None
    }
    if not known:
        return []
    rows = slots.filter(pc.greater(slots["numbers"], 0)).select(["shape", "slot", "name", "unit"])
    found: list[Variable] = []
    places: dict[tuple[str, str, str], int] = {}
    columns = (rows[name].to_pylist() for name in rows.column_names)
    for shape, slot, name, unit in sorted(zip(*columns, strict=True)):
        measure = known.get((name, unit))
        if measure is not None:
            key = (shape, name, measure.kind.id)
            place = places[key] = places.get(key, -1) + 1
            stated = Stated(name, place, measure.kind, measure.unit)
            if measure.named or not _is_unlike(shape, measure.kind):
                found.append(Variable(shape, slot, stated, measure.scale))
    return found


def courses_of(
    tables: CaseTables, membership: pa.Table, kinds: Sequence[MeasureKind]
) -> Iterator[Course]:
    """
    Yield the courses of everything that measures something and belongs to no problem, by template, service and name.

    Args:
        tables: Of the case; nothing where it keeps only some of its records.
        membership: Which shapes are problems', as `analysis.records.MEMBERSHIP`.
        kinds: In the order they are asked.
    """
    measures = Measures(kinds)
    if tables.reduced or not measures:
        return
    listed = _Listed(tables)
    found = [*listed.of_variables(membership, measures), *listed.of_fields(membership, measures)]
    if not found:
        return
    start = 0
    values = pa.concat_tables(found).combine_chunks()
    # Of one time those of one table stand in the order of their places; sorting keeps it.
    order = [("course", "ascending"), ("timestamp", "ascending")]
    values = values.take(pc.sort_indices(values, sort_keys=order)).combine_chunks()
    for row in values["course"].value_counts().to_pylist():
        n = row["counts"]
        if n >= LEAST_VALUES:
            yield listed.course(row["values"], values.slice(start, n))
        start += n


def unfollowed_of(tables: CaseTables, kinds: Sequence[MeasureKind]) -> int:
    """Return how many different numbers of messages have no course because the case keeps only some of its records."""
    if not tables.reduced:
        return 0
    return len(
        {(one.stated.name, one.stated.kind.id) for one in measuring(tables.slots, Measures(kinds))}
    )


class _Listed:
    """What courses are of: a template, a service, and what states a number; one in `_VALUES` is the three as one number."""

    def __init__(self, tables: CaseTables) -> None:
        self._tables = tables
        shapes = tables.template_shapes
        self._shapes = shapes["shape"].combine_chunks()
        templates = shapes["template_id"].combine_chunks().dictionary_encode()
        self._template_of_shape = templates.indices.cast(pa.int64())
        self._templates = templates.dictionary.to_pylist()
        self._services: dict[str, int] = {}
        self._stated: dict[Stated, int] = {}

    def course(self, number: int, values: pa.Table) -> Course:
        """Return the course of that number."""
        rest, stated = divmod(number, _MANY)
        template, service = divmod(rest, _MANY)
        columns = [values[name].combine_chunks() for name in ("timestamp", "locator", "value")]
        return Course(
            self._templates[template],
            list(self._services)[service],
            list(self._stated)[stated],
            *columns,
        )

    def of_variables(self, membership: pa.Table, measures: Measures) -> Iterator[pa.Table]:
        """Yield what variables of messages state."""
        wanted = measuring(self._tables.slots, measures)
        if not wanted:
            return
        shapes = pa.array(sorted({one.shape for one in wanted}), pa.string())
        rows = self._tables.records.stating(membership, shapes)
        if not rows.num_rows:
            return
        slots = sorted({one.slot for one in wanted})
        bodies, rows = rows["body"].combine_chunks(), rows.select(STATING.names)
        for slot, numbers in zip(slots, stated_numbers(bodies, slots), strict=True):
            yield self._valued(rows, numbers, [one for one in wanted if one.slot == slot])

    def _valued(self, rows: pa.Table, numbers: pa.Array, wanted: Sequence[Variable]) -> pa.Table:
        """Return `_VALUES` of the rows whose shape states something at one slot."""
        shapes = pa.array([one.shape for one in wanted], pa.string())
        at = pc.index_in(rows["shape"].combine_chunks(), value_set=shapes)
        hits = pc.and_(pc.is_valid(at), pc.is_valid(numbers))
        rows, at, numbers = rows.filter(hits), at.filter(hits), numbers.filter(hits)
        stated = pa.array([self._place(one.stated) for one in wanted], pa.int64())
        scales = pa.array([one.scale for one in wanted], pa.float64())
        return self._table(rows, stated.take(at), pc.multiply(numbers, scales.take(at)))

    def of_fields(self, membership: pa.Table, measures: Measures) -> Iterator[pa.Table]:
        """Yield what fields beside messages state."""
        names = [
            name
            for name in self._tables.records.field_names()
            if FIELD_NAME.fullmatch(name) and measures.may_be_named(name)
        ]
        rows = self._tables.records.fields(membership, names) if names else FIELDS.empty_table()
        if not rows.num_rows:
            return
        parts = pc.extract_regex(rows["value"].combine_chunks(), _NUMBER)
        rows = rows.filter(pc.is_valid(parts))
        parts = parts.drop_null()
        numbers = pc.cast(pc.struct_field(parts, "number"), pa.float64())
        units = pc.struct_field(parts, "unit")
        pairs = pa.table({"name": rows["name"], "unit": units}).group_by(["name", "unit"])
        order = [("name", "ascending"), ("unit", "ascending")]
        for pair in pairs.aggregate([]).sort_by(order).to_pylist():
            measure = measures.of(pair["name"], pair["unit"])
            if measure is None:
                continue
            hits = pc.and_(
                pc.equal(rows["name"].combine_chunks(), pair["name"]),
                pc.equal(units, pair["unit"]),
            )
            stated = Stated(pair["name"], 0, measure.kind, measure.unit, field=True)
            some = rows.filter(hits)
            places = pa.array([self._place(stated)] * some.num_rows, pa.int64())
            yield self._table(some, places, pc.multiply(numbers.filter(hits), measure.scale))

    def _table(self, rows: pa.Table, stated: pa.Array, values: pa.Array) -> pa.Table:
        at = pc.index_in(rows["shape"].combine_chunks(), value_set=self._shapes)
        template = self._template_of_shape.take(at)  # null: a shape of no template
        services = rows["service"].combine_chunks().dictionary_encode()
        for name in services.dictionary.to_pylist():
            self._services.setdefault(name, len(self._services))
        known = [self._services[name] for name in services.dictionary.to_pylist()]
        service = pa.array(known, pa.int64()).take(services.indices)
        course = pc.add(pc.multiply(pc.add(pc.multiply(template, _MANY), service), _MANY), stated)
        columns = [course, rows["timestamp"], rows["locator"], values]
        made = pa.table(dict(zip(_VALUES.names, columns, strict=True)), schema=_VALUES)
        return made.filter(pc.is_valid(course))

    def _place(self, stated: Stated) -> int:
        return self._stated.setdefault(stated, len(self._stated))


def _is_unlike(shape: str, kind: MeasureKind) -> bool:
    return bool(kind.unlike_lines) and re.search(kind.unlike_lines, shape) is not None
