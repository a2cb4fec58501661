"""Figures of reports are what a plain recount of the written lines gives; `evaluation/worlds.py` does it at length."""

from __future__ import annotations

import pytest
from evaluation.worlds import differences


@pytest.mark.parametrize("seed", [4, 7, 24])
def test_every_figure_is_what_was_written(seed: int) -> None:
    """
    Several formats, packings, hosts and zones; all of it, against a baseline, filtered and in a narrow window; small files
    and large ones; stopped and read on.
    """
    assert [] == differences(seed)
