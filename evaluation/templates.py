"""
Score shape and fold on labelled logs: GA, FGA, PA, FTA as in Loghub-2.0.

Usage: python evaluation/templates.py FOLDER [--show SYSTEM]

FOLDER holds one folder per system with ``*_structured_corrected.csv.gz`` (columns Content and
EventTemplate). One setting for all systems. The definitions are those of Jiang et al., ISSTA 2024. For PA
and FTA a placeholder with the unit stuck to it counts as ``<*>``, and the escape ``＜`` as ``<``.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow as pa

from paicha.engines.local import LocalEngine
from paicha.kernel.cells import ANY
from paicha.kernel.chunks import UNITS
from paicha.kernel.fold import fold
from paicha.model.schema import RECORDS, STORED_RECORDS

METRICS = ("GA", "FGA", "PA", "FTA")


def main(argv: list[str] | None = None) -> int:
    """Print the table of scores."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", help="print the groups of this system that are not right")
    asked = parser.parse_args(argv)
    results: dict[str, dict[str, float]] = {}
    for path in sorted(asked.folder.glob("*/*_structured_corrected.csv*")):
        contents, truth = read(path)
        predicted = mine(contents)
        results[path.parent.name] = score(predicted, truth)
        if asked.show == path.parent.name:
            show(predicted, truth)
    if not results:
        print(f"no *_structured_corrected.csv under {asked.folder}", file=sys.stderr)
        return 2
    results["mean"] = {m: sum(r[m] for r in results.values()) / len(results) for m in METRICS}
    print(f"{'':<12}" + "  ".join(f"{m:>5}" for m in METRICS))
    for system, numbers in results.items():
        print(f"{system:<12}" + "  ".join(f"{numbers[m]:5.3f}" for m in METRICS))
    return 0


def read(path: Path) -> tuple[list[str], list[str]]:
    """Return the messages of a labelled file and their true templates."""
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["EventTemplate"]]
    return [row["Content"] for row in rows], [row["EventTemplate"] for row in rows]


def mine(contents: list[str]) -> list[str]:
    """Return each message's template, as the product finds it, in the notation of the labels."""
    blank: dict[str, object] = {
        field.name: None if field.nullable else (0 if pa.types.is_integer(field.type) else "")
        for field in RECORDS
    }
    rows = [blank | {"body": content, "locator": str(at)} for at, content in enumerate(contents)]
    stored: list[pa.RecordBatch] = []
    sums = LocalEngine().summarise([pa.RecordBatch.from_pylist(rows, RECORDS)], stored.append)
    folded = fold(sums.counts, sums.slots, sums.slot_values, sums.slot_buckets)
    texts = dict(
        zip(
            folded.templates["template_id"].to_pylist(),
            folded.templates["text"].to_pylist(),
            strict=True,
        )
    )
    template_of = {
        row["shape"]: notation(texts[row["template_id"]])
        for row in folded.template_shapes.to_pylist()
    }
    shapes = pa.Table.from_batches(stored, STORED_RECORDS)["shape"].to_pylist()
    return [template_of[shape] for shape in shapes]


def notation(text: str) -> str:
    """Return a template with ``<*>`` for every placeholder and the unit stuck to it."""
    first, *rest = text.split("<")
    out = [first]
    for piece in rest:
        _, _, after = piece.partition(">")
        stuck = len(after)
        while stuck and not (after[:stuck] in UNITS and not after[stuck : stuck + 1].isalnum()):
            stuck -= 1
        out.append(ANY + after[stuck:])
    return "".join(out).replace("＜", "<")


def score(predicted: list[str], truth: list[str]) -> dict[str, float]:
    """Return GA, FGA, PA and FTA."""
    groups: dict[str, set[str]] = defaultdict(set)
    wanted: dict[str, set[str]] = defaultdict(set)
    for text, label in zip(predicted, truth, strict=True):
        groups[label].add(text)
        wanted[text].add(label)
    size, true_size = Counter(predicted), Counter(truth)
    right = [
        label
        for label, texts in groups.items()
        if len(texts) == 1 and size[next(iter(texts))] == true_size[label]
    ]
    exact = sum(1 for text, labels in wanted.items() if labels == {text})
    return {
        "GA": sum(true_size[label] for label in right) / len(truth),
        "FGA": _f1(len(right) / len(size), len(right) / len(true_size)),
        "PA": sum(a == b for a, b in zip(predicted, truth, strict=True)) / len(truth),
        "FTA": _f1(exact / len(size), exact / len(true_size)),
    }


def _f1(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def show(predicted: list[str], truth: list[str]) -> None:
    """Print predictions that are not the label, most lines first."""
    pairs = Counter(
        (label, text) for text, label in zip(predicted, truth, strict=True) if text != label
    )
    for (label, text), n in pairs.most_common(60):
        print(f"{n:5} truth {label}\n      found {text}")


if __name__ == "__main__":
    sys.exit(main())
