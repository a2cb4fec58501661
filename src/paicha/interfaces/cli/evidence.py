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

from paicha.app.evidence import Lines
from paicha.facade import open_case
from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import put, put_text, say, say_text
from paicha.interfaces.cli.session import chosen, columns
from paicha.interfaces.cli.times import shown_moment
from paicha.locales import Language
from paicha.renderers.visible import visible

Problem = Annotated[
    str, typer.Argument(metavar="PROBLEM", help="Its id, or its number in the report.")
]
Statement = Annotated[str, typer.Argument(metavar="SQL", help="One SELECT over the case's tables.")]
Limit = Annotated[int, typer.Option("--limit", min=0, metavar="N", help="Most lines; 0: all.")]
Answer = Annotated[options.TextFormat, typer.Option("--format", help="Text or JSON.")]
Rows = Annotated[options.RowFormat, typer.Option("--format", help="Table, CSV or JSON.")]


def evidence(
    case: options.CasePath,
    problem: Problem,
    *,
    limit: Limit = 20,
    kind: Answer = options.TextFormat.TEXT,
    lang: options.Lang = None,
    tz: options.Zone = None,
) -> int:
    """Show the log lines behind a problem, with the place of each."""
    found = open_case(case)
    question = found.findings.question
    language = chosen(lang) or question.language
    lines = found.lines(problem, limit or None)
    if kind is options.TextFormat.JSON:
        rows = [dataclasses.asdict(line) for line in lines.lines]
        notes = [dataclasses.asdict(note) for note in lines.notes]
        told = {"problem": lines.problem.id, "total": lines.total, "kept": lines.kept}
        put_text(_json({**told, "notes": notes, "lines": rows}))
        return 0
    zone = tz or question.zone
    for line in lines.lines:
        words = (shown_moment(line.timestamp, zone), line.level, line.module, line.host, line.body)
        put("  ".join(visible(word) for word in words if word) + f"\n    {visible(line.locator)}")
    _say_extent(lines, language)
    return 0


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


def sql(case: options.CasePath, statement: Statement, kind: Rows = options.RowFormat.TABLE) -> int:
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
