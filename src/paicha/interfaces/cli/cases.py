"""The argument that names a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paicha.facade import CASE_FILE


def case_place(text: str) -> Path:
    """Return the case file that is meant: a folder stands for the one that an investigation wrote into it."""
    place = Path(text)
    return place / CASE_FILE if place.is_dir() else place


CasePath = Annotated[Path, typer.Argument(metavar="CASE", parser=case_place)]
