"""Both languages say the same: a report has the same figures in Chinese as in English, and no other language in it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Literal

import pytest
from tests.cascades import cascade_investigated

import paicha
from paicha.facade import carry_out, prepare_demo
from paicha.locales import has
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


#: What is quoted: code, addresses and the like.
_QUOTED = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_ENGLISH = re.compile(r"[A-Za-z][a-z']+(?:[ ,;:]+[A-Za-z][a-z']+){2,}")
#: Marks of English against a Chinese letter.
_ENGLISH_MARK = re.compile(r"[\u4e00-\u9fff][,;:?!](?!\d)|[,;:!?][\u4e00-\u9fff]")


def test_a_chinese_report_has_neither_english_sentences_nor_english_marks() -> None:
    """Outside of what it quotes; on a terminal templates stand unquoted, as they do in its table of problems."""
    found = carry_out(prepare_demo("zh", None))
    text = _QUOTED.sub("", found.render("md", "zh").decode().partition(_DECLARED)[0])

    assert [] == _ENGLISH.findall(text)
    assert [] == _ENGLISH_MARK.findall(text)
    assert len(text) > 10_000


def test_every_factor_of_a_rank_has_a_name(tmp_path: Path) -> None:
    """Those of causes and of changes too, which a single log does not have."""
    folders = [tmp_path / str(seed) for seed in (0, 1)]
    for folder in folders:
        folder.mkdir()
    cases = [cascade_investigated(Cascade(seed), folder) for seed, folder in enumerate(folders)]
    names = {
        factor.name
        for found in cases
        for problem in found.findings.problems
        for factor in problem.factors
    }

    assert {"cause", "novelty", "outage"} <= names
    assert set() == {name for name in names if not has(f"labels.factors.{name}")}
    for found in cases:
        report = found.render("md", "zh").decode()
        assert "| cause |" not in report
        assert "| outage |" not in report


def test_cards_have_the_same_figures_in_both_languages() -> None:
    """What goes to a chat says no other figure than the report it is about."""
    chinese, english = told(carry_out(prepare_demo("zh", None)), "chat")

    assert sum(map(figures, chinese), Counter()) == sum(map(figures, english), Counter())


def test_a_message_names_a_suspect_without_saying_suspect_twice(tmp_path: Path) -> None:
    """Its label says it already, in either language."""
    found = cascade_investigated(Cascade(0), tmp_path)
    cause = Cascade(0).cause

    assert found.digest("zh").suspect.startswith(f"服务 {cause}（")
    assert found.digest("en").suspect.startswith(f"service {cause} (")
