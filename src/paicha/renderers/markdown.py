"""
The report as Markdown: complete, and readable where only plain text is shown.

Log text stands in code spans whose fence is longer than any run of backticks inside; everything
else is escaped so that no word of it is read as markup, as a link or as HTML.
"""

from __future__ import annotations

import re
from functools import lru_cache

from paicha.model.report import (
    Address,
    Axis,
    Badge,
    Bar,
    Block,
    Bullets,
    Callout,
    Cell,
    Code,
    Curve,
    Detail,
    Fact,
    Facts,
    Group,
    Heat,
    Line,
    LogLines,
    Paragraph,
    Report,
    Section,
    Span,
    Stack,
    Table,
)
from paicha.renderers.sparkline import sparkline
from paicha.renderers.visible import is_web_address, visible
from paicha.values import dataclass

_MARKUP = re.compile(r"([\\`*_\[\]<>|~&$])")
#: GitHub makes links of bare addresses.
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")
#: What starts a list, a heading or a quote at the start of a line.
_LEAD = re.compile(r"^(\s*)(#+(?=\s|$)|[+=-](?=\s|$)|>|---|\d+(?=[.)](?:\s|$)))")
_BACKTICKS = re.compile(r"`+")
#: Of a curve in a table: no fewer than a curve has steps, because the table's head says how long a step is.
_LETTERS = 48


@dataclass(frozen=True, slots=True)
class MarkdownRenderer:
    """Draws a report as GitHub-flavoured Markdown."""

    def render(self, report: Report) -> bytes:
        """Return the report as UTF-8; the same report gives the same bytes."""
        labels = dict(report.labels)
        parts = [f"# {plain(report.title)}", inline(report.subtitle)]
        for section in report.sections:
            parts.extend(_section(section))
        parts.extend(["---", plain(labels.get("made_by", "")), report.declaration])
        return ("\n\n".join(part for part in parts if part) + "\n").encode()


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    r"""
    Return text in which Markdown reads no markup, no link and no HTML.

    Example:
        >>> plain("[x](javascript:1) <b> a|b")
        '\\[x\\](javascript:1) \\<b\\> a\\|b'
        >>> plain("1. see https://example.org")
        '1\\. see https\\://example.org'
    """
    if text.isascii() and text.isalnum():
        return text
    escaped = _MARKUP.sub(r"\\\1", visible(text))
    escaped = _ADDRESS.sub(_unlinked, escaped)
    return _LEAD.sub(_unled, escaped)


def _unlinked(found: re.Match[str]) -> str:
    return "\\".join(part for part in found.groups() if part)


def _unled(found: re.Match[str]) -> str:
    lead, mark = found.groups()
    rest = found.string[found.end() : found.end() + 1]
    if mark.isdigit():
        return f"{lead}{mark}\\" if rest in {".", ")"} else f"{lead}{mark}"
    return f"{lead}\\{mark}"


def code(text: str, *, in_table: bool = False) -> str:
    r"""
    Return text as a code span that nothing inside can leave.

    Example:
        >>> code("a`b")
        '``a`b``'
        >>> code("a|b", in_table=True)
        '`a\\|b`'
    """
    shown = visible(text)
    if not shown.strip():
        return "—"
    if in_table:  # a table is cut at its pipes before code spans are seen
        shown = shown.replace("|", "\\|")
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _longest_run(shown: str) -> int:
    """Return how many backticks stand side by side at most."""
    return max(map(len, _BACKTICKS.findall(shown))) if "`" in shown else 0


def _span(span: Span, *, in_table: bool) -> str:
    if span.tone == "code":
        return code(span.text, in_table=in_table)
    text = plain(span.text) if span.text.strip() else span.text
    words = text.strip()
    if span.tone in {"strong", "bad", "warn", "unknown", "good"} and words:
        lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{lead}**{words}**{tail}"
    return text


def inline(line: Line, *, in_table: bool = False) -> str:
    """Return one line of spans."""
    return "".join(_span(span, in_table=in_table) for span in line)


def _section(section: Section) -> list[str]:
    title = plain(section.title)
    if section.count is not None:
        title += f" ({section.count:,})"
    parts = [f"## {title}"]
    for block in section.blocks:
        parts.extend(_block(block, level=3))
    return parts


def _block(block: Block, level: int) -> list[str]:
    parts: list[str]
    match block:
        case Group() | Detail():
            parts = _nested(block, level)
        case Paragraph():
            parts = [inline(block.line)]
        case Bullets():
            parts = ["\n".join(_bullet(block, index) for index in range(len(block.items)))]
        case Callout():
            parts = ["\n".join(f"> {inline(line)}  " for line in block.lines)]
        case Facts():
            parts = ["\n".join(f"- {_fact(fact)}" for fact in block.facts)]
        case Table():
            parts = _table(block)
        case LogLines():
            parts = [_log_lines(block)]
        case Code():
            parts = [_fenced(block)]
        case Address():
            linked = f"<{block.text}>" if is_web_address(block.text) else code(block.text)
            parts = [linked]
        case _:
            parts = _drawn(block)
    return parts


def _nested(block: Group | Detail, level: int) -> list[str]:
    marks = "#" * min(level, 6)
    title = plain(block.title) if isinstance(block, Group) else inline(block.title)
    title = title.replace("**", "")  # a heading is bold as it is
    parts = [f"{marks} {title}"]
    for inner in block.blocks:
        parts.extend(_block(inner, level + 1))
    return parts


def _bullet(block: Bullets, index: int) -> str:
    lead = f"{index + block.start}." if block.numbered else "-"
    return f"{lead} {inline(block.items[index])}"


def _fact(fact: Fact) -> str:
    return f"**{plain(fact.value)}** {plain(fact.label)}"


def _fenced(block: Code) -> str:
    shown = visible(block.text, lines=True)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{block.language}\n{shown}\n{fence}"


def _log_lines(block: LogLines) -> str:
    rows = []
    for number, row in enumerate(block.lines, start=1):
        head = " ".join(code(part) for part in (row.time, row.level, row.module) if part)
        if "\n" in row.body.strip():
            margin = " " * len(f"{number}. ")
            body = _indented(row.body, margin)
            rows.append(f"{number}. {head}\n\n{body}\n\n{margin}{code(row.locator)}")
        else:
            rows.append(f"{number}. {head}  \n   {code(row.body)}  \n   {code(row.locator)}")
    return "\n".join(rows)


def _indented(body: str, margin: str) -> str:
    """Return a record of several lines as they are, in a block that belongs to an item of a list."""
    block = _fenced(Code(body.strip("\r\n"), "text"))
    return "\n".join(f"{margin}{row}" if row else row for row in block.split("\n"))


def _table(table: Table) -> list[str]:
    heads = [plain(column.title) for column in table.columns]
    rules = ["---:" if column.kind == "number" else "---" for column in table.columns]
    rows = ["| " + " | ".join(heads) + " |", "| " + " | ".join(rules) + " |"]
    rows.extend("| " + " | ".join(_cell(cell) for cell in row.cells) + " |" for row in table.rows)
    caption = [plain(table.caption)] if table.caption else []
    return [*caption, "\n".join(rows)]


def _cell(cell: Cell) -> str:
    match cell:
        case Span():
            return _span(cell, in_table=True)
        case Badge():
            return (
                f"**{plain(cell.text)}**"
                if cell.tone not in {"plain", "muted"}
                else plain(cell.text)
            )
        case Bar():
            return plain(cell.text)
        case Curve():
            return f"`{sparkline(cell, _LETTERS)}`" if cell.values else "—"
        case Stack():
            return " · ".join(inline(line, in_table=True) for line in cell.lines)
        case _:
            return inline(cell, in_table=True)


def _drawn(block: Curve | Axis | Heat) -> list[str]:
    match block:
        case Curve():
            ends = f" {plain(block.start)} → {plain(block.end)}" if block.start else ""
            band = f" · {plain(block.band_label)}" if block.band_label else ""
            return [f"{plain(block.label)}{band}  \n`{sparkline(block, 60)}`{ends}"]
        case Axis():
            return [f"- {plain(block.claimed_label)}\n- {plain(block.measured_label)}"]
        case Heat():
            rows = "\n".join(
                f"- {code(name)} `{sparkline(Curve(tuple(map(float, counts)), name), 60)}`"
                for name, counts in block.rows
            )
            return [plain(block.label), rows]
