"""The argument that names a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paicha.facade.investigation import case_place

CasePath = Annotated[Path, typer.Argument(metavar="CASE", parser=case_place)]
