"""
Metric concepts from TOML: one table per concept, one file per group.

The packaged files stand in ``knowledge/metrics``; folders of the user's add concepts or replace them by
id. A concept's names under ``blueking``, ``node_exporter``, ``windows_exporter`` and ``cadvisor`` are tables
with ``name``, ``scale`` (what turns the value into the concept's unit) and ``query`` (PromQL; ``{host}`` is
where the host matcher goes, ``{step}`` the range of one step, ``{rate}`` that of a rate); ``column`` is a list
of headers, or of such tables.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from paicha.errors import KnowledgeError
from paicha.kept import toml
from paicha.knowledge.metric_table import MetricTable
from paicha.model.knowledge import MetricConcept

Files = Sequence[tuple[str, Traversable | Path]]


def load_concepts(extra_folders: Sequence[Path] = ()) -> tuple[MetricConcept, ...]:
    """
    Return every metric concept, in the order of the metrics table.

    Args:
        extra_folders: Folders with TOML files of the same form; a concept in a later one replaces the
            concept of the same id.

    Raises:
        KnowledgeError: If anything is wrong: all mistakes at once, each with its file and key.

    Example:
        >>> [concept.threshold for concept in load_concepts() if concept.id == "cpu_usage"]
        [95.0]
    """
    mistakes: list[str] = []
    known: dict[str, MetricConcept] = {}
    for files in (metric_files(), *(metric_files(folder) for folder in extra_folders)):
        seen: dict[str, str] = {}
        for file, concept in _read(files, mistakes):
            if concept.id in seen:
                mistakes.append(f"{file}: {concept.id}: stands in {seen[concept.id]} already")
            seen[concept.id] = file
            known[concept.id] = concept
    concepts = tuple(sorted(known.values(), key=lambda concept: (concept.order, concept.id)))
    mistakes += _shared_names(concepts)
    if mistakes:
        raise KnowledgeError("metrics.invalid", count=len(mistakes), mistakes="\n  ".join(mistakes))
    return concepts


def metric_files(folder: Path | None = None) -> Files:
    """
    Return ``(name, file)`` of every TOML file of *folder* (None: the packaged ones), sorted.

    Raises:
        KnowledgeError: If *folder* does not exist.
    """
    if folder is None:
        packaged = resources.files(__package__).joinpath("metrics").iterdir()
        return sorted(
            ((entry.name, entry) for entry in packaged if entry.name.endswith(".toml")),
            key=lambda named: named[0],
        )
    if not folder.is_dir():
        raise KnowledgeError("metrics.folder_missing", path=folder)
    return [(path.name, path) for path in sorted(folder.glob("*.toml"))]


def _read(files: Files, mistakes: list[str]) -> Iterator[tuple[str, MetricConcept]]:
    for name, file in files:
        for key, table in _parse(name, file, mistakes).items():
            if not isinstance(table, Mapping):
                mistakes.append(f"{name}: {key}: is not a table; a concept is written [{key}]")
                continue
            concept = MetricTable(f"{name}: {key}", key, table, mistakes).read(
                group=name.removesuffix(".toml")
            )
            if concept is not None:
                yield name, concept


def _parse(name: str, file: Traversable | Path, mistakes: list[str]) -> Mapping[str, object]:
    try:
        return toml(file.read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        mistakes.append(f"{name}: {error}")
        return {}


def _shared_names(concepts: Sequence[MetricConcept]) -> Iterator[str]:
    owner: dict[tuple[str, str], str] = {}
    for concept in concepts:
        for name in concept.names:
            first = owner.setdefault((name.system, name.name), concept.id)
            if first != concept.id:
                yield f"{concept.id}.{name.system}: {name.name} is a name of {first} already"
