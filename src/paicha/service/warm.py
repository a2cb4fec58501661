"""
What every run needs, loaded once: imported by the clean process that runs are forked from.

Nothing here may start a thread: a process with threads cannot be forked safely.
"""

from __future__ import annotations

import importlib
from contextlib import suppress

from paicha.kernel.normalise import LineReader
from paicha.service import child
from paicha.wiring.assembly import Assembly
from paicha.wiring.settings import Settings

#: DuckDB imports it at its first statement where it is installed: 0.5 s of each run.
_ANYWAY = "pandas"


def warm() -> None:
    """Load the built-in knowledge and compile the patterns of its formats: 1 s of each run."""
    knowledge = Assembly(Settings.empty()).knowledge()
    LineReader(knowledge.formats, "UTC")
    with suppress(ImportError):
        importlib.import_module(_ANYWAY)


warm()

__all__ = ["child", "warm"]
