"""What is read out of reports in many layouts, against what a reader wrote down by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from paicha.analysis.audit.checks_sums import figure
from paicha.analysis.audit.extract import extract
from paicha.analysis.audit.lexicon import Lexicon
from paicha.knowledge.audit_loader import load_audit_words
from paicha.knowledge.metrics_loader import load_concepts
from paicha.knowledge.problems_loader import load_problems
from paicha.model.audit import Stated

CASES = Path(__file__).parents[3] / "cases" / "audit"
REPORTS = sorted(path.stem for path in CASES.glob("*.md"))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """Give the words an audit knows."""
    return Lexicon(load_audit_words(), load_problems(), load_concepts())


def written(stated: Stated) -> str:
    """Return a statement as the expectations write it: line, measure, whom, what."""
    parts = [str(stated.place.line), stated.measure]
    if stated.measure.startswith(("level.", "module.")):
        parts.append(stated.subject)
    if stated.measure == "window" and stated.start and stated.end:
        parts.append(f"{stated.start:%H:%M:%S}-{stated.end:%H:%M:%S}")
    elif stated.start is not None:
        parts.append(f"{stated.start:%H:%M:%S}")
    elif stated.high is not None and stated.number is not None:
        parts.append(f"{figure(stated.number)}-{figure(stated.high)}")
    elif stated.number is not None:
        parts.append(figure(stated.number).replace(",", ""))
    if stated.measure == "problem.modules":
        parts.append(str(len(stated.names)))
    elif stated.measure in ("event", "problem.priority"):
        parts.extend(stated.names)
    return " ".join(parts)


def compared(name: str, lexicon: Lexicon) -> tuple[Counter[str], Counter[str]]:
    """Return what was read and what a reader expects of one report."""
    _, stated = extract((CASES / f"{name}.md").read_text("utf-8"), lexicon)
    expected = (CASES / f"{name}.expected").read_text("utf-8").splitlines()
    return Counter(map(written, stated)), Counter(line for line in expected if line)


@pytest.mark.parametrize("name", REPORTS)
def test_nine_of_ten_statements_of_a_layout_are_read_and_are_right(
    name: str, lexicon: Lexicon
) -> None:
    """In every layout at least 0.9 of what is read is there, and of what is there is read."""
    read, expected = compared(name, lexicon)
    right = (read & expected).total()

    missing, wrong = expected - read, read - expected

    assert right >= 0.9 * read.total(), f"wrong: {sorted(wrong)}; missing: {sorted(missing)}"
    assert right >= 0.9 * expected.total(), f"missing: {sorted(missing)}; wrong: {sorted(wrong)}"


def test_there_are_ten_layouts_and_over_all_nearly_everything_is_right(lexicon: Lexicon) -> None:
    """Precision and recall over all layouts, as docs/audit.md gives them."""
    pairs = [compared(name, lexicon) for name in REPORTS]
    right = sum((read & expected).total() for read, expected in pairs)

    assert len(REPORTS) >= 10
    assert right >= 0.97 * sum(read.total() for read, _ in pairs)
    assert right >= 0.97 * sum(expected.total() for _, expected in pairs)


@pytest.mark.parametrize(
    ("line", "listed"),
    [
        ("（1）数据库连接失败：214 次", True),
        ("(a) Database connection failing: 214 records", True),
        ("(0 → 130 records) and Memory insufficient (0 → 36 records)", False),
    ],
)
def test_a_number_in_brackets_opens_an_item_and_a_count_in_brackets_none(
    line: str, listed: bool, lexicon: Lexicon
) -> None:
    """A folded sentence goes on with the count of what stands above it."""
    _, stated = extract(f"# Report\n\n{line}\n", lexicon)

    assert listed == any(one.measure == "problem.listed" for one in stated)
