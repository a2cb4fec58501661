"""
Loads what tells of interventions from TOML.

A file holds one table per kind; keys: ``title``, ``patterns`` (by language), ``excludes``, ``moves_load``,
``silences``, ``matches`` and ``rejects``: lines that must and must not match. The packaged files stand in
``knowledge/interventions``; folders of the user's add kinds or replace them by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from paicha.analysis.suspects.interventions import kinds_of
from paicha.errors import KnowledgeError
from paicha.knowledge.intervention_table import InterventionTable
from paicha.knowledge.table_files import checked_tables, files_of, packaged_tables
from paicha.model.knowledge import InterventionKind


def load_interventions(extra_folders: Sequence[Path] = ()) -> tuple[InterventionKind, ...]:
    """
    Return every kind: of two that fit a line the first one is taken.

    Those of the user's folders come first, in the order of their files and tables, because who writes one
    knows better; then the packaged ones in theirs. The samples of the packaged kinds are checked by their
    tests, those of the user's folders here.

    Args:
        extra_folders: Folders with TOML files of the same form; a kind in a later one replaces the kind
            of the same id.

    Raises:
        KnowledgeError: If anything is wrong: all mistakes at once, each with its file and key.
    """
    mistakes: list[str] = []
    added: dict[str, InterventionKind] = {}
    for folder in extra_folders:
        for name, key, table in checked_tables(files_of(folder), mistakes, "a kind"):
            kind = InterventionTable(f"{name}: {key}", key, table, mistakes).read()
            if kind is not None:
                added[kind.id] = kind
    if not mistakes:
        mistakes += check_samples(added.values())
    packaged = [
        InterventionTable(name, name, table, mistakes, compiled=False).read()
        for name, table in packaged_tables("interventions")
    ]
    if mistakes:
        raise KnowledgeError(
            "knowledge.interventions_invalid", count=len(mistakes), mistakes="\n  ".join(mistakes)
        )
    rest = (kind for kind in packaged if kind is not None and kind.id not in added)
    return (*added.values(), *rest)


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
