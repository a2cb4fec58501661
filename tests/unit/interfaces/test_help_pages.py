"""The kept pages of ``--help``."""

from __future__ import annotations

import pytest

from paicha.interfaces.cli import help_pages
from paicha.interfaces.cli.main import main


@pytest.mark.parametrize("words", [[], ["report"], ["sources", "list"]])
def test_a_kept_page_is_what_the_command_prints(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can tell a kept page from one that was made."""
    monkeypatch.setenv("COLUMNS", str(help_pages.WIDTH))
    main([*words, "--help"])

    assert capsys.readouterr().out == help_pages.page([*words, "--help"], 80)


def test_only_help_has_a_kept_page() -> None:
    """Anything else, and a terminal too narrow for the kept pages, goes the long way."""
    assert help_pages.page(["report", "x.duckdb"], 80) is None
    assert help_pages.page(["report", "x.duckdb", "--help"], 80) is None
    assert help_pages.page(["--help"], 79) is None
    assert help_pages.page(["-h"], 80) == help_pages.page(["--help"], 200)
