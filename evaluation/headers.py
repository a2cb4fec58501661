"""
Say what of the headers of in-house software is understood.

Usage: python evaluation/headers.py FOLDER [--formats]

FOLDER is one that ``evaluation/corpora.py FOLDER --headers work`` wrote. For every header: PA and FTA of the messages
alone and of the whole lines, and the share of lines whose time and level are what the header says (-: it says none)
and for which a module or a service was read. --formats also says which formats took the lines.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from paicha.kernel.levels import LevelReader
from paicha.kernel.normalise import LineReader
from paicha.knowledge.formats_loader import load_formats
from paicha.testing.labelled import LabelledSet, find_sets, mine_file, mine_messages, read, score


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--formats", action="store_true", help="name the formats that took the lines"
    )
    asked = parser.parse_args(argv)
    print(f"{'':<28}{'messages':>13}{'whole lines':>15}{'time':>8}{'level':>7}{'module':>8}")
    rows = []
    for one in find_sets(asked.folder):
        log = one.log
        if log is None:
            continue
        labels = read(one.labels)
        alone = score(mine_messages(labels.messages), labels.templates)
        whole = score(mine_file(log, len(labels.ids)), labels.templates)
        shares, formats = understood(one, log)
        figures = [alone["PA"], alone["FTA"], whole["PA"], whole["FTA"], *shares]
        rows.append(figures)
        print(_row(one.name, figures), *(formats if asked.formats else ()))
    print(_row("mean", [_mean(column) for column in zip(*rows, strict=True)]))
    return 0


def understood(one: LabelledSet, log: Path) -> tuple[list[float | None], list[tuple[str, int]]]:
    """Return the shares of lines whose time, level and module were read, and the formats that took them."""
    reader = LineReader(load_formats(), "UTC", datetime(2025, 12, 31, tzinfo=UTC))
    levels = LevelReader({})
    with one.labels.open(encoding="utf-8", newline="") as handle:
        truth = list(csv.DictReader(handle))
    right: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    for text, row in zip(log.read_text("utf-8").splitlines(), truth, strict=True):
        parsed = reader.read_line(text)
        formats["-" if parsed is None else parsed.format] += 1
        if parsed is None:
            continue
        if row["Time"]:
            moment = datetime.fromisoformat(row["Time"])
            right["time"] += (
                parsed.timestamp_us is not None
                and parsed.timestamp_us // 1_000_000 == int(moment.timestamp())
            )
        if row["Level"]:
            right["level"] += parsed.severity_number == levels.read(row["Level"])[0]
        right["module"] += bool(parsed.scope_name or parsed.service_name or parsed.code_file_path)
    count = len(truth)
    time = right["time"] / count if truth[0]["Time"] else None
    level = right["level"] / count if truth[0]["Level"] else None
    return [time, level, right["module"] / count], formats.most_common(4)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _row(name: str, figures: Sequence[float | None]) -> str:
    texts = ["-" if value is None else f"{value:.3f}" for value in figures]
    return f"{name:<28}" + "".join(f"{text:>7}" for text in texts)


if __name__ == "__main__":
    sys.exit(main())
