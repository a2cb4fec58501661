"""Addresses that open the records of a problem where the store itself shows them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from paicha.analysis.redaction.tokens import TOKEN
from paicha.kernel.cell import ANY
from paicha.kernel.query_text import all_of, any_of
from paicha.model.coverage import LogPage, SourceCoverage
from paicha.model.findings import Page, Problem, Variant
from paicha.values import dataclass

_MOST_PHRASES = 8  # of an address that mail and chat programs leave whole
_LONGEST = 80  # characters of a phrase
#: Where a value stands (``<*>``, ``<number>``), where a secret stood, where a line ends.
_CUT = re.compile(rf"{re.escape(ANY)}|<[a-z][a-z_ ]{{0,20}}>|{TOKEN.pattern}|\n")
_CHINESE = "\u4e00-\u9fff"
#: Part of a word, as engines see words: what stands right beside a value may be one word with it.
_BEGUN = re.compile(rf"^(?:[^\W{_CHINESE}]|[.'])+")
_OPEN = re.compile(rf"(?:[^\W{_CHINESE}]|[.'])+$")
_LETTER = re.compile(r"[^\W\d_]")
_FEWEST_LETTERS = 6  # "HTTP/1.1" stands in every line of its log
_FEWEST_CHINESE = 3


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What the lines of a variant have in common; "": nothing that tells them from others."""

    text: str
    weight: int  # more tells more


def with_pages(
    problems: Iterable[Problem], logs: Iterable[SourceCoverage], start: datetime, end: datetime
) -> tuple[Problem, ...]:
    """
    Return *problems* with the pages on which stores show their records.

    Args:
        problems: What was found.
        logs: What the sources gave; of those with a page of their own.
        start: Where the window begins, for problems without a time.
        end: Where it ends.
    """
    known = [(source.source, source.page) for source in logs if source.page is not None]
    return tuple(
        replace(
            problem,
            pages=tuple(
                _page(problem, name, page, start, end)
                for name, page in known
                if any(one.locator.startswith(page.locators) for one in problem.examples)
            ),
        )
        for problem in problems
    )


def _page(problem: Problem, source: str, page: LogPage, start: datetime, end: datetime) -> Page:
    first, last = problem.first or start, problem.last or end
    phrases = [phrase_of(variant) for variant in problem.variants[:_MOST_PHRASES]]
    told = bool(page.lines) and bool(phrases) and all(phrases)
    clause = any_of(page.lines, dict.fromkeys(phrases)) if told else ""
    found = {
        "query": quote(all_of(page.query, clause), safe=""),
        # A page shows whole seconds, and both of its ends are part of what it shows.
        "start_ms": str(math.floor(first.astimezone(UTC).timestamp()) * 1000),
        "end_ms": str((math.floor(last.astimezone(UTC).timestamp()) + 1) * 1000 - 1),
    }
    address = page.address
    for name, value in found.items():
        address = address.replace(f"{{{name}}}", value)
    return Page(source, address, len(phrases) if told else 0, len(problem.variants))


def phrase_of(variant: Variant) -> str:
    """
    Return the words that the lines of *variant* share, as a phrase of whole words; "" where they tell too little.

    Example:
        >>> phrase_of(Variant("t", "order <id>: Database connection failed: error=<*>", 7, "ERROR", ()))
        'Database connection failed: error'
        >>> phrase_of(Variant("t", "GET <*> HTTP/1.1 <*>", 7, "", ())), phrase_of(Variant("t", "用户<*>登录失败", 7, "", ()))
        ('', '登录失败')
    """
    return max(_phrases(variant.text), key=lambda one: one.weight, default=_Phrase("", 0)).text


def _phrases(text: str) -> Iterator[_Phrase]:
    place = 0
    for cut in (*_CUT.finditer(text), None):
        end = cut.start() if cut else len(text)
        piece = text[place:end]
        if place and text[place - 1] != "\n":
            piece = _BEGUN.sub("", piece)
        if cut and cut.group() != "\n":
            piece = _OPEN.sub("", piece)
        piece = _cut(piece.strip()).strip(" :=,;-([{<\"'/|")
        letters = _LETTER.findall(piece)
        chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in letters)
        if chinese >= _FEWEST_CHINESE or len(letters) >= _FEWEST_LETTERS:
            yield _Phrase(piece, len(letters) + chinese)
        place = cut.end() if cut else end


def _cut(piece: str) -> str:
    if len(piece) <= _LONGEST:
        return piece
    shorter, blank, _ = piece[: _LONGEST + 1].rpartition(" ")
    return shorter if blank else ""
