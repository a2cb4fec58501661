"""``paicha`` and ``python -m paicha``: the command line."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from paicha import kept
from paicha.interfaces.cli.help_pages import page
from paicha.version import __version__

#: Containers made before rubbish is looked for. At Python's 700 a reading of 200,000 records of a store spends a
#: fifth of its time on looking, and finds nothing (`benchmarks/README.md`).
_CONTAINERS_PER_LOOK = 50_000


def main() -> int:
    """Print a page of help, or import the command line, run it and return its exit code."""
    if help_page := page(sys.argv[1:]):
        sys.stdout.write(help_page)
        return 0
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"paicha {__version__}\n")
        return 0
    # Importing takes a moment. Ctrl-C in it ends the process at once, instead of showing where in
    # somebody's library it was; whoever ignores the signal (a job in the background) goes on so.
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What is imported stays: looking for rubbish in it takes a tenth of the start.
    gc.disable()
    _leave_pandas_out(sys.argv[1:])
    kept.open_file(kept.folder_of(os.environ))
    from paicha.interfaces.cli.main import main as run  # noqa: PLC0415 - see above

    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, before)
    gc.freeze()
    gc.set_threshold(_CONTAINERS_PER_LOOK, *gc.get_threshold()[1:])
    gc.enable()
    try:
        return run()
    finally:
        kept.close_file()


def _leave_pandas_out(words: Sequence[str]) -> None:
    """Keep what reads and writes tables from importing pandas, where somebody installed it."""
    # pyarrow and duckdb import it to recognise its tables, which nobody here hands them: 0.8 of 1.9 s of CPU
    # (benchmarks/cold_start.py). Spark's client does need it.
    if not any("spark" in word for word in words) and "serve" not in words:
        sys.meta_path.insert(0, _WithoutPandas())


class _WithoutPandas(MetaPathFinder):
    """Says that pandas is not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse pandas; leave everything else to the other finders."""
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


if __name__ == "__main__":
    sys.exit(main())
