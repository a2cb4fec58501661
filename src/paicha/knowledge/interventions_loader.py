"""
Loads what tells of interventions from TOML.

A file holds one table per kind; keys: ``title``, ``patterns`` (by language), ``excludes``, ``matches`` and
``rejects``: lines that must and must not match.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from paicha.analysis.suspects.interventions import kinds_of
from paicha.knowledge.packaged import packaged_tables
from paicha.locales import Text
from paicha.model.knowledge import InterventionKind


def load_interventions() -> tuple[InterventionKind, ...]:
    """Return every kind, in the order of their files and tables: of two that fit a line the first one is taken."""
    return tuple(_kind(name, table) for name, table in packaged_tables("interventions"))


# What TOML holds is of any type; a test reads every packaged kind.
def _kind(name: str, table: dict[str, Any]) -> InterventionKind:
    title = table["title"]
    return InterventionKind(
        id=name,
        title=Text(zh=title["zh"], en=title["en"]),
        patterns=(*table["patterns"]["en"], *table["patterns"]["zh"]),
        excludes=tuple(table.get("excludes", ())),
        matches=tuple(table["matches"]),
        rejects=tuple(table["rejects"]),
    )


def check_samples(kinds: Iterable[InterventionKind]) -> tuple[str, ...]:
    """Return what is wrong with the samples of *kinds*, one sentence each; empty when all hold."""
    wrong: list[str] = []
    for kind in kinds:
        samples = [*kind.matches, *kind.rejects]
        found = kinds_of(pa.array(samples, pa.string()), (kind,))
        wanted = [True] * len(kind.matches) + [False] * len(kind.rejects)
        wrong += [
            f"{kind.id}: {'does not match' if must else 'matches'}: {sample!r}"
            for place, (sample, must) in enumerate(zip(samples, wanted, strict=True))
            if (place in found) is not must
        ]
    return tuple(wrong)
