"""The reader's language and zone come from the settings, else from the machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from paicha.wiring.settings import General, Settings
from paicha.wiring.surroundings import language_of, zone_of

NOTHING_SET = Settings.empty()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_US"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_first_locale_variable_that_is_set_decides(
    environ: dict[str, str], language: str
) -> None:
    """
    LC_ALL comes before LC_MESSAGES, which comes before LANG.
    """
    assert language == language_of(NOTHING_SET, environ)


def test_a_language_that_was_set_wins() -> None:
    """
    The settings come before the locale.
    """
    settings = replace(NOTHING_SET, general=General(language="en"))

    assert "en" == language_of(settings, {"LANG": "zh_CN.UTF-8"})


def test_the_zone_is_the_machines_when_nobody_set_one(tmp_path: Path) -> None:
    """
    Settings, TZ, the machine's link, UTC: in this order.
    """
    zones = tmp_path / "zoneinfo" / "Asia"
    zones.mkdir(parents=True)
    (zones / "Tokyo").touch()
    link = tmp_path / "localtime"
    link.symlink_to(zones / "Tokyo")

    assert "Asia/Tokyo" == zone_of(NOTHING_SET, {}, link)
    assert "Asia/Shanghai" == zone_of(NOTHING_SET, {"TZ": ":Asia/Shanghai"}, link)
    assert "UTC" == zone_of(NOTHING_SET, {}, tmp_path / "missing")
    set_by_hand = replace(NOTHING_SET, general=General(zone="Europe/Paris"))
    assert "Europe/Paris" == zone_of(set_by_hand, {"TZ": "UTC"}, link)
