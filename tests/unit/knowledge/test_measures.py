"""What numbers in log lines measure: the packaged kinds hold their samples, and a wrong table is refused."""

from __future__ import annotations

import pytest

from paicha.errors import KnowledgeError
from paicha.knowledge.measures_loader import check_samples, kind_of, load_measures
from paicha.knowledge.table_files import packaged_tables

DURATION = dict(packaged_tables("measures"))["duration"]


def test_every_kind_takes_its_samples_and_leaves_the_others() -> None:
    """No sentence is left of what is wrong."""
    assert () == check_samples(load_measures())


def test_a_sample_that_does_not_hold_is_named_with_what_it_is_instead() -> None:
    """Both ways round."""
    kind = kind_of("duration", {**DURATION, "matches": ["timeout_ms"], "rejects": ["took"]})
    said = check_samples([kind])

    assert ("duration: 'timeout_ms' is nothing", "duration: 'took' is duration") == said


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"worse": "sideways"}, "worse: sideways"),
        ({"colour": "red"}, "colour"),
        ({"ratio": "much"}, "could not convert string to float: 'much'"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_place(
    change: dict[str, object], mistake: str
) -> None:
    """What, where, and one thing to try."""
    with pytest.raises(KnowledgeError) as wrong:
        kind_of("duration", {**DURATION, **change})

    assert (
        f"what a number in a log line measures is wrong in [duration]: {mistake}"
        in wrong.value.text("en")
    )
    assert "knowledge/measures/measures.toml" in wrong.value.text("zh")
