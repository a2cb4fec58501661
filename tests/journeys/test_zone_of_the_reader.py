"""A report read in another zone than it was asked in says what one asked there says."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from tests.cascades import cascade_investigated

from paicha.composition.brief import compose_page
from paicha.composition.compose import compose
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
