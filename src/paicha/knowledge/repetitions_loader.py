"""
Loads what says that a line stands for several occurrences, from TOML: see `Repetition` for the keys.

The packaged files stand in ``knowledge/repetitions``; a test runs their samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from paicha.knowledge.table_files import packaged_tables
from paicha.locales import Text
from paicha.model.knowledge import Repetition


def load_repetitions() -> tuple[Repetition, ...]:
    """
    Return every way, in the order of files and tables.

    Example:
        >>> [one.id for one in load_repetitions() if one.before]
        ['line_before']
    """
    return tuple(_repetition(name, table) for name, table in packaged_tables("repetitions"))


# What TOML holds is of any type; a test reads every packaged table.
def _repetition(name: str, table: dict[str, Any]) -> Repetition:
    words = dict(table)
    title = words.pop("title")
    for key in ("patterns", "matches", "rejects"):
        words[key] = tuple(words.get(key, ()))
    return Repetition(name, Text(zh=title["zh"], en=title["en"]), **words)


def check_samples(repetitions: Iterable[Repetition]) -> tuple[str, ...]:
    """Return what is wrong with the samples of *repetitions*, one sentence each; empty when all hold."""
    wrong: list[str] = []
    for one in repetitions:
        wanted = {**dict.fromkeys(one.matches, True), **dict.fromkeys(one.rejects, False)}
        for sample, must in wanted.items():
            does = any(re.search(pattern, sample, re.IGNORECASE) for pattern in one.patterns)
            if does is not must:
                wrong.append(f"{one.id}: {'does not match' if must else 'matches'}: {sample!r}")
    return tuple(wrong)
