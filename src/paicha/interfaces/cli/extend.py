"""`paicha extend`: more files for a case, or the rest of those whose reading was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paicha.facade import prepare_extension
from paicha.interfaces.cli import options
from paicha.interfaces.cli.cases import CasePath
from paicha.interfaces.cli.investigate import Metrics, finish
from paicha.interfaces.cli.session import open_session

MoreFiles = Annotated[list[str] | None, typer.Argument(metavar="FILES")]


def extend(
    case: CasePath,
    files: MoreFiles = None,
    *,
    metrics: Metrics = None,
    lang: options.Lang = None,
    kind: options.Format = None,
    output: options.Output = None,
    fail_on: options.FailOn = None,
    config: options.Config = None,
) -> int:
    """Add log files to a case, or read on where its reading was stopped."""
    session = open_session(config, lang)
    prepared = prepare_extension(
        case,
        files or (),
        metrics=metrics or (),
        settings=session.settings,
        language=session.language if lang else None,
    )
    folder = output if kind or output else Path(case).parent
    return finish(prepared, kind, folder, case, fail_on)
