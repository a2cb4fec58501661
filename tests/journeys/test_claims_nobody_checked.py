"""A claim that no metric could check is not counted as checked: it would read like good news."""

from __future__ import annotations

from pathlib import Path

import pytest

import paicha
from paicha.locales import Language

LOG = "2025-03-04 05:06:07 ERROR System memory insufficient, service will stop\n"


@pytest.mark.parametrize(
    ("language", "fact", "section"),
    [
        (
            "en",
            "**0** contradictions between log and metrics, but no claim could be checked; not verifiable: 1",
            "No claim of the log could be checked; not verifiable: 1.",
        ),
        (
            "zh",
            "**0** 处矛盾，但没有核对到任何说法（无法核实的有 1 项）",
            "日志中的说法一项也没有核对到（无法核实的有 1 项）。",
        ),
    ],
)
def test_the_first_screen_says_that_nothing_was_checked(
    tmp_path: Path, language: Language, fact: str, section: str
) -> None:
    """No metrics were read, so "claims checked: 1" would be false calm."""
    log = tmp_path / "app.log"
    log.write_text(LOG)
    lines = paicha.investigate(log, zone="UTC").render("md", language).decode().splitlines()

    assert [f"- {fact}"] == [line for line in lines if fact in line]
    assert section in lines
