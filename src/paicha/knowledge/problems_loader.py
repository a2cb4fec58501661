"""
Problem classes from TOML: one table per class, one file per category.

The packaged files stand in ``knowledge/problems``; folders of the user's add classes or replace them by
id. ``{word}`` in a pattern stands for an alternative of ``_words.toml``; the excludes under ``[common]``
there hold for every class.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from paicha.analysis.classify import matching
from paicha.errors import KnowledgeError
from paicha.knowledge.problem_table import ProblemTable, Words
from paicha.knowledge.table_files import (
    Files,
    checked_tables,
    files_of,
    packaged_files,
    parsed,
)
from paicha.model.knowledge import ProblemClass

_WORDS = "_words.toml"


def load_problems(extra_folders: Sequence[Path] = ()) -> tuple[ProblemClass, ...]:
    """
    Return every problem class, sorted by id.

    The samples of the packaged classes are checked by their tests; those of the user's folders here,
    because nobody else does.

    Args:
        extra_folders: Folders with TOML files of the same form; a class in a later one replaces the
            class of the same id.

    Raises:
        KnowledgeError: If anything is wrong: all mistakes at once, each with its file and key.
    """
    mistakes: list[str] = []
    words = _load_words(mistakes)
    known = {
        problem.id: problem
        for problem in _read(packaged_files("problems"), words, mistakes, compiled=False)
    }
    for folder in extra_folders:
        for problem in _read(files_of(folder), words, mistakes):
            known[problem.id] = problem
            mistakes += (f"{folder.name}: {mistake}" for mistake in check_samples(problem))
    if mistakes:
        raise KnowledgeError(
            "knowledge.invalid", count=len(mistakes), mistakes="\n  ".join(mistakes)
        )
    return tuple(known[key] for key in sorted(known))


def check_samples(problem: ProblemClass) -> tuple[str, ...]:
    """Return a sentence for every sample of *problem* that does not behave as it should."""
    low = problem.below_warn
    return (
        *_misfits(problem, "", problem.matches, problem.rejects),
        *_misfits(problem, "below_warn.", low.matches, low.rejects),
    )


def _misfits(
    problem: ProblemClass, part: str, matches: Sequence[str], rejects: Sequence[str]
) -> Iterator[str]:
    samples = (*matches, *rejects)
    fits = matching(problem, samples, below_warn=bool(part))
    wanted = [True] * len(matches) + [False] * len(rejects)
    for sample, does, must in zip(samples, fits, wanted, strict=True):
        if does is not must:
            place = f"{problem.id}.{part}{'matches' if must else 'rejects'}"
            yield f"{place}: {'does not match' if must else 'matches'}: {sample!r}"


def fingerprint(extra_folders: Sequence[Path] = ()) -> str:
    """Return the SHA-256 over the names and bytes of all files the classes come from."""
    digest = hashlib.sha256()
    for files in (packaged_files("problems"), *map(files_of, extra_folders)):
        for name, file in files:
            content = file.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _load_words(mistakes: list[str]) -> Words:
    by_name = dict(packaged_files("problems"))
    table = parsed(_WORDS, by_name[_WORDS], mistakes)
    return Words.from_table(table)


def _read(
    files: Files, words: Words, mistakes: list[str], *, compiled: bool = True
) -> Iterator[ProblemClass]:
    classes = [named for named in files if not named[0].startswith("_")]
    for name, key, table in checked_tables(classes, mistakes, "a class"):
        entry = ProblemTable(f"{name}: {key}", key, table, mistakes, compiled)
        problem = entry.read(category=name.removesuffix(".toml"), words=words)
        if problem is not None:
            yield problem
