"""How much is read whole where nobody says it."""

import sys
from pathlib import Path

from paicha.wiring.choosing import Choices
from paicha.wiring.reading import load_settings

SETTINGS = """
max_records = 5000

[sources.logs]
type = "blueking_logs"
monitor_url = "http://127.0.0.1:1"
bk_app_code = "a"
bk_app_secret = "s"
bk_username = "u"

[sources.folder]
type = "files"
paths = ["*.log"]
"""


def test_a_store_is_read_up_to_the_budget_and_files_whole(tmp_path: Path) -> None:
    """A store counts what is not read; nobody counts the rest of a file but we."""
    place = tmp_path / "paicha.toml"
    place.write_text(SETTINGS, "utf-8")
    choices = Choices(load_settings(place, {}, tmp_path))

    assert 5000 == choices.budget(("logs",))
    assert 5000 == choices.budget(("folder", "logs"))
    assert sys.maxsize == choices.budget(("folder",))
    assert sys.maxsize == choices.budget(())
