"""What is told of a run in a chat: short, in one language, without markup."""

from __future__ import annotations

from typing import Literal

from paicha.locales import Language
from paicha.values import dataclass

DigestTone = Literal["bad", "warn", "good", "unknown", "plain"]


@dataclass(frozen=True, slots=True)
class DigestProblem:
    """One of the first problems."""

    number: int
    priority: str
    title: str
    count: str  # written in the reader's language
    course: str = ""  # since when, and how it went on


@dataclass(frozen=True, slots=True)
class Digest:
    """
    A run for somebody who is woken by it. Every text may hold words of log lines: nobody vouches for it.

    Args:
        title: What it is called.
        verdict: The one sentence that matters most.
        tone: What the verdict is.
        origin: What started it; "": nothing worth saying.
        scope: Window with zone, and what it is narrowed to.
        problems: The first ones.
        more: How many more there are, as a sentence; "": none.
        contradictions: Where log and metrics disagree.
        suspect: Who may have started it, in one sentence; "": nobody was weighed.
        missing: What the report does not rest on: sources cut short, no records.
        figures: Records read and problems found, in one sentence.
        link: Address of the whole report; "": nobody can follow one.
        run: Its id; "": it is a test.
        state: How it ended.
        language: Of all texts.
    """

    title: str
    verdict: str
    tone: DigestTone
    language: Language
    origin: str = ""
    scope: str = ""
    problems: tuple[DigestProblem, ...] = ()
    more: str = ""
    contradictions: tuple[str, ...] = ()
    suspect: str = ""
    missing: tuple[str, ...] = ()
    figures: str = ""
    link: str = ""
    run: str = ""
    state: str = "done"
