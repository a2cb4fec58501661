"""
Metric concepts from TOML: one table per concept, one file per group.

The packaged files stand in ``knowledge/metrics``; folders of the user's add concepts or replace them by
id. A concept's names under ``blueking``, ``node_exporter``, ``windows_exporter`` and ``cadvisor`` are tables
with ``name``, ``scale`` (what turns the value into the concept's unit) and ``query`` (PromQL; ``{host}`` is
where the host matcher goes, ``{step}`` the range of one step, ``{rate}`` that of a rate); ``column`` is a list
of headers, or of such tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from paicha.errors import KnowledgeError
from paicha.knowledge.metric_table import MetricTable
from paicha.knowledge.table_files import Files, checked_tables, files_of, packaged_files
from paicha.model.knowledge import MetricConcept


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
    for files in (packaged_files("metrics"), *map(_files, extra_folders)):
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


def _files(folder: Path) -> Files:
    return files_of(folder, missing="metrics.folder_missing")


def _read(files: Files, mistakes: list[str]) -> Iterator[tuple[str, MetricConcept]]:
    for name, key, table in checked_tables(files, mistakes, "a concept"):
        concept = MetricTable(f"{name}: {key}", key, table, mistakes).read(
            group=name.removesuffix(".toml")
        )
        if concept is not None:
            yield name, concept


def _shared_names(concepts: Sequence[MetricConcept]) -> Iterator[str]:
    owner: dict[tuple[str, str], str] = {}
    for concept in concepts:
        for name in concept.names:
            first = owner.setdefault((name.system, name.name), concept.id)
            if first != concept.id:
                yield f"{concept.id}.{name.system}: {name.name} is a name of {first} already"
