"""What help says of commands, arguments and options."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from paicha.interfaces.cli import help_pages
from paicha.interfaces.cli.help_texts import key_of
from paicha.interfaces.cli.main import app_with
from paicha.locales import LANGUAGES, Language, catalogue
from paicha.renderers.columns import columns_of, wrapped

#: Words that stay as they are in Chinese: names, options, metavars, values, examples.
_KEPT = re.compile(
    r"^    (?:paicha|kubectl) .*$|^  -.*?(?:  |$)|^  [a-z]+  |[A-Z]{2,}(?:[|:][A-Z]+)*|--?[a-z][a-z-]*|<[^>]*>|\[SQL\]|'[^']*'|\S*[0-9./_]\S*",
    re.MULTILINE,
)


def pages(language: Language) -> dict[str, str]:
    """Return every kept page in *language*."""
    kept = resources.files("paicha.interfaces.cli").joinpath(help_pages.file_of(language))
    found: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return found


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield *command* and all below it, with the words that ask for them."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


def test_every_text_of_the_catalogue_belongs_to_something() -> None:
    """A text of a command or an option that is gone does not stay behind, and shared ones are shared."""
    every = list(commands(app_with("en")))
    known = {f"{key_of(path)}.about" for path, _ in every} | {"paicha.end"}
    for path, command in every:
        names = [max(p.opts, key=len).lstrip("-").replace("-", "_") for p in command.params]
        known |= {f"{place}.{name}" for name in names for place in (key_of(path), "shared")}
    said = {key.removeprefix("help.") for key in catalogue("en") if key.startswith("help.")}

    assert set() == {key for key in said if not key.startswith("page.")} - known
    assert len(every) > 25


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_help_is_wider_than_the_terminal(language: Language) -> None:
    """Chinese letters take two columns; only the examples, which are copied, may be longer."""
    for words, page in pages(language).items():
        wide = [line for line in page.splitlines() if columns_of(line) > help_pages.WIDTH]
        assert [] == [line for line in wide if not line.startswith("    paicha ")], words


def test_a_chinese_page_has_no_english_sentence() -> None:
    """Outside of names, options and examples no two English words follow each other, and the marks are Chinese."""
    for words, page in pages("zh").items():
        told = _KEPT.sub(" ", page.partition("\n\n")[2])
        assert [] == re.findall(
            r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", told.replace("Model Context Protocol", "")
        ), words
        assert [] == re.findall(r"[\u4e00-\u9fff][,;:?!.(]", told), words


def test_help_says_what_holds_where_nothing_is_said() -> None:
    """A limit that is not there is none, not a zero; values that are there are named, with their bounds."""
    page = pages("en")["investigate"]
    flat = " ".join(page.split())

    assert (
        "Bytes read from one source, as 2GB [default: no limit but that of the settings]." in flat
    )
    assert "[default: 0" not in flat
    assert "How many of its own cases stay [default: 100; at least 1]." in " ".join(
        pages("en")["mcp"].split()
    )
    assert "最多保留的自有案卷数（默认：100；至少 1）。" in pages("zh")["mcp"]


def test_a_line_ends_before_no_mark_that_closes() -> None:
    """As Chinese is set: no comma, full stop or closing bracket begins a line; a word too long for one is cut."""
    assert ["数据源", "（默认：空），", "完。"] == wrapped("数据源（默认：空），完。", 14)
    assert ["全部读", "取，完"] == wrapped("全部读取，完", 8)
    assert ["abcdef", "ghi 一", "二"] == wrapped("abcdefghi 一二", 6)
