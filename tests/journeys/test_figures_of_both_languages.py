"""Both languages say the same: every line of a report has the same figures in Chinese as in English."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Literal

import pytest
from tests.cascades import cascade_investigated

import paicha
from paicha.facade import carry_out, prepare_demo
from paicha.testing.cascade import Cascade

_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
#: The rest of a list is counted in English, the whole of it in Chinese; once is a figure in Chinese only.
_SAID_OTHERWISE = re.compile(r" ?等 [\d,]+ 个| and [\d,]+ more|仅出现 1 次|occurred once")
#: What the writer of a report embeds for whoever audits it.
_DECLARED = "<!-- statements/1"


def figures(line: str) -> Counter[str]:
    """Return how often each figure stands in a line of a report."""
    return Counter(_FIGURE.findall(_SAID_OTHERWISE.sub("", line)))


def told(found: paicha.Investigation, kind: Literal["md", "terminal", "chat"]) -> list[list[str]]:
    """Return the lines of a report in Chinese and in English."""
    texts = [found.render(kind, language).decode() for language in ("zh", "en")]
    return [
        [line for line in text.partition(_DECLARED)[0].splitlines() if line.strip()]
        for text in texts
    ]


@pytest.mark.parametrize("source", ["demo", "cascade 0", "cascade 3"])
def test_every_line_has_the_same_figures_in_both_languages(source: str, tmp_path: Path) -> None:
    """Counts, shares, times, ranges, scores and places; line by line, so that none stands for another."""
    if source == "demo":
        found = carry_out(prepare_demo("zh", None))
    else:
        found = cascade_investigated(Cascade(int(source.split()[1])), tmp_path)

    chinese, english = told(found, "md")

    assert len(chinese) == len(english)
    assert [] == [
        (one, other)
        for one, other in zip(chinese, english, strict=True)
        if figures(one) != figures(other)
    ]
    assert sum(sum(figures(line).values()) for line in chinese) > 1000


def test_cards_have_the_same_figures_in_both_languages() -> None:
    """What goes to a chat says no other figure than the report it is about."""
    chinese, english = told(carry_out(prepare_demo("zh", None)), "chat")

    assert sum(map(figures, chinese), Counter()) == sum(map(figures, english), Counter())
