"""`paicha evidence` and `paicha sql`: what stands behind a report."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from paicha.app.evidence import Line, Lines
from paicha.app.rereading import EveryLine
from paicha.facade import Investigation, open_case
from paicha.interfaces.cli import options
from paicha.interfaces.cli.cases import CasePath
from paicha.interfaces.cli.console import put, put_text, say, say_text
from paicha.interfaces.cli.session import chosen, columns
from paicha.interfaces.cli.times import shown_moment
from paicha.kernel.times import find_zone
from paicha.locales import Language
from paicha.renderers.visible import visible

Problem = Annotated[str, typer.Argument(metavar="PROBLEM")]
Statement = Annotated[str, typer.Argument(metavar="[SQL]", show_default=False)]
Limit = Annotated[int | None, typer.Option("--limit", min=0, max=options.LARGEST, metavar="N")]
Offset = Annotated[int, typer.Option("--offset", min=0, max=options.LARGEST, metavar="N")]
All = Annotated[bool, typer.Option("--all")]
_USUAL_LIMIT = 20
#: What is there to be asked for.
_TABLES = """select table_name as "table", string_agg(column_name, ', ' order by ordinal_position) as columns
from information_schema.columns group by all order by all"""
Answer = Annotated[options.TextFormat, typer.Option("--format")]
Rows = Annotated[options.RowFormat, typer.Option("--format")]


def evidence(
    case: CasePath,
    problem: Problem,
    *,
    limit: Limit = None,
    offset: Offset = 0,
    everything: All = False,
    kind: Answer = options.TextFormat.TEXT,
    lang: options.Lang = None,
    tz: options.Zone = None,
) -> int:
    """Show the log lines behind a problem, with the place of each."""
    found = open_case(case)
    question = found.findings.question
    language = chosen(lang) or question.language
    zone = find_zone(tz or question.zone).key
    if everything and _keeps_some_only(found, problem):
        every = found.every_line(problem, limit or None, offset)
        return _tell_every(every, kind, zone, language)
    most = limit if limit is not None or everything else _USUAL_LIMIT
    lines = found.lines(problem, most or None, offset)
    if kind is options.TextFormat.JSON:
        rows = [dataclasses.asdict(line) for line in lines.lines]
        notes = [dataclasses.asdict(note) for note in lines.notes]
        told = {"problem": lines.problem.id, "total": lines.total, "kept": lines.kept}
        put_text(_json({**told, "notes": notes, "lines": rows}))
        return 0
    for line in lines.lines:
        _put_line(line, zone)
    _say_extent(lines, language)
    return 0


def _keeps_some_only(found: Investigation, problem: str) -> bool:
    extent = found.lines(problem, 0)
    return extent.kept < extent.total


def _put_line(line: Line, zone: str) -> None:
    head = (shown_moment(line.timestamp, zone), line.level, line.module, line.host)
    first, *following = visible(line.body, lines=True).rstrip("\n").split("\n")
    words = "  ".join((*(visible(word) for word in head if word), *((first,) if first else ())))
    put("\n    ".join((words, *following, visible(line.locator))))


def _tell_every(every: EveryLine, kind: options.TextFormat, zone: str, language: Language) -> int:
    """Write lines as they are read, then how many there were; return 3 where these are not all that were counted."""
    if kind is options.TextFormat.JSON:
        _put_every(every)
    else:
        for line in every:
            _put_line(line, zone)
        _say_every(every, language)
    return 0 if every.whole or not (every.through or every.notes) else 3


def _say_every(every: EveryLine, language: Language) -> None:
    key = "evidence_all" if every.found == every.total else "evidence_all_other"
    counts = {"total": every.total, "found": every.found, "shown": every.shown}
    said = {name: f"{n:,}" for name, n in counts.items()}
    say(key if every.through else "evidence_all_begun", language, title=every.problem.title, **said)
    for note in every.notes:
        say_text(note, language)


def _put_every(every: EveryLine) -> None:
    """Write one JSON object, line by line: a problem may have millions."""
    put_text(f'{{"problem": {_json(every.problem.id)}, "total": {every.total}, "lines": [')
    lead = ""
    for line in every:
        put_text(lead + json.dumps(dataclasses.asdict(line), ensure_ascii=False, default=_plain))
        lead = ","
    notes = _json([dataclasses.asdict(note) for note in every.notes])
    put_text(f'], "found": {every.found}, "through": {_json(every.through)}, "notes": {notes}}}')


def _say_extent(lines: Lines, language: Language) -> None:
    """Say how many lines there are, how many of them the case keeps, and what became of the others' files."""
    title, shown = lines.problem.title, f"{len(lines.lines):,}"
    if lines.kept < lines.total:
        counts = {"total": f"{lines.total:,}", "kept": f"{lines.kept:,}"}
        say("evidence_kept", language, title=title, shown=shown, **counts)
    else:
        say("evidence", language, title=title, shown=shown, total=f"{lines.total:,}")
    for note in lines.notes:
        say_text(note, language)


def sql(
    case: CasePath, statement: Statement = _TABLES, kind: Rows = options.RowFormat.TABLE
) -> int:
    """Ask the case file in SQL; nothing in it can be changed."""
    table = open_case(case).sql(statement)
    rows = table.to_pylist()
    if kind is options.RowFormat.JSON:
        put_text(_json(rows))
    elif kind is options.RowFormat.CSV:
        put_text(_csv(table.column_names, rows))
    else:
        _draw(table.column_names, rows)
    return 0


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _csv(names: list[str], rows: list[dict[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_plain(row[name]) for name in names] for row in rows)
    return out.getvalue()


def _draw(names: list[str], rows: list[dict[str, object]]) -> None:
    grid = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        grid.add_column(Text(visible(name)), overflow="fold")
    for row in rows:
        grid.add_row(*(Text(visible(str(_plain(row[name])))) for name in names))
    Console(width=columns(), highlight=False, markup=False, emoji=False).print(grid)


def _plain(value: object) -> object:
    """Return *value* as JSON and CSV can write it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return "" if value is None else value
    return str(value)
