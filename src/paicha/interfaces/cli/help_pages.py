"""
The pages that ``--help`` prints, kept as text in each language.

Making them means importing every command and what it works with, which takes most of a second. They are
written by ``make reference`` from the commands themselves, and a test compares them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence

from paicha.interfaces.cli.spoken import language_of_words, without_language
from paicha.locales import Language
from paicha.package_files import folder_of

#: Columns the kept pages are set in; a narrower terminal has its pages made for it.
WIDTH = 80
_HELP = ("-h", "--help")


def page(
    words: Sequence[str], columns: int | None = None, environ: Mapping[str, str] = os.environ
) -> str | None:
    """
    Return the kept page that *words* ask for; None when they ask for anything else.

    Args:
        words: The arguments of ``paicha``, for example ``["report", "--help"]``.
        columns: How wide the terminal is; None: find out.
        environ: Says the language where *words* do not.
    """
    if words and not any(word in _HELP for word in words):
        return None
    *command, last = without_language(words) or [_HELP[0]]
    if last not in _HELP:
        return None
    if (shutil.get_terminal_size((WIDTH, 24)).columns if columns is None else columns) < WIDTH:
        return None
    kept = folder_of(__package__).joinpath(file_of(language_of_words(words, environ)))
    if not kept.is_file():
        return None
    pages: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return pages.get(" ".join(command))


def file_of(language: Language) -> str:
    """Return the name of the file that holds the pages in *language*."""
    return f"help_pages.{language}.json"
