"""The Markdown report is complete, and nothing in a log line becomes markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.unit.renderers import sample

from paicha.composition.compose import compose
from paicha.locales import LANGUAGES, Language
from paicha.renderers.markdown import MarkdownRenderer, code, plain

_READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
_NASTY = st.text(st.sampled_from("a1 `*_[](){}<>|!#-+.~&$\\\n\r\t/:\u202e\x00支"), max_size=40)


def _tags(html: str) -> set[str]:
    return set(re.findall(r"<(\w+)", html))


@given(_NASTY)
def test_plain_text_stays_one_paragraph_without_markup(text: str) -> None:
    """Whatever is in it, a Markdown reader sees words and nothing else."""
    tags = _tags(_READER.render("x " + plain(text)))

    assert {"p"} == tags


@given(_NASTY)
def test_plain_text_at_the_start_of_a_line_starts_nothing(text: str) -> None:
    """No heading, list, quote or rule begins with a text out of the log."""
    assert _tags(_READER.render(plain(text.strip()))) <= {"p"}


@given(_NASTY)
def test_a_code_span_cannot_be_left(text: str) -> None:
    """A log line in a code span is that code span, to its last backtick."""
    tags = _tags(_READER.render("x " + code(text)))

    assert tags <= {"p", "code"}


@given(_NASTY)
def test_a_log_line_in_a_table_stays_in_its_cell(text: str) -> None:
    """A pipe in a log line makes no new column."""
    table = f"| a | b |\n| --- | --- |\n| {code(text, in_table=True)} | {plain(text)} |"
    html = _READER.render(table)

    assert 2 == html.count("<td")
    assert _tags(html) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_log_makes_no_markup(language: Language) -> None:
    """No link, picture, script or HTML comes out of a log made to harm."""
    document = MarkdownRenderer().render(compose(sample.hostile_findings(), language)).decode()
    html = _READER.render(document)

    assert not _tags(html) & {"script", "img", "a", "iframe", "b"}
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_scenario_is_there(language: Language) -> None:
    """Counts of levels, files and messages, ranges and metrics stand in the text."""
    document = MarkdownRenderer().render(compose(sample.reference_findings(), language)).decode()
    gap = "" if language == "zh" else " "

    for figure in (
        "1,800",
        "527",
        "186",
        "169",
        "172",
        f"35.3{gap}%",
        f"32.1{gap}%",
        f"32.6{gap}%",
    ):
        assert figure in document
    for figure in (
        f"0.42{gap}%",
        f"0.50{gap}%",
        f"0.35{gap}%",
        f"2.62{gap}%",
        f"2.60{gap}%",
        f"21.04{gap}%",
        f"1.3{gap}%",
        f"1.6{gap}%",
        f"1.1{gap}%",
    ):
        assert figure in document
    for n in (103, 214, 35, 22, 16, 10, 43, 37, 28, 17):
        assert f"**{n}**" in document
    assert f"70 – 90{gap}%" in document
    assert "248 – 547/min" in document
    assert "`notification`\u00a011" in document


def test_headings_come_in_the_order_of_the_sections() -> None:
    """A reader finds the same order as in every other format."""
    report = compose(sample.reference_findings(), "en")
    document = MarkdownRenderer().render(report).decode()
    heads = [head.split(" (")[0] for head in re.findall(r"^## (.*)$", document, re.MULTILINE)]

    assert [section.title for section in report.sections] == heads


def test_the_same_report_gives_the_same_bytes() -> None:
    """Markdown depends on the findings and on nothing else."""
    first = MarkdownRenderer().render(compose(sample.reference_findings(), "zh"))

    assert first == MarkdownRenderer().render(compose(sample.reference_findings(), "zh"))


def test_a_window_without_records_is_not_called_good() -> None:
    """Nothing read is said to be nothing known."""
    document = MarkdownRenderer().render(compose(sample.empty_findings(), "en")).decode()

    assert "Not one record was read" in document
    assert "No metric was read" in document
    assert "100 %" not in document
