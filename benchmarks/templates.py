"""
Score template mining on labelled logs: GA, FGA, PA, FTA.

Usage: python benchmarks/templates.py --data DIR [--raw] [--json] [--scorer FILE]

DIR holds one folder per system with NAME*.log and NAME*_structured*.csv, each plain or packed with gzip;
where there are corrected labels, those are used. The ordinary miner runs once over every set, with one
setting for all: over the messages, or with --raw over the whole lines, whose headers it has to understand.
The scores are those of score_templates.py, found in `bench` beside the data, in `shared/bench` beside
this checkout, or where --scorer says.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from paicha.errors import PaichaError
from paicha.testing.labelled import LabelledSet, find_sets, mine_file, mine_messages, read

#: Columns of the table, in the words of the scorer.
METRICS = ("GA", "FGA", "PA", "FTA")
SCORER = Path("bench", "score_templates.py")


class Unusable(Exception):
    """What is missing, for the reader."""


def main(argv: list[str] | None = None) -> int:
    """Print the scores; return 0, or 2 when there is nothing to score."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled sets")
    parser.add_argument("--raw", action="store_true", help="mine whole lines with their headers")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--scorer", type=Path, help="where score_templates.py is")
    asked = parser.parse_args(argv)
    try:
        document = scores(asked.data, scorer(asked.scorer, asked.data), raw=asked.raw)
    except (Unusable, PaichaError) as problem:
        print(f"templates: {problem}", file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps(document, indent=2))
        return 0
    rows = [*document["systems"].items(), ("mean", document["mean"])]
    width = max(len(name) for name, _ in rows) + 2
    print(" " * width + "".join(f"{metric:>7}" for metric in METRICS))
    for name, numbers in rows:
        print(f"{name:<{width}}" + "".join(f"{numbers[metric]:>7.3f}" for metric in METRICS))
    return 0


def scorer(named: Path | None, data: Path) -> Path:
    """Return the path of the scorer."""
    checkout = Path(__file__).resolve().parents[1]
    places = (
        [named]
        if named
        else [
            *(parent / SCORER for parent in data.resolve().parents),
            checkout.parent / "shared" / SCORER,
        ]
    )
    for place in places:
        if place.is_file():
            return place
    raise Unusable("score_templates.py is not there; name it with --scorer")


def scores(data: Path, script: Path, *, raw: bool) -> dict[str, Any]:
    """Mine every set under *data*, and return the scorer's numbers for each and their mean."""
    sets = find_sets(data)
    if not sets:
        raise Unusable(f"no *_structured*.csv under {data}")
    systems = {one.name: _scored(one, script, raw=raw) for one in sets}
    numbers = next(iter(systems.values()))
    mean = {
        metric: sum(system[metric] for system in systems.values()) / len(systems)
        for metric in numbers
        if metric.isupper()
    }
    return {"input": "lines" if raw else "messages", "systems": systems, "mean": mean}


def _scored(labelled: LabelledSet, script: Path, *, raw: bool) -> dict[str, Any]:
    lines = read(labelled.labels)
    if not raw:
        found = mine_messages(lines.messages)
    elif labelled.log is None:
        raise Unusable(f"{labelled.labels}: no log beside it")
    else:
        found = mine_file(labelled.log, len(lines.ids))
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder, "predictions.csv")
        with predictions.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(("line_id", "template"))
            writer.writerows(zip(lines.ids, found, strict=True))
        command = [sys.executable, str(script), str(predictions), str(labelled.labels), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unusable(f"{labelled.name}: {done.stderr.strip()}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


if __name__ == "__main__":
    sys.exit(main())
