"""A source that is named twice is one source."""

from pathlib import Path

from paicha.wiring.choosing import Choices
from paicha.wiring.reading import load_settings

SETTINGS = """
logs = ["folder", "folder"]
metrics = ["points", "points"]

[sources.folder]
type = "files"
paths = ["*.log"]

[sources.points]
type = "metric_files"
paths = ["points.json"]
"""


def _choices(folder: Path) -> Choices:
    place = folder / "paicha.toml"
    place.write_text(SETTINGS, "utf-8")
    return Choices(load_settings(place, {}, folder))


def test_a_source_that_is_asked_for_twice_is_read_once(tmp_path: Path) -> None:
    """Each of its records would be counted twice, in every figure of the report."""
    choices = _choices(tmp_path)

    assert ("folder",) == choices.chosen_logs((), ("folder", "folder"))
    assert ("points",) == choices.chosen_metrics(("points", "points"), ("folder",))


def test_a_source_that_the_settings_name_twice_is_read_once(tmp_path: Path) -> None:
    """It is a slip of whoever wrote them, and would double every figure of everybody."""
    choices = _choices(tmp_path)

    assert ("folder",) == choices.chosen_logs((), ())
    assert ("points",) == choices.chosen_metrics(None, ("folder",))
