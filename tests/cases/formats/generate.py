"""
Writes the zoo: ``python -m tests.cases.formats.generate`` in the repository's folder.

What is expected of a record is what the program that writes it was given to say; nothing here reads logs.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.cases.formats import (
    applications,
    blueking,
    daemons,
    databases,
    exports,
    inhouse,
    machines,
    middleware,
    operations,
    rows,
    servers,
    structured,
    systems,
    variants,
)
from tests.cases.formats.writing import Species

FOLDER = Path(__file__).parent / "zoo"
SPECIES: tuple[Species, ...] = (
    *applications.SPECIES,
    *blueking.SPECIES,
    *servers.SPECIES,
    *machines.SPECIES,
    *systems.SPECIES,
    *structured.SPECIES,
    *inhouse.SPECIES,
    *rows.SPECIES,
    *middleware.SPECIES,
    *databases.SPECIES,
    *operations.SPECIES,
    *daemons.SPECIES,
    *exports.SPECIES,
    *variants.SPECIES,
)


def contents(species: Species) -> tuple[bytes, str]:
    """Return a species' log file and its expectations."""
    lines, records = species.grow()
    log = species.line_end.join([*lines, ""]).encode(species.encoding)
    rows = (json.dumps(row, ensure_ascii=False) for row in records)
    return log, "\n".join([*rows, ""])


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for species in SPECIES:
        log, rows = contents(species)
        (FOLDER / f"{species.name}.log").write_bytes(log)
        (FOLDER / f"{species.name}.jsonl").write_text(rows, "utf-8")


if __name__ == "__main__":
    main()
