"""What a report may not say: words that stand where a count belongs."""

import re

import pytest

from paicha.knowledge.problems_loader import load_problems
from paicha.locales import LANGUAGES, Language, Text, catalogue

#: Errors, settings and names of aliases are not what a report counts.
_REPORT_AREAS = (
    "actions", "analysis", "blueking", "change", "claims", "course", "coverage", "devices", "files", "generated", "metrics",
    "quality", "rank", "report", "statements", "timeline",
)  # fmt: skip
_VAGUE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(several|numerous|a few|many times|multiple times|a number of times|frequently)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"多次|若干次|数次|频繁出现|大量日志|许多"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_of_a_report_says_several_where_a_count_belongs(language: Language) -> None:
    """The catalogues of the report hold placeholders for counts, not words."""
    messages = {
        key: words
        for key, words in catalogue(language).items()
        if key.split(".")[0] in _REPORT_AREAS
    }

    assert len(messages) > 200
    assert [] == [
        key
        for key, words in messages.items()
        if _VAGUE[language].search(words) and "{" not in words
    ]


def test_no_text_of_a_problem_class_says_several() -> None:
    """Titles, risks, causes and actions come from the knowledge base and stand in every report."""
    texts: list[tuple[str, Text]] = []
    for problem in load_problems():
        own = (problem.title, problem.risk, *problem.causes, *(r.text for r in problem.remedies))
        texts += [(problem.id, words) for words in own]

    assert len(texts) > 500
    assert [] == [
        (name, words)
        for name, words in texts
        if _VAGUE["zh"].search(words.zh) or _VAGUE["en"].search(words.en)
    ]
