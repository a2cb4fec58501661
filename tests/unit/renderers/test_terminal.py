"""The summary in a terminal is short, and no log line can steer the terminal."""

import re

import pytest
from rich.cells import cell_len
from tests.unit.renderers import sample

from paicha.composition.compose import compose
from paicha.locales import LANGUAGES, Language
from paicha.model.report import Column, Fact, Facts, Report, Row, Section, Span, Table
from paicha.renderers.terminal import TerminalRenderer

_STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_nothing_but_text_reaches_a_terminal_without_colour(language: Language, width: int) -> None:
    """A hostile log leaves no control byte and no turned text, at any width."""
    report = compose(sample.hostile_findings(), language)
    shown = TerminalRenderer(width=width).text(report)

    assert not _STEERING.search(shown)


def test_with_colour_the_only_escape_sequences_are_colours() -> None:
    """What remains when colours are taken away is the same text."""
    report = compose(sample.hostile_findings(), "en")
    coloured = TerminalRenderer(width=100, colour=True).text(report)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)

    assert "\x1b[" in coloured
    assert not _STEERING.search(bare)


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Full-width letters are counted as what they take."""
    shown = TerminalRenderer(width=width).text(compose(sample.reference_findings(), "zh"))

    assert max(cell_len(row) for row in shown.splitlines()) <= width


def test_the_summary_says_what_matters() -> None:
    """Verdict, problems with counts, contradictions and coverage are on the first screen."""
    shown = TerminalRenderer(width=100).text(compose(sample.reference_findings(), "en"))

    assert len(shown.splitlines()) < 45
    for words in ("Needs attention now", "Payment system unavailable", "103", "19.5 %", "21.04 %"):
        assert words in shown
    assert "present 1,800 · read 1,800" in shown


def test_many_problems_are_counted_not_listed() -> None:
    """A screen holds twenty rows; the rest is named by its number."""
    shown = TerminalRenderer(width=100).text(compose(sample.many_findings(1000), "en"))

    assert "180 more; see the other formats" in shown
    assert len(shown.splitlines()) < 60


def test_the_same_width_gives_the_same_bytes() -> None:
    """The environment has no say."""
    report = compose(sample.reference_findings(), "zh")

    assert TerminalRenderer(90).render(report) == TerminalRenderer(90).render(report)


def test_chinese_lines_end_where_chinese_may() -> None:
    """A paragraph that goes on is indented, no mark that closes begins a line, and lines are filled."""
    report = compose(sample.reference_findings(), "zh")
    lines = TerminalRenderer(width=60).text(report).splitlines()
    verdict = lines[: lines.index("问题")]

    assert [] == [line for line in lines if re.match(r"\s*[，。；：、！？）》”】]", line)]
    assert any(line.startswith("    ") and "个" in line for line in verdict)
    assert any(cell_len(line) >= 58 for line in verdict)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_stands_alone_in_its_column(language: Language) -> None:
    """What it means goes on under its own words, not under the figure."""
    lines = TerminalRenderer(width=50).text(compose(sample.reference_findings(), language))
    rows = lines.splitlines()
    start = next(n for n, row in enumerate(rows) if row.startswith("     1,800  "))
    facts = rows[start : start + rows[start:].index("")]

    assert len(facts) > 5
    assert all(re.match(r" {2} *[\d,.]+ ?%? {2}\S| {12}\S", row) for row in facts), facts


def test_cells_end_lines_as_paragraphs_do_and_figures_stay_aligned() -> None:
    """In reports that stand in full: no number and no name is cut where a line may end before it."""
    table = Table(
        (Column("问题所在"), Column("报告原文")),
        (
            Row(
                (
                    Span("该写次数的地方写的是“多次”（10 处）"),
                    Span("系统内存不足（user_service.py）"),
                )
            ),
        ),
    )
    facts = Facts((Fact("2", "项遗漏"), Fact("12", "项有依据")))
    sections = (Section("a", "结论", (facts, table)),)
    report = Report("报告核查", (), "zh", "UTC", sections, None)
    lines = TerminalRenderer(width=60).text(report).splitlines()

    assert ["         2  项遗漏", "        12  项有依据"] == [
        line for line in lines if "项" in line
    ]
    assert any(line.startswith("（10 处）") for line in lines)
    assert any("（user_service.py）" in line for line in lines)
