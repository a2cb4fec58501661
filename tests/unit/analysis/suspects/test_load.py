"""What is used more because more is done is no shortage."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.hosts import Hosts
from paicha.analysis.suspects.load import load_of
from paicha.knowledge.metrics_loader import load_concepts
from paicha.model.schema import COUNTS

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
HOSTS = Hosts(("10.0.0.1",), ("10.0.0.1",), {}, "")


def counts(n: int, severity: int = 9) -> pa.Table:
    row = {
        "shape": "handled",
        "severity_number": severity,
        "severity_text": "INFO",
        "module": "",
        "service_name": "gate",
        "host": "10.0.0.1",
        "minute": NOON,
        "n": n,
        "first": NOON,
        "last": NOON,
        "example": "handled",
    }
    return pa.Table.from_pylist([row], schema=COUNTS)


def moved(level: float, concept: str = "cpu_usage") -> Moved:
    owner = ("", "10.0.0.1")
    return Moved(concept, concept, *owner, "", "%", 30.0, 2.0, level, NOON, 9.0, 1.0, 60, 60)


@pytest.mark.parametrize(
    ("records", "severity", "level", "concept", "explained"),
    [
        (200, 9, 60.0, "cpu_usage", True),  # twice the work, twice the processor
        (150, 9, 90.0, "cpu_usage", False),  # half as much again, three times
        (200, 9, 60.0, "memory_usage", False),  # memory does not grow with each request
        (100, 9, 60.0, "cpu_usage", False),  # no more work than before
        (400, 9, 96.0, "cpu_usage", False),  # beyond its threshold, whatever for
        (200, 17, 60.0, "cpu_usage", False),  # errors are no work
    ],
)
def test_only_what_rose_with_the_work_is_explained_by_it(
    records: int, severity: int, level: float, concept: str, explained: bool
) -> None:
    """Ordinary records of the host say how much is done."""
    during = counts(records, severity)
    concepts = load_concepts()
    load, unknown = (
        load_of(before, during, (60.0, 60.0), column="service_name", hosts=HOSTS, concepts=concepts)
        for before in (counts(100), None)
    )

    assert (explained, False) == (
        load.explains(moved(level, concept)),
        unknown.explains(moved(level, concept)),
    )
