"""What the calls of the facade leave behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import paicha
from paicha.errors import PaichaError


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which temporary places are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "places"))
    (tmp_path / "places").mkdir()
    return tmp_path / "places"


def test_an_investigation_without_a_place_keeps_its_case_as_long_as_it_is_held(
    places: Path, tmp_path: Path
) -> None:
    """The case can be asked; then nothing of it is left."""
    log = tmp_path / "app.log"
    log.write_text("2026-01-05 10:00:00 ERROR order 12 failed\n", "utf-8")
    found = paicha.investigate(log, zone="UTC")

    assert [1] == found.sql("select n from counts")["n"].to_pylist()
    del found
    assert [] == list(places.iterdir())


def test_an_investigation_that_fails_leaves_nothing(places: Path, tmp_path: Path) -> None:
    """Neither a case nor the folder it would have been in."""
    log = tmp_path / "nothing.log"
    log.write_bytes(bytes(range(256)) * 20)

    with pytest.raises(PaichaError):
        paicha.investigate(log, zone="UTC")

    assert [] == list(places.iterdir())
