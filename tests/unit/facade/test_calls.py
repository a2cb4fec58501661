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


class _Heard:
    """Remembers how far it was told that a reading is."""

    def __init__(self) -> None:
        self.bytes: list[tuple[int, int | None]] = []

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Remember a step of reading files."""
        if stage == "bytes":
            self.bytes.append((done, total))


@pytest.mark.parametrize("lines", [250_000, 400_000], ids=["kept", "counted"])
def test_progress_goes_on_while_nothing_that_is_read_lies_in_the_window(
    tmp_path: Path, lines: int
) -> None:
    """A day that was not asked for is read through to reach the one that was; nothing comes of it meanwhile."""
    log, heard = tmp_path / "app.log", _Heard()
    before = "".join(
        f"2026-03-03 {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02} INFO lease {n} renewed by a worker that has nothing else to do\n"
        for n in range(lines)
    )
    log.write_text(before + "2026-03-04 05:00:00 ERROR lease lost\n", "utf-8")

    paicha.investigate(log, start="2026-03-04 05:00", end="2026-03-04 06:00", progress=heard)

    whole = log.stat().st_size
    assert {whole} == {total for _, total in heard.bytes}
    assert 2 < sum(1 for done, _ in heard.bytes if done < 0.9 * whole)
    assert sorted(heard.bytes) == heard.bytes
