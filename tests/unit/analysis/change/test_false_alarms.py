"""Shuffled logs: nothing changed in them, and what is put in is found."""

from __future__ import annotations

import importlib.util
import os
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[4]
LOGS = ROOT.parent / "shared" / "data" / "loghub"


@pytest.fixture(scope="module")
def evaluation() -> ModuleType:
    """Give the evaluation that prints the table of false alarms."""
    path = ROOT / "evaluation" / "change.py"
    spec = importlib.util.spec_from_file_location("change_evaluation", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    return made


@pytest.mark.shared
def test_halves_of_shuffled_logs_are_hardly_ever_called_changed(evaluation: ModuleType) -> None:
    """
    At most 5 % of the comparisons of any set, and at most 1 % firmly.
    """
    paths = sorted(LOGS.glob("*/*_2k.log.gz"))
    if not paths:
        if os.environ.get("CI") == "true" and LOGS.parent.exists():
            pytest.fail(f"no logs under {LOGS}")
        pytest.skip(f"no benchmark data at {LOGS}")
    for path in paths:
        log = evaluation.read(path)
        changes = []
        for seed in range(3):
            windows, placed = evaluation.lines(log, random.Random(f"{log.name} {seed}"))
            changes += log.changes(windows, placed)
        called = [change for change in changes if change.changed]
        assert len(called) <= 0.05 * len(changes), log.name
        assert sum(change.firm for change in called) <= 0.01 * len(changes), log.name


def test_the_built_in_scenario_cut_at_its_middle_is_unchanged(evaluation: ModuleType) -> None:
    """
    Nothing changed in it; and five times as much of one line in its second half is found.
    """
    log = evaluation.read(ROOT / "src" / "paicha" / "testing" / "scenario" / "app.log")
    halves = evaluation._own_halves(log)
    placed = list(zip(log.rows, log.times, strict=True))
    loud = [
        one
        for one in placed
        if halves[1].holds(one[1]) and "Database connection failed" in one[0][0]
    ]

    quiet = log.changes(halves, placed)
    changed = log.changes(halves, [*placed, *(4 * loud)])

    assert [] == [change for change in quiet if change.changed]
    assert len(loud) > 50
    called = {change.title.en: change.kind for change in changed if change.dimension == "template"}
    assert ["louder"] == [
        kind for name, kind in called.items() if name.startswith("Database connection failed")
    ]
