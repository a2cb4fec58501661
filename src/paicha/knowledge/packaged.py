"""Tables of the TOML files that the package brings along."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

from paicha.kept import toml


# What TOML holds is of any type; a test reads every packaged table.
def packaged_tables(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and what it holds of each table in *folder*, in the order of the files and tables."""
    files = resources.files(__package__).joinpath(folder).iterdir()
    for source in sorted(files, key=lambda entry: entry.name):
        if source.name.endswith(".toml"):
            yield from toml(source.read_text("utf-8")).items()
