"""The built-in knowledge with what the settings add to it."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from paicha import version
from paicha.errors import UsageError
from paicha.kept import derived, state_of
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.interventions_loader import load_interventions
from paicha.knowledge.measures_loader import load_measures
from paicha.knowledge.metrics_loader import load_concepts
from paicha.knowledge.places_loader import load_places
from paicha.knowledge.problems_loader import load_problems
from paicha.knowledge.repetitions_loader import load_repetitions
from paicha.model.knowledge import Knowledge, LogFormat

#: What the fingerprint follows from beside the settings' folders: it takes 9 ms to write all of the knowledge down.
_MADE_BY = tuple(
    Path(version.__file__).with_name(name) for name in ("knowledge", "model", "values.py")
)

#: What a folder of knowledge may hold beside the package's own.
_KINDS = ("problems", "metrics", "formats", "interventions")


@cache
def knowledge_of(folders: tuple[Path, ...]) -> Knowledge:
    """Return the built-in knowledge and that of *folders*, with its fingerprint."""
    parts = [_parts(folders, part) for part in _KINDS]
    problems, concepts = load_problems(parts[0]), load_concepts(parts[1])
    formats, interventions = formats_of(folders), load_interventions(parts[3])
    measures, repetitions, places = load_measures(), load_repetitions(), load_places()
    others = interventions, measures, repetitions, places

    def fingerprint() -> str:
        content = repr((problems, concepts, formats, *others)).encode()
        return hashlib.sha256(content).hexdigest()

    return Knowledge(problems, concepts, formats, _kept_of(folders, fingerprint), *others)


@cache
def formats_of(folders: tuple[Path, ...]) -> tuple[LogFormat, ...]:
    """Return the log formats of that knowledge: what reading begins with, a fifth of all."""
    return load_formats(_parts(folders, "formats"))


def fingerprint_of(folders: tuple[Path, ...]) -> str:
    """Return the fingerprint of that knowledge, which need not be loaded for it where an earlier start was told."""
    return _kept_of(folders, lambda: knowledge_of(folders).fingerprint)


def _kept_of(folders: Sequence[Path], fingerprint: Callable[[], str]) -> str:
    places = (folder for part in _KINDS for folder in _parts(folders, part))
    try:
        state = state_of(*_MADE_BY, *places)
    except OSError:  # the package stands in an archive
        return fingerprint()
    return str(derived("fingerprint", state, fingerprint))


def _parts(folders: Sequence[Path], part: str) -> tuple[Path, ...]:
    """Return the folders named *part* inside *folders*; one that is missing altogether stays named."""
    return tuple(
        folder / part for folder in folders if (folder / part).is_dir() or not folder.is_dir()
    )


def refuse_unknown_format(name: str, known: Sequence[LogFormat]) -> None:
    """
    Refuse a name that no log format has.

    Raises:
        UsageError: Naming those that look like it.
    """
    names = sorted(entry.name for entry in known)
    if name and name not in names:
        near = difflib.get_close_matches(name, names, 5, 0.4)
        raise UsageError("files.unknown_format", name=name, near=", ".join(near) or "-")
