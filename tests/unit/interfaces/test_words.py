"""How the command line reads its own words."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from paicha.interfaces.cli.main import _hoisted, main
from paicha.interfaces.cli.progress import TerminalProgress
from paicha.interfaces.cli.times import shown_moment, shown_window
from paicha.model.question import Window


def test_options_of_the_program_move_to_the_front_but_not_past_two_dashes() -> None:
    """
    What stands behind -- is a file name, whatever it looks like.
    """
    words = ["demo", "--debug", "-o", "x", "--", "--no-input"]

    assert ["--debug", "demo", "-o", "x", "--", "--no-input"] == _hoisted(words)


def test_a_window_over_midnight_names_both_days() -> None:
    """
    The end has its date where it is another day than the start.
    """
    window = Window(
        datetime(2026, 1, 1, 15, 50, tzinfo=UTC), datetime(2026, 1, 1, 16, 5, tzinfo=UTC)
    )

    expected = "2026-01-01 23:50:00 – 2026-01-02 00:05:00 (Asia/Shanghai, UTC+08:00)"
    assert expected == shown_window(window, "Asia/Shanghai")


def test_a_missing_moment_is_a_dash() -> None:
    """
    Records without a time show as such.
    """
    assert "-" == shown_moment(None, "UTC")
    moment = datetime(2026, 1, 1, 15, 50, 1, 250_000, tzinfo=UTC)
    assert "2026-01-01 15:50:01.250+00:00" == shown_moment(moment, "UTC")


def test_progress_is_drawn_on_a_terminal() -> None:
    """
    Each stage has its line, with the figure and in the reader's language.
    """
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=80)
    with Progress(TextColumn("{task.description}", markup=False), console=console) as drawn:
        progress = TerminalProgress(drawn, "zh")
        progress.step("read", 1234, None)
        progress.step("measure", 1, 2)

    assert "已读取 1,234 条记录" in out.getvalue()
    assert "正在读取指标" in out.getvalue()


def test_the_version_is_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    """
    --version prints and ends with 0.
    """
    assert 0 == main(["--version"])
    assert capsys.readouterr().out.startswith("paicha ")
