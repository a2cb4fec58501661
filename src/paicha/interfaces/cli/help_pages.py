"""
The pages that ``--help`` prints, kept as text.

Making them means importing every command and what it works with, which takes most of a second. They are
written by ``make reference`` from the commands themselves, and a test compares them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from importlib import resources

#: Columns the kept pages are set in; a narrower terminal has its pages made for it.
WIDTH = 80
FILE = "help_pages.json"
_HELP = ("-h", "--help")


def page(words: Sequence[str], columns: int | None = None) -> str | None:
    """
    Return the kept page that *words* ask for; None when they ask for anything else.

    Args:
        words: The arguments of ``paicha``, for example ``["report", "--help"]``.
        columns: How wide the terminal is; None: find out.
    """
    if words and words[-1] not in _HELP:
        return None
    if (shutil.get_terminal_size((WIDTH, 24)).columns if columns is None else columns) < WIDTH:
        return None
    kept = resources.files(__package__).joinpath(FILE)
    if not kept.is_file():
        return None
    pages: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return pages.get(" ".join(words[:-1]))
