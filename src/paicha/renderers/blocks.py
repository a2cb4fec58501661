"""
The blocks of a report as HTML, for the file and for the served page.

Plain functions: templates took twice as long for a page of a hundred problems, and their library 15 ms of every
start (benchmarks/notes.md, "Cold start"). Every text goes through `inline.shown`, which makes it visible and escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, assert_never

from markupsafe import Markup, escape

from paicha.model.report import (
    Address,
    Axis,
    Block,
    Bullets,
    Callout,
    Code,
    Curve,
    Detail,
    Facts,
    Group,
    Heat,
    LogLine,
    LogLines,
    Paragraph,
    Section,
    Table,
)
from paicha.renderers import charts
from paicha.renderers.inline import cells, line, shown
from paicha.renderers.visible import is_web_address, visible
from paicha.values import dataclass

#: Blocks that hold no others, and are drawn alike wherever they stand.
_Alone = Paragraph | Bullets | Callout | Facts | LogLines | Curve | Axis | Heat | Code | Address
_HEAT_STEPS = 7
_PRIORITIES = ("P1", "P2", "P3")


class More(Protocol):
    """Where more of a problem stands."""

    @property
    def address(self) -> str:
        """A relative address."""

    @property
    def words(self) -> str:
        """What the link says."""


class Live(Protocol):
    """What a served page adds to the ranked problems."""

    def marks(self, target: str) -> Markup:
        """Return attributes of the row that shows *target*."""

    def more(self, target: str) -> More | None:
        """Return where more of *target* stands, if it does."""

    def tools(self, rows: int) -> Markup:
        """Return what stands above a table of *rows* problems."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    Draws blocks.

    Args:
        labels: The report's own words, by key.
        live: What a served page adds; None: a file.
    """

    labels: Mapping[str, str]
    live: Live | None = None

    def blocks(self, them: Sequence[Block], level: int) -> Markup:
        """Return blocks one below the other, narrow groups side by side; *level*: that of a group's heading."""
        parts: list[str] = []
        beside = False
        for block in them:
            narrow = isinstance(block, Group) and not block.wide
            if narrow is not beside:
                parts.append('<div class="halves">' if narrow else "</div>")
            parts += (self.block(block, level), "\n")
            beside = narrow
        return Markup("".join([*parts, "</div>" if beside else ""]))  # noqa: S704 - drawn here

    def block(self, block: Block, level: int, name: str = "") -> Markup:
        """Return one block; *name* is the class of a table."""
        return Markup(f"{self._drawn(block, level, name)}\n")  # noqa: S704 - likewise

    def _drawn(self, block: Block, level: int, name: str) -> str:
        match block:
            case Table():
                return self._table(block, name)
            case Group():
                return self._group(block, level)
            case Detail():
                return self.detail(block)
            case _:
                return _alone(block)

    def _table(self, table: Table, name: str) -> str:
        label = shown(table.caption or self.labels["scroll"])
        caption = f"<caption>{shown(table.caption)}</caption>" if table.caption else ""
        head = "".join(
            f'<th scope="col" class="k-{column.kind}">{shown(column.title)}</th>'
            for column in table.columns
        )
        ranked = name == "ranked"
        rows = []
        for row in table.rows:
            target = f' data-target="{shown(row.target)}"' if row.target else ""
            marks = self.live.marks(row.target) if ranked and self.live else ""
            inside = cells(row.cells, table.columns, labelled=ranked)
            rows.append(f"<tr{target}{marks}>{inside}</tr>\n")
        classes = f' class="{name}"' if name else ""
        return (
            f'<div class="scroll" aria-label="{label}" role="group">\n<table{classes}>\n{caption}'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n</div>\n"
        )

    def _group(self, group: Group, level: int) -> str:
        heading = f"<h{level}>{shown(group.title)}</h{level}>"
        inside = self.blocks(group.blocks, level + 1)
        if group.folded:
            return f'<details class="group fold">\n<summary>{heading}</summary>\n{inside}\n</details>\n'
        half = "" if group.wide else " half"
        return f'<div class="group{half}">\n{heading}\n{inside}\n</div>\n'

    def detail(self, detail: Detail) -> Markup:
        """Return what a click on a problem opens."""
        more = self.live.more(detail.id) if self.live else None
        link = (
            f'<p class="more"><a href="{shown(more.address)}">{shown(more.words)}</a></p>\n'
            if more
            else ""
        )
        return Markup(  # noqa: S704 - likewise
            f'<details class="detail">\n<summary><h3>{line(detail.title)}</h3></summary>\n'
            f'<div class="body" id="{shown(detail.id)}">\n{link}'
            f"{self.blocks(detail.blocks, 4)}\n</div>\n</details>\n"
        )

    def ranked(self, section: Section) -> Markup:
        """Return the section of the problems: filter, table, and a detail for each."""
        parts: list[str] = []
        for block in section.blocks:
            if isinstance(block, Table):
                tools = self._tools(section, len(block.rows))
                parts.append(f'{tools}<p class="hint" hidden>{shown(self.labels["hint"])}</p>\n')
        details = [block for block in section.blocks if isinstance(block, Detail)]
        others = (block for block in section.blocks if not isinstance(block, Detail))
        parts += (f"{self.block(block, 3, 'ranked')}\n" for block in others)
        label = shown(self.labels["details"])
        parts.append(f'<div class="details" aria-label="{label}" role="group">\n')
        parts += (f"{self.detail(detail)}\n" for detail in details)
        return Markup("".join([*parts, "</div>\n"]))  # noqa: S704 - likewise

    def _tools(self, section: Section, rows: int) -> str:
        if self.live:
            return f"{self.live.tools(rows)}\n"
        say = {key: shown(words) for key, words in self.labels.items()}
        of = ""
        if section.count and section.count > rows:
            both = self.labels["shown_of"].replace("{listed}", str(rows))
            of = f" {shown(both.replace('{all}', f'{section.count:,}'))}"
        buttons = "".join(
            f'<button type="button" data-priority="{one}" aria-pressed="false">{one}</button>\n'
            for one in _PRIORITIES
        )
        return (
            f'<div class="tools" hidden>\n<label class="find"><span class="sr">{say["filter"]}</span>'
            f'<input type="search" placeholder="{say["filter_hint"]}" autocomplete="off" spellcheck="false">'
            f'</label>\n<div class="choose" role="group" aria-label="{say["filter"]}">\n'
            f'<button type="button" data-priority="" aria-pressed="true">{say["all"]}</button>\n'
            f'{buttons}</div>\n<span class="shown" role="status"><b>{rows}</b> {say["shown"]}{of}</span>\n'
            f'<button type="button" class="all" data-open="{say["open_all"]}" '
            f'data-close="{say["close_all"]}">{say["open_all"]}</button>\n</div>\n'
        )


def _alone(block: _Alone) -> str:  # noqa: PLR0911 - one for each kind
    match block:
        case Paragraph():
            return f"<p>{line(block.line)}</p>"
        case Bullets():
            return _bullets(block)
        case Callout():
            lines = "".join(f"<p>{line(one)}</p>" for one in block.lines)
            return f'<div class="callout e-{block.tone}">{lines}</div>'
        case Facts():
            return _facts(block)
        case LogLines():
            return f'<ol class="log">\n{"".join(map(_log_line, block.lines))}</ol>\n'
        case Curve():
            return _chart(block)
        case Axis():
            return _claim_axis(block)
        case Heat():
            return _heat(block)
        case Code():
            return f'<pre class="code"><code>{_lines(block.text)}</code></pre>'
        case Address():
            return _address(block.text)
        case _:
            assert_never(block)


def _address(text: str) -> str:
    words = shown(text)
    if not is_web_address(text):
        return f'<pre class="code"><code>{words}</code></pre>'
    return f'<p class="code"><a href="{words}" target="_blank" rel="noopener noreferrer">{words}</a></p>'


def _bullets(block: Bullets) -> str:
    kind = "ol" if block.numbered else "ul"
    start = f' start="{block.start}"' if block.start != 1 else ""
    items = "".join(f"<li>{line(one)}</li>" for one in block.items)
    return f"<{kind}{start}>{items}</{kind}>"


def _facts(block: Facts) -> str:
    facts = "".join(
        f'<div><dt>{shown(one.label)}</dt><dd class="t-{one.tone}">{shown(one.value)}</dd></div>\n'
        for one in block.facts
    )
    return f'<dl class="facts n{len(block.facts)}">\n{facts}</dl>\n'


def _log_line(row: LogLine) -> str:
    level = f' <b class="level">{shown(row.level)}</b>' if row.level else ""
    module = f" <code>{shown(row.module)}</code>" if row.module else ""
    return (
        f'<li class="e-{row.tone}"><div class="where"><time>{shown(row.time)}</time>{level}{module} '
        f'<code class="locator">{shown(row.locator)}</code></div><pre>{_lines(row.body)}</pre></li>\n'
    )


def _chart(curve: Curve) -> str:
    band = (
        f' <span class="key claimed">{shown(curve.band_label)}</span>' if curve.band_label else ""
    )
    ends = _ends((curve.start, curve.end)) if curve.start else ""
    return (
        f'<figure class="chart">\n<figcaption>{shown(curve.label)}{band}</figcaption>\n'
        f"{charts.wide_curve(curve)}\n{ends}</figure>\n"
    )


def _claim_axis(axis: Axis) -> str:
    found, claimed = shown(axis.measured_label), shown(axis.claimed_label)
    return (
        f'<figure class="claim">\n<div class="keys"><span class="key found">{found}</span>'
        f'<span class="key claimed">{claimed}</span></div>\n'
        f"{charts.axis(axis)}\n{_ends(axis.ticks)}\n</figure>\n"
    )


def _heat(heat: Heat) -> str:
    """Return modules over time; of the steps of colour only zero is that of zero."""
    most = max((max(counts, default=0) for _, counts in heat.rows), default=0) or 1
    rows = []
    for name, counts in heat.rows:
        steps = "".join(
            f'<td class="h{-(-n * _HEAT_STEPS // most)}" title="{n}"></td>' for n in counts
        )
        rows.append(f"<tr><th><code>{shown(name)}</code></th>{steps}</tr>\n")
    label = shown(heat.label)
    return (
        f'<figure class="heat">\n<figcaption>{label}</figcaption>\n'
        f'<div class="scroll" role="img" aria-label="{label}">\n<table aria-hidden="true"><tbody>\n'
        f"{''.join(rows)}</tbody></table>\n</div>\n{_ends(heat.steps)}\n</figure>\n"
    )


def _ends(words: Iterable[str]) -> str:
    """Return what stands under a chart from its left to its right."""
    inside = "".join(f"<span>{shown(one)}</span>" for one in words)
    return f'<div class="ends" aria-hidden="true">{inside}</div>'


def _lines(text: str) -> str:
    return escape(visible(text, lines=True))
