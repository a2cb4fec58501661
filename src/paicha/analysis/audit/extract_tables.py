"""Statements in tables: levels, modules, metrics, problems."""

from __future__ import annotations

from collections.abc import Iterator

from paicha.analysis.audit.document import ReadTable, TableRow
from paicha.analysis.audit.extract_timeline import event_of
from paicha.analysis.audit.figures import count_of, moments_of, share_of, value_of
from paicha.analysis.audit.lexicon import title_of
from paicha.analysis.audit.reading import Columns, Reading, columns_of, is_sum
from paicha.model.audit import Measure, Place, Stated

_METRIC_COLUMNS: tuple[tuple[str, Measure], ...] = (
    ("mean", "metric.mean"),
    ("maximum", "metric.maximum"),
    ("minimum", "metric.minimum"),
)


def table_statements(reading: Reading) -> Iterator[Stated]:
    """Yield what the tables of a report state, row by row."""
    for table in reading.document.tables:
        columns = columns_of(table, reading.lexicon)
        for row in table.rows:
            if not is_sum(row.cells, reading.lexicon):
                yield from _row(reading, columns, row)
            else:
                yield from _sum(reading, columns, row)


def kind_of(reading: Reading, table: ReadTable) -> str:
    """Return what the rows of a table are: level, module, metric, problem, event; "": something else."""
    kinds = [_kind(reading, columns_of(table, reading.lexicon), row) for row in table.rows]
    known = [kind for kind in kinds if kind]
    return max(sorted(set(known)), key=known.count) if known else ""


def _kind(reading: Reading, columns: Columns, row: TableRow) -> str:
    lexicon = reading.lexicon
    first = row.cells[0] if row.cells else ""
    if {"mean", "maximum", "minimum"} & columns.at.keys() and lexicon.concept(
        _metric_name(columns, row)
    ):
        return "metric"
    if lexicon.level(first):
        return "level"
    if moments_of(first) and "time" in columns.at | {"time": 0} and columns.at.get("time", 0) == 0:
        return "event"
    if lexicon.modules_in(first):
        return "module"
    if "problem" in columns.at and _problem_name(columns, row):
        return "problem"
    return ""


def _row(reading: Reading, columns: Columns, row: TableRow) -> Iterator[Stated]:
    match _kind(reading, columns, row):
        case "metric":
            yield from _metric(columns, row)
        case "level":
            yield from _counted("level", reading.lexicon.level(row.cells[0]), columns, row, reading)
        case "module":
            (name, *_) = reading.lexicon.modules_in(row.cells[0])
            yield from _counted("module", name, columns, row, reading)
        case "problem":
            yield from _problem(reading, columns, row)
        case "event":
            found = event_of(reading, " — ".join(row.cells), row.number)
            if found is not None:
                yield found
        case _:
            return


def _sum(reading: Reading, columns: Columns, row: TableRow) -> Iterator[Stated]:
    kinds = {_kind(reading, columns, other) for other in columns.table.rows}
    count = count_of(columns.cell(row.cells, "count"))
    levels = [reading.lexicon.level(r.cells[0]) for r in columns.table.rows if r.cells]
    abnormal = not any(level in ("INFO", "DEBUG", "TRACE", "NOTICE") for level in levels if level)
    if count is not None and "level" in kinds and reading.block_of(row.number) is None:
        measure: Measure = "records.abnormal" if abnormal else "records.total"
        yield Stated(measure, row.cells[0], _place(row), number=count)


def _counted(
    kind: str, name: str, columns: Columns, row: TableRow, reading: Reading
) -> Iterator[Stated]:
    block = reading.block_of(row.number)
    detail = block.title if block else ""
    count = count_of(columns.cell(row.cells, "count"))
    if count is not None:
        measure: Measure = "level.count" if kind == "level" else "module.count"
        yield Stated(measure, name, _place(row), number=count, detail=detail)
    share = share_of(columns.cell(row.cells, "share"))
    if share is not None:
        part: Measure = "level.share" if kind == "level" else "module.share"
        yield Stated(part, name, _place(row), number=share, unit="%", detail=detail)


def _metric_name(columns: Columns, row: TableRow) -> str:
    return columns.cell(row.cells, "metric") or (row.cells[0] if row.cells else "")


def _metric(columns: Columns, row: TableRow) -> Iterator[Stated]:
    name = _metric_name(columns, row)
    host = columns.cell(row.cells, "host")
    for meaning, measure in _METRIC_COLUMNS:
        value = value_of(columns.cell(row.cells, meaning))
        if value is not None:
            yield Stated(measure, name, _place(row), number=value[0], unit=value[1], detail=host)
    status = columns.cell(row.cells, "status")
    if status:
        yield Stated("metric.normal", name, _place(row), names=(status,), detail=host)


def _problem_name(columns: Columns, row: TableRow) -> str:
    return title_of(columns.cell(row.cells, "problem").split(" · ")[0])


def _problem(reading: Reading, columns: Columns, row: TableRow) -> Iterator[Stated]:
    name = _problem_name(columns, row)
    place = _place(row)
    yield Stated("problem.listed", name, place)
    count = count_of(columns.cell(row.cells, "count"))
    if count is not None:
        yield Stated("problem.count", name, place, number=count)
    share = share_of(columns.cell(row.cells, "share"))
    if share is not None:
        yield Stated("problem.share", name, place, number=share, unit="%")
    priority = columns.cell(row.cells, "priority")
    if priority[:2] in ("P1", "P2", "P3"):
        yield Stated("problem.priority", name, place, names=(priority[:2],))
    modules = reading.lexicon.modules_in(columns.cell(row.cells, "modules"))
    if modules:
        yield Stated("problem.modules", name, place, names=tuple(modules))
    if reading.day is not None:
        ends: tuple[tuple[str, Measure], ...] = (
            ("first", "problem.first"),
            ("last", "problem.last"),
        )
        for meaning, measure in ends:
            moments = moments_of(columns.cell(row.cells, meaning))
            if len(moments) == 1:
                yield Stated(measure, name, place, start=moments[0].on(reading.day))


def _place(row: TableRow) -> Place:
    return Place(row.number, " | ".join(row.cells))
