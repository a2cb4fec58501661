"""How much is found of labelled lines, and how much is covered that is nothing."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest
from tests.cases.redaction.generate import corpus
from tests.cases.redaction.generate_held_back import held_back

from paicha.analysis.redaction import Redactor

CASES = Path(__file__).parents[3] / "cases" / "redaction"
_LABEL = re.compile("⟦([a-z-]+):(.*?)⟧")


class _Measured(NamedTuple):
    secrets: Counter[str]
    found: Counter[str]
    covered: int  # places covered
    right: int  # of these, where a secret stands
    look_alikes: int  # lines without a secret


def _lines(name: str) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Return the lines of a labelled file without their marks, and where each secret stands."""
    found = []
    for line in (CASES / name).read_text("utf-8").splitlines():
        text, labels, at = "", [], 0
        for mark in _LABEL.finditer(line):
            text += line[at : mark.start()]
            labels.append((len(text), len(text) + len(mark[2]), mark[1]))
            text, at = text + mark[2], mark.end()
        found.append((text + line[at:], labels))
    return found


def _measure(name: str) -> _Measured:
    redactor = Redactor()
    secrets, found = Counter[str](), Counter[str]()
    covered = right = look_alikes = 0
    for text, labels in _lines(name):
        places = redactor.found(text)
        for start, end, kind in labels:
            secrets[kind] += 1
            found[kind] += any(one.start <= start and end <= one.end for one in places)
        covered += len(places)
        right += sum(any(s < one.end and one.start < e for s, e, _ in labels) for one in places)
        look_alikes += not labels
    return _Measured(secrets, found, covered, right, look_alikes)


@pytest.mark.parametrize(
    ("name", "recall", "precision", "look_alikes"),
    [("corpus.txt", 0.99, 0.99, 3000), ("held_back.txt", 0.97, 0.99, 2000)],
)
def test_most_is_found_and_little_else_is_covered(
    name: str, recall: float, precision: float, look_alikes: int
) -> None:
    """The floors stand below what docs/redaction.md reports."""
    found = _measure(name)

    assert found.look_alikes >= look_alikes
    assert sum(found.secrets.values()) >= 300
    assert sum(found.found.values()) / sum(found.secrets.values()) >= recall
    assert found.right / found.covered >= precision
    assert all(found.found[kind] / n >= 0.85 for kind, n in found.secrets.items())


@pytest.mark.parametrize("name", ["corpus.txt", "held_back.txt"])
def test_a_column_is_covered_as_each_of_its_lines_is(name: str) -> None:
    """What the linear-time engine lets through is no less than what is found by looking closely."""
    texts = [text for text, _ in _lines(name)]
    redactor = Redactor(b"seed")

    assert [redactor.text(text) for text in texts] == redactor.column(pa.array(texts)).to_pylist()


@pytest.mark.parametrize("name", ["corpus.txt", "held_back.txt"])
def test_covering_a_covered_line_changes_nothing(name: str) -> None:
    """Tokens are no secrets, wherever they stand."""
    redactor = Redactor(b"seed")
    once = [redactor.text(text) for text, _ in _lines(name)]

    assert once == [redactor.text(text) for text in once]


def test_the_labelled_files_are_what_their_generators_write() -> None:
    """So both can be read without running anything."""
    assert (CASES / "corpus.txt").read_text("utf-8") == corpus()
    assert (CASES / "held_back.txt").read_text("utf-8") == held_back()
