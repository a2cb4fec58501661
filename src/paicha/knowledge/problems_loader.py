"""
Problem classes from TOML: one table per class, one file per category.

The packaged files stand in ``knowledge/problems``; folders of the user's add classes or replace them by
id. ``{word}`` in a pattern stands for an alternative of ``_words.toml``; the excludes under ``[common]``
there hold for every class.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from paicha.analysis.classify import matching
from paicha.errors import KnowledgeError
from paicha.kept import toml
from paicha.knowledge.problem_table import ProblemTable, Words
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
        problem.id: problem for problem in _read(_package_files(), words, mistakes, compiled=False)
    }
    for folder in extra_folders:
        for problem in _read(_folder_files(folder), words, mistakes):
            known[problem.id] = problem
            mistakes += (f"{folder.name}: {mistake}" for mistake in check_samples(problem))
    if mistakes:
        raise KnowledgeError(
            "knowledge.invalid", count=len(mistakes), mistakes="\n  ".join(mistakes)
        )
    return tuple(known[key] for key in sorted(known))


def check_samples(problem: ProblemClass) -> tuple[str, ...]:
    """Return a sentence for every sample of *problem* that does not behave as it should."""
    samples = (*problem.matches, *problem.rejects)
    fits = matching(problem, samples)
    wanted = [True] * len(problem.matches) + [False] * len(problem.rejects)
    return tuple(
        f"{problem.id}.{'matches' if must else 'rejects'}: "
        f"{'does not match' if must else 'matches'}: {sample!r}"
        for sample, does, must in zip(samples, fits, wanted, strict=True)
        if does is not must
    )


def fingerprint(extra_folders: Sequence[Path] = ()) -> str:
    """Return the SHA-256 over the names and bytes of all files the classes come from."""
    digest = hashlib.sha256()
    for files in (_package_files(), *map(_folder_files, extra_folders)):
        for name, file in files:
            content = file.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


Files = Sequence[tuple[str, Traversable | Path]]


def _package_files() -> Files:
    folder = resources.files(__package__).joinpath("problems")
    return sorted(
        ((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda named: named[0],
    )


def _folder_files(folder: Path) -> Files:
    if not folder.is_dir():
        raise KnowledgeError("knowledge.folder_missing", path=folder)
    return [(path.name, path) for path in sorted(folder.glob("*.toml"))]


def _load_words(mistakes: list[str]) -> Words:
    by_name = dict(_package_files())
    table = _parse(_WORDS, by_name[_WORDS], mistakes)
    return Words.from_table(table)


def _read(
    files: Files, words: Words, mistakes: list[str], *, compiled: bool = True
) -> Iterator[ProblemClass]:
    for name, file in files:
        if name.startswith("_"):
            continue
        for key, table in _parse(name, file, mistakes).items():
            if not isinstance(table, Mapping):
                mistakes.append(f"{name}: {key}: is not a table; a class is written [{key}]")
                continue
            entry = ProblemTable(f"{name}: {key}", key, table, mistakes, compiled)
            problem = entry.read(category=name.removesuffix(".toml"), words=words)
            if problem is not None:
                yield problem


def _parse(name: str, file: Traversable | Path, mistakes: list[str]) -> Mapping[str, object]:
    try:
        return toml(file.read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        mistakes.append(f"{name}: {error}")
        return {}
