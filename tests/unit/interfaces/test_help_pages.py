"""The kept pages of ``--help``."""

from __future__ import annotations

import pytest

from paicha.interfaces.cli import help_pages
from paicha.interfaces.cli.main import main
from paicha.locales import LANGUAGES, Language

ENGLISH = {"LANG": "en_GB.UTF-8"}
CHINESE = {"LANG": "zh_CN.UTF-8"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [[], ["report"], ["sources", "list"], ["sql"]])
def test_a_kept_page_is_what_the_command_prints(
    words: list[str],
    language: Language,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody can tell a kept page from one that was made, in whichever language, also of a command without --lang."""
    monkeypatch.setenv("COLUMNS", str(help_pages.WIDTH))
    asked = [*words, "--lang", language, "--help"]
    main(asked)

    assert capsys.readouterr().out == help_pages.page(asked, 80)


def test_only_help_has_a_kept_page() -> None:
    """Anything else, and a terminal too narrow for the kept pages, goes the long way."""
    assert help_pages.page(["report", "x.duckdb"], 80) is None
    assert help_pages.page(["report", "x.duckdb", "--help"], 80) is None
    assert help_pages.page(["--help"], 79) is None
    assert help_pages.page(["-h"], 80) == help_pages.page(["--help"], 200)


def test_the_language_of_help_is_that_of_reports() -> None:
    """It is told by --lang, wherever it stands, then by PAICHA_LANGUAGE, then by the locale."""
    chinese = help_pages.page(["report", "-h"], 80, CHINESE)

    assert chinese is not None
    assert chinese.startswith("用法：paicha report [选项] {CASE}\n")
    assert chinese == help_pages.page(["report", "--lang=zh", "-h"], 80, ENGLISH)
    assert chinese == help_pages.page(["--lang", "zh", "report", "-h"], 80, ENGLISH)
    assert chinese == help_pages.page(["report", "-h"], 80, ENGLISH | {"PAICHA_LANGUAGE": "zh"})
    assert chinese != help_pages.page(["report", "-h"], 80, CHINESE | {"PAICHA_LANGUAGE": "en"})
    assert chinese != help_pages.page(["report", "-h"], 80, ENGLISH)
