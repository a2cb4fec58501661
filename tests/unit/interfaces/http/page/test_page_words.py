"""The catalogue of the page and its templates belong together."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from paicha.interfaces.http import page as package
from paicha.interfaces.http.page.forms import BASELINES, QUICK
from paicha.interfaces.http.page.words import PageWords, chosen_language
from paicha.locales import LANGUAGES, Language, catalogue, placeholders
from paicha.model.question import Window
from paicha.model.service import ROLES, STATES, Trigger

FOLDER = Path(package.__path__[0])
SOURCES = sorted([*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.j2")])
#: Messages whose last part is put together where they are used.
FAMILIES = {
    "places": ("start", "history", "compare", "audit"),
    "roles": ROLES,
    "states": STATES,
    "triggers": get_args(Trigger),
    "units": ("d", "h", "min", "s"),
    "quick": tuple(f"w{length}" for length in QUICK),
    "baselines": tuple((name or "settings").replace("-", "_") for name in BASELINES),
    "stages": ("bytes", "read", "present", "measure", "analyse"),
    "asked": (
        "window",
        "profile",
        "sources",
        "metrics",
        "hosts",
        "services",
        "where",
        "biz",
        "index_set",
        "baseline",
        "by_label",
        "attempts",
    ),
}


def used() -> set[str]:
    """Return the key of every message that a template or a module says."""
    written = "\n".join(path.read_text("utf-8") for path in SOURCES)
    said = set(re.findall(r"""say\(\s*['"]([a-z_]+(?:\.[a-z_0-9]+)*)['"]\s*[,)]""", written))
    labels = set(re.findall(r'for label in \(("[^)]*)\)', written))
    said |= {key for label in labels for key in re.findall(r'"([a-z_.]+)"', label)}
    return said | {f"{name}.{part}" for name, parts in FAMILIES.items() for part in parts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_there_and_none_is_left_over(language: Language) -> None:
    """A template cannot say what no catalogue holds, and no sentence is translated for nobody."""
    known = {key.removeprefix("page.") for key in catalogue(language) if key.startswith("page.")}

    assert len(known) > 100
    assert set() == used() - known
    assert set() == known - used()


def test_both_languages_want_the_same_values() -> None:
    """A placeholder of one language is one of the other."""
    for key, words in catalogue("en").items():
        if key.startswith("page."):
            assert placeholders(words) == placeholders(catalogue("zh")[key]), key


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "language"),
    [
        ("zh", "en", "en", "zh"),
        ("", "zh", "en-GB", "zh"),
        ("", "", "en-GB,zh;q=0.5", "en"),
        ("xx", "yy", "fr", "zh"),
        ("", "", "zh-TW;q=0.9,en;q=0.2", "zh"),
    ],
)
def test_the_nearest_choice_of_a_language_wins(
    asked: str, remembered: str, accepted: str, language: Language
) -> None:
    """The address, then the cookie, then the browser, then the settings."""
    assert language == chosen_language(asked, remembered, accepted, "zh")


def test_a_window_over_midnight_says_both_dates() -> None:
    """In the zone of the reader."""
    start = datetime(2026, 1, 1, 15, 30, tzinfo=UTC)
    words = PageWords("en", "Asia/Shanghai")

    assert "2026-01-01 23:30:00 – 2026-01-02 00:30:00" == words.window(
        Window(start, start + timedelta(hours=1))
    )
    assert "1 h" == words.length(timedelta(hours=1))
