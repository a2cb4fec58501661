"""A report read in another zone than it was asked in says what one asked there says."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from tests.cascades import cascade_investigated

import paicha
from paicha.composition.brief import compose_page
from paicha.composition.compose import compose
from paicha.errors import QuestionError
from paicha.locales import LANGUAGES, Language
from paicha.model.findings import Findings
from paicha.testing.cascade import Cascade

#: Sections in which sentences name times; the others say where files lie and how the case was asked for.
TOLD = {"verdict", "problems", "change", "suspects", "timeline", "summary"}


def words(part: object) -> list[str]:
    """Return every text in a part of a report, in order."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, tuple):
        return [word for item in part for word in words(item)]
    if is_dataclass(part) and not isinstance(part, Findings):
        return [word for field in fields(part) for word in words(getattr(part, field.name))]
    return []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_the_times_of_the_reader(language: Language, tmp_path: Path) -> None:
    """Not the window alone: also since when a problem goes on, and when a suspect first showed."""
    there, here = (
        cascade_investigated(Cascade(0), tmp_path, zone).findings
        for zone in ("UTC", "Asia/Kolkata")
    )

    moved = compose(there, language, "Asia/Kolkata").sections
    own = compose(here, language).sections

    for expected, actual in zip(own, moved, strict=True):
        if expected.id in TOLD:
            assert words(expected) == words(actual)
    assert words(compose_page(here, language).sections[:4]) == words(
        compose_page(there, language, "Asia/Kolkata").sections[:4]
    )


def test_a_window_in_the_second_of_two_equal_hours_says_why_it_is_empty(tmp_path: Path) -> None:
    """Stamps without a zone count in the first of the two; the second was empty, or held a part, without a word."""
    log = tmp_path / "app.log"
    hour = [
        f"2025-11-02 01:{at:02d}:00,000 ERROR [main] a.B - job {at} failed\n" for at in range(60)
    ]
    later = [f"2025-11-02 02:{at:02d}:00,000 INFO [main] a.B - job {at} ran\n" for at in range(60)]
    log.write_text("".join([*hour, *hour, *later]))
    said = "Clocks in America/New_York were set back from 02:00 to 01:00 on 2025-11-02"

    def asked(start: str, end: str) -> list[str]:
        found = paicha.investigate(log, zone="America/New_York", start=start, end=end).findings
        return [note.text.en for note in found.quality if note.text.en.startswith(said)]

    with pytest.raises(QuestionError) as refused:
        asked("2025-11-02T06:00:00Z", "2025-11-02T07:00:00Z")

    assert said in str(refused.value)
    assert 1 == len(asked("2025-11-02T06:30:00Z", "2025-11-02T07:30:00Z"))
    assert 1 == len(
        asked("2025-11-02T07:00:00Z", "2025-11-02T07:30:00Z")
    )  # its baseline lies there
    assert [] == asked("2025-11-02T07:30:00Z", "2025-11-02T07:50:00Z")
