"""The law of formats that are no longer tried: what did not fit a line fits none of the same look, so nothing is read otherwise."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.scans import FORMATS, alike

from paicha.kernel import candidates
from paicha.kernel.normalise import LineReader

ZOO = Path(__file__).parents[1] / "cases" / "formats" / "zoo"
LOGS = sorted(path for path in ZOO.glob("*[!l]") if path.is_file())
NOW = datetime(2025, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize("share", range(6))
def test_a_line_is_read_as_if_no_line_of_its_look_had_been_there(
    share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines of all formats among each other, each again and again with other digits, some of which make no time or no level."""
    drawn = random.Random(share)
    lines = [
        line
        for path in LOGS[share::6]
        for line in path.read_text("utf-8", "replace").splitlines()[:12]
    ]
    lines = [varied for line in lines for varied in (line, alike(line, drawn), alike(line, drawn))]
    lines += [line.replace("2025", "2099").replace(":0", ":9") for line in lines[::3]]
    drawn.shuffle(lines)

    with monkeypatch.context() as all_remembered:
        all_remembered.setattr(candidates, "_TRIED", len(lines))
        remembering = LineReader(FORMATS, "UTC", NOW)
        found = [remembering.read_line(line) for line in lines]
    with monkeypatch.context() as none_remembered:
        none_remembered.setattr(candidates, "_REMEMBERED_LENGTH", -1)
        forgetful = LineReader(FORMATS, "UTC", NOW)
        assert [forgetful.read_line(line) for line in lines] == found


def test_a_log_whose_lines_all_look_different_is_not_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A few looks show it; a log whose lines come back is remembered on."""
    monkeypatch.setattr(candidates, "_TRIED", 10)
    varied, alike_lines = LineReader(FORMATS, "UTC", NOW), LineReader(FORMATS, "UTC", NOW)
    for at in range(100):
        varied.read_line(f"2025-03-04 05:06:07 INFO begun {'x' * at}")
        alike_lines.read_line(f"2025-03-04 05:06:07 INFO begun {at % 10} {'x' * (at % 3)}")

    offered = [
        [
            reader.format.name
            for _, reader in one.candidates.left("2025-03-04 05:06:07 INFO begun 7 x")
        ]
        for one in (varied, alike_lines)
    ]
    assert len(offered[1]) < len(offered[0])
    assert offered[1] == [name for name in offered[0] if name in offered[1]]
