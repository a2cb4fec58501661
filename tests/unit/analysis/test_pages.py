"""Pages that show a problem's records: what is looked for, and what is said where words tell too little."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from paicha.analysis.pages import phrase_of, with_pages
from paicha.locales import Text
from paicha.model.coverage import LogPage, SourceCoverage
from paicha.model.findings import Evidence, Example, Page, Problem, Variant

FIRST = datetime(2026, 1, 5, 9, 0, 0, 250_000, UTC)
PAGE = LogPage(
    "https://log.example.com/?q={query}&from={start_ms}&to={end_ms}", "host:1", ("log",), "bk:"
)
SOURCE = SourceCoverage("app", "blueking_logs", None, 1, 1, 1, 0, 0, 0, 0, 0, page=PAGE)


def variant(words: str) -> Variant:
    return Variant("t", words, 1, "ERROR", ())


def problem(*words: str, locator: str = "bk:1/2") -> Problem:
    example = Example(FIRST, "ERROR", "", "", "", words[0], locator)
    return Problem(
        id="p",
        number=1,
        class_id="",
        title=Text.same("p"),
        category="",
        priority="P1",
        why=Text.same(""),
        score=1.0,
        factors=(),
        n=7,
        share=1.0,
        levels=(),
        first=FIRST,
        last=FIRST + timedelta(seconds=9),
        curve=(),
        peak=None,
        peak_n=0,
        variants=tuple(map(variant, words)),
        modules=(),
        services=(),
        hosts=(),
        unrelated_modules=(),
        claims=(),
        risk=None,
        causes=(),
        actions=(),
        examples=(example,),
        evidence=Evidence("records", ""),
    )


def pages(found: Problem) -> tuple[Page, ...]:
    hour = timedelta(hours=1)
    return with_pages([found], [SOURCE], FIRST, FIRST + hour)[0].pages


@pytest.mark.parametrize(
    ("template", "phrase"),
    [
        ("Database connection failed: error=<word>", "Database connection failed: error"),
        # What stands right beside a value may be one word with it, as an engine indexes words.
        ("user<number> was refused by gateway", "was refused by gateway"),
        ("order_<id> is lost for good.<number>", "is lost for"),
        ("用户<number>登录失败", "登录失败"),
        ('said "no such table" for <word>', 'said "no such table" for'),
        ("panic: boom in worker loop\n\tat main.go:7", "panic: boom in worker loop"),
        ("mobile*bcdfghjklmnp has no balance left", "has no balance left"),
        # In every line of its log, or in none by itself.
        ("GET <path> HTTP/1.1 <number>", ""),
        ("<*>", ""),
        ("", ""),
    ],
)
def test_the_longest_run_of_whole_words_is_looked_for(template: str, phrase: str) -> None:
    """As a phrase, which engines find wherever its words stand in that order."""
    assert phrase == phrase_of(variant(template))


def test_a_page_shows_the_problem_in_its_own_time_within_what_was_asked() -> None:
    """Whole seconds, both of them shown."""
    (page,) = pages(problem("connection to ledger lost", "ledger is closed: <word>"))

    asked = dict(parse_qsl(page.address.partition("?")[2]))
    assert asked == {
        "q": '(host:1) AND ((log:"connection to ledger lost" OR log:"ledger is closed"))',
        "from": str(int(FIRST.timestamp()) * 1000),
        "to": str(int(FIRST.timestamp() + 9) * 1000 + 999),
    }
    assert (page.variants, page.of) == (2, 2)


def test_words_that_tell_too_little_are_not_looked_for() -> None:
    """One such variant is enough: its records would be missing on the page."""
    (page,) = pages(problem("connection to ledger lost", "<*>"))

    assert dict(parse_qsl(page.address.partition("?")[2]))["q"] == "host:1"
    assert (page.variants, page.of) == (0, 2)


def test_of_many_variants_the_most_frequent_are_looked_for_and_it_is_said() -> None:
    """An address of a hundred phrases would be cut by whatever passes it on."""
    (page,) = pages(problem(*(f"ledger {letter * 9} is closed" for letter in "abcdefghij")))

    assert (page.variants, page.of) == (8, 10)


def test_log_text_cannot_leave_its_place_in_an_address() -> None:
    """Whatever a line says is part of what is looked for."""
    (page,) = pages(problem('evil&start_time=0#" OR host:{query}\\ <script>alert(1)</script>'))

    assert page.address.count("&") == 2
    assert not set('<>"\\ {}') & set(page.address)


def test_records_of_another_source_have_no_page_there() -> None:
    """A file beside an index set."""
    assert () == pages(problem("connection to ledger lost", locator="app.log:7"))
    assert () == with_pages([problem("x")], [replace(SOURCE, page=None)], FIRST, FIRST)[0].pages
