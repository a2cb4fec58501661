"""
What lines that tell of trouble say, from TOML: see `TroubleWords` for the keys.

The packaged file stands in ``knowledge/trouble``; a test runs its samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from paicha.knowledge.table_files import packaged_tables
from paicha.model.knowledge import TroubleWords

#: A word as engines index text: letters and digits with dots between them, each Chinese character by itself.
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+(?:['.][^\W\u4e00-\u9fff]+)*")
_SAMPLE_DAY = date(2025, 12, 19)


@cache
def load_trouble_words() -> tuple[TroubleWords, ...]:
    """
    Return every group, in the order they are asked.

    Example:
        >>> [group.id for group in load_trouble_words()]
        ['levels', 'letters', 'failures', 'answers']
    """
    return tuple(
        TroubleWords(name, **{key: tuple(listed) for key, listed in table.items()})
        for name, table in packaged_tables("trouble")
    )


def check_samples(groups: Iterable[TroubleWords]) -> tuple[str, ...]:
    """Return what is wrong with the samples of *groups*, one sentence each; empty when all hold."""
    wrong: list[str] = []
    for group in groups:
        asked = [_indexed(words) for words in group.asked([_SAMPLE_DAY])]
        for sample, must in {
            **dict.fromkeys(group.finds, True),
            **dict.fromkeys(group.misses, False),
        }.items():
            if any(words in _indexed(sample) for words in asked) is not must:
                wrong.append(f"{group.id}: {'does not find' if must else 'finds'}: {sample!r}")
    return tuple(wrong)


def _indexed(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
