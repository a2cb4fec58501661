"""
How well templates are found on labelled lines.

A labelled set is a folder with a log and a table that names every line's true template, as the public
benchmarks lay them out: ``NAME*.log`` and ``NAME*_structured*.csv`` with the columns ``LineId``,
``Content`` and ``EventTemplate``, each plain or packed with gzip. The measures are those of Jiang et
al., ISSTA 2024.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from paicha.engines.local import LocalEngine
from paicha.errors import InputError
from paicha.kernel.cells import ANY
from paicha.kernel.fold import fold
from paicha.kernel.units import UNITS
from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope
from paicha.model.schema import RECORDS, STORED_RECORDS
from paicha.sources.files.source import FileSource

METRICS = ("GA", "FGA", "PA", "FTA")
_PLACEHOLDER = re.compile(r"<(\w+)>")
#: What nothing or only a point parts.
_JOINED = re.compile(r"<\*>(?:\.?<\*>)+")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?")
_CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d\d:\d\d(?:,\d{3})?")
_UNITS = frozenset(unit for unit in UNITS if unit.isalpha())
_TABLE = "_structured"
_CORRECTED = "_corrected"


class LabelledSet(NamedTuple):
    """One system's labelled lines: its name, the table of labels, the whole lines where there are any."""

    name: str
    labels: Path
    log: Path | None


class Labelled(NamedTuple):
    """The lines of a set in their order."""

    ids: list[str]
    messages: list[str]
    templates: list[str]  # empty: the line has no label


def find_sets(folder: Path) -> list[LabelledSet]:
    """Return the labelled sets under *folder*, by name; corrected labels go before original ones."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob(f"*{_TABLE}*.csv*")):
        if path.name.removesuffix(".gz").endswith(".csv"):
            found[path.name.partition("_")[0].partition(".")[0]].append(path)
    return [
        LabelledSet(name, labels, _log_beside(labels))
        for name, paths in sorted(found.items(), key=lambda item: item[0].lower())
        for labels in [min(paths, key=lambda path: (_CORRECTED not in path.name, path))]
    ]


def _log_beside(labels: Path) -> Path | None:
    stem = labels.name.partition(_TABLE)[0]
    for name in (stem, f"{stem}.gz", f"{stem}.log", f"{stem}.log.gz"):
        path = labels.with_name(name)
        if path.is_file():
            return path
    return None


def read(labels: Path) -> Labelled:
    """Return the lines of a table of labels."""
    opened = gzip.open if labels.name.endswith(".gz") else open
    with opened(labels, "rt", encoding="utf-8", errors="replace", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return Labelled(*([row[name] or "" for row in rows] for name in _COLUMNS))


_COLUMNS = ("LineId", "Content", "EventTemplate")


def mine_messages(messages: Sequence[str]) -> list[str]:
    """Return each message's template, as the product finds it, in the notation of the labels."""
    blank: dict[str, object] = {
        field.name: None if field.nullable else (0 if pa.types.is_integer(field.type) else "")
        for field in RECORDS
    }
    rows = [blank | {"body": body, "locator": f":{at + 1}"} for at, body in enumerate(messages)]
    found = mine([pa.RecordBatch.from_pylist(rows, RECORDS)])
    return [found[at + 1] for at in range(len(messages))]


def mine_file(log: Path, lines: int) -> list[str]:
    """
    Return the template of each of the first *lines* lines of a file, headers read as for a report.

    A line that joins the record before it (a stack trace) has that record's template.

    Raises:
        InputError: If the file cannot be read.
    """
    source = FileSource([log], load_formats())
    with source.open(LogQuery(None, Scope(), "UTC", 1 << 62)) as reading:
        found = mine(reading)
    templates: list[str] = []
    for number in range(1, lines + 1):
        templates.append(found.get(number, templates[-1] if templates else ""))
    return templates


def mine(batches: Iterable[pa.RecordBatch]) -> dict[int, str]:
    """Return the template of each record by its line number, in the notation of the labels."""
    stored: list[pa.RecordBatch] = []
    sums = LocalEngine().summarise(batches, stored.append)
    folded = fold(sums.counts, sums.slots, sums.slot_values, sums.slot_buckets)
    ids, texts = (folded.templates[name].to_pylist() for name in ("template_id", "text"))
    members = {name: folded.template_shapes[name].to_pylist() for name in ("shape", "template_id")}
    shape_of = dict(
        zip(*(reversed(members[name]) for name in ("template_id", "shape")), strict=True)
    )
    first = _first_values(sums.slot_values)
    text_of = {
        template_id: notation(text, _times(text, shape_of[template_id], first))
        for template_id, text in zip(ids, texts, strict=True)
    }
    template_of = {
        shape: text_of[template_id] for shape, template_id in zip(*members.values(), strict=True)
    }
    records = pa.Table.from_batches(stored, STORED_RECORDS)
    columns = (records[name].to_pylist() for name in ("locator", "shape"))
    return {_line(locator): template_of[shape] for locator, shape in zip(*columns, strict=True)}


def _line(locator: str) -> int:
    return int(locator.rpartition(":")[2].partition("@")[0])


def _first_values(slot_values: pa.Table) -> dict[tuple[str, int], str]:
    """Return the smallest value of each variable of each shape."""
    least = slot_values.group_by(["shape", "slot"]).aggregate([("value", "min")])
    columns = (least[name].to_pylist() for name in ("shape", "slot", "value_min"))
    return {(shape, slot): value for shape, slot, value in zip(*columns, strict=True)}


def _times(text: str, shape: str, first: Mapping[tuple[str, int], str]) -> list[str]:
    """Return a value for each time in a template's text, from one of its shapes; a header's come before."""
    kinds = [found[1] for found in _PLACEHOLDER.finditer(shape)]
    values = [first.get((shape, slot), "") for slot, kind in enumerate(kinds) if kind == "time"]
    return values[len(values) - text.count("<time>") :]


def notation(text: str, times: Sequence[str] = ()) -> str:
    """
    Return a template as the corrected labels write it.

    Every placeholder is ``<*>``, and so are the letters stuck to it: labels take a word with a variable in it for
    a variable; ``%`` and ``/`` are marks between words. Variables that nothing or only a point parts are one. In a
    time each number is a variable, the words of a date go with them.

    Args:
        text: The template.
        times: A value of each ``<time>`` in it.

    Example:
        >>> notation("freed <number>MB of <id> in <number> s, used <number>%")
        'freed <*> of <*> in <*> s, used <*>%'
        >>> notation("<word><number> due at <time>", ["2025-12-19 10:37:32.279"])
        '<*> due at <*>-<*>-<*> <*>:<*>:<*>'
    """
    moments = iter(times)
    first, *rest = text.split("<")
    out = [first]
    for piece in rest:
        kind, _, after = piece.partition(">")
        stuck = len(after)
        while stuck and not (after[:stuck] in _UNITS and not after[stuck : stuck + 1].isalnum()):
            stuck -= 1
        out.append((_moment(next(moments, "")) if kind == "time" else ANY) + after[stuck:])
    return _JOINED.sub(ANY, "".join(out)).replace("＜", "<")


def _moment(value: str) -> str:
    """Return how labels write a time that looks like *value*."""
    date, clock = _DATE.match(value), _CLOCK.search(value)
    said = "<*>-<*>-<*>" if date else ""
    if clock is None:
        return said or ANY
    between = value[date.end() : clock.start()].replace("T", "") if date else ""
    return said + between + "<*>:<*>:<*>" + (",<*>" if clock[0][-4:-3] == "," else "")


def score(predicted: Sequence[str], truth: Sequence[str]) -> dict[str, float]:
    """Return GA, FGA, PA and FTA; lines without a label are left out."""
    pairs = [(text, label) for text, label in zip(predicted, truth, strict=True) if label]
    if not pairs:
        raise InputError("files.empty", path="-")
    groups: dict[str, set[str]] = defaultdict(set)
    wanted: dict[str, set[str]] = defaultdict(set)
    for text, label in pairs:
        groups[label].add(text)
        wanted[text].add(label)
    size, true_size = (Counter(side) for side in zip(*pairs, strict=True))
    right = [
        label
        for label, texts in groups.items()
        if len(texts) == 1 and size[next(iter(texts))] == true_size[label]
    ]
    exact = sum(1 for text, labels in wanted.items() if labels == {text})
    return {
        "GA": sum(true_size[label] for label in right) / len(pairs),
        "FGA": _f1(len(right) / len(size), len(right) / len(true_size)),
        "PA": sum(text == label for text, label in pairs) / len(pairs),
        "FTA": _f1(exact / len(size), exact / len(true_size)),
    }


def mean(results: Iterable[dict[str, float]]) -> dict[str, float]:
    """Return the unweighted mean of every measure."""
    rows = list(results)
    return {metric: sum(row[metric] for row in rows) / len(rows) for metric in METRICS}


def _f1(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0
