"""The built-in knowledge with what the settings add to it."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from paicha.errors import UsageError
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.interventions_loader import load_interventions
from paicha.knowledge.metrics_loader import load_concepts
from paicha.knowledge.problems_loader import load_problems
from paicha.model.knowledge import Knowledge, LogFormat


@cache
def knowledge_of(folders: tuple[Path, ...]) -> Knowledge:
    """Return the built-in knowledge and that of *folders*, with its fingerprint."""
    problems = load_problems(_parts(folders, "problems"))
    concepts = load_concepts(_parts(folders, "metrics"))
    formats = load_formats(_parts(folders, "formats"))
    interventions = load_interventions(_parts(folders, "interventions"))
    content = repr((problems, concepts, formats, interventions)).encode()
    fingerprint = hashlib.sha256(content).hexdigest()
    return Knowledge(problems, concepts, formats, fingerprint, interventions)


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
