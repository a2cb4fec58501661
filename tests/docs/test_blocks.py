"""What the pages show as settings, formats and programs is what is read and run."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.docs.test_docs import PAGES, ROOT

from paicha.knowledge.formats_loader import check_samples, load_formats
from paicha.service.alerts.generic import load_mapping
from paicha.sources.http.description import load_description
from paicha.wiring.reading import load_settings


def blocks(kind: str) -> list[tuple[str, str]]:
    """Return the name of the page and the text of every block of that kind."""
    return [
        (page.name, block)
        for page in PAGES
        for block in re.findall(rf"```{kind}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    ]


def as_settings(file: Path) -> object:
    """Read a block of settings, behind the block of another place that says what it names."""
    block = file.read_text("utf-8")
    shown = dict(reversed(blocks("toml")))  # the first block of each page
    tables = tomllib.loads(block)
    if "schedules" in tables:
        block = f"{shown['alerts.md']}\n{block}"
    elif "profiles" in tables and "sources" not in tables:
        block = f"{shown['blueking.md']}\n{block}"
    file.write_text(block, "utf-8")
    return load_settings(file, {}, file.parent)


def as_format(file: Path) -> object:
    """Read a block as a log format, and run its samples."""
    formats = load_formats((file.parent,))
    assert () == check_samples(formats)
    return formats


#: Blocks that are no settings, by a table that they alone have.
OTHERS: dict[str, Callable[[Path], object]] = {
    "keeper": as_format,
    "fields": load_mapping,
    "request": load_description,
}


@pytest.mark.parametrize(("page", "block"), blocks("toml"))
def test_every_block_of_toml_is_read_without_a_mistake(
    tmp_path: Path, page: str, block: str
) -> None:
    """
    Settings, a log format, the fields of an alert, the description of a store.
    """
    file = tmp_path / "shown.toml"
    file.write_text(block, "utf-8")
    read = next(
        (read for table, read in OTHERS.items() if table in tomllib.loads(block)), as_settings
    )

    assert read(file) is not None, page


def test_every_block_of_other_kinds_is_what_it_is_called() -> None:
    """
    JSON, YAML, Python: read by what reads them.
    """
    assert [json.loads(block) for _, block in blocks("json")]
    assert [yaml.safe_load(block) for _, block in blocks("yaml")]
    assert [compile(block, page, "exec") for page, block in blocks("python")]


def test_every_file_and_room_that_the_architecture_names_is_there() -> None:
    """
    And every room of the package is named in it.
    """
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    package = ROOT / "src" / "paicha"
    named = set(re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:py|rs|toml)|(?:[\w-]+/)+[\w-]*)`", page))
    inner = (package, package / "kernel", package / "knowledge")
    folders = (ROOT, *inner, ROOT / "native" / "src")
    rooms = {
        folder.relative_to(package).as_posix()
        for folder in package.glob("*/")
        if (folder / "__init__.py").exists()
    } | {file.name for file in package.glob("*.py") if not file.name.startswith("__")}

    assert len(named) > 60
    assert [] == sorted(one for one in named if not any((f / one).exists() for f in folders))
    assert [] == sorted(room for room in rooms - {"version.py"} if f"`{room}" not in page)
