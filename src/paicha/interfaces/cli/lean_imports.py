"""What libraries load and take for their own sake, and no command needs: a sixth of a start where all of it is installed."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping, Sequence
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from paicha.interfaces.cli.late_classes import LateClasses

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

#: pyarrow and duckdb import pandas to recognise its tables, which nobody here hands them: 0.8 of 1.9 s of CPU
#: (benchmarks/cold_start.py). pyarrow imports numpy where it is installed, 0.07 s, and does without it where it is
#: not. It asks for dateutil each time it makes a column of Python values, to recognise its intervals; where it is
#: not installed it is looked for each time anew. Its grouping takes its data sets in, with their readers of every
#: format, and does without them where they were not built.
_LEFT_OUT = ("pandas", "numpy", "dateutil", "pyarrow.dataset")
#: Reads the parameters of pyarrow's functions out of their documentation, to document them.
_READER_OF_DOCS = "pyarrow.vendored.docscrape"
#: Python's own from 3.11 on; msgspec prefers these where they are installed, and does without: 4 ms.
_BACKPORTS = "typing_extensions"
#: Asks what packages are installed, and reads e-mail for it, to say which version it is: 0.01 s.
_TELLER_OF_VERSION = "duckdb._version"
#: Arrow's own allocator takes two megabytes at a time, all of which the kernel clears: a twentieth of a run's CPU
#: seconds and 50 MB (benchmarks/notes.md, "Beside the scan").
_ALLOCATOR = ("ARROW_DEFAULT_MEMORY_POOL", "system")


def use_plain_memory(environ: MutableMapping[str, str]) -> None:
    """Let Arrow, if it is not imported yet, take memory as every other library does, unless *environ* says how."""
    environ.setdefault(*_ALLOCATOR)


def leave_out(words: Sequence[str]) -> None:
    """
    Keep libraries from importing what the command line *words* does not need.

    Spark's client does need pandas, and the service may start runs that count on Spark.
    """
    if not any("spark" in word for word in words) and "serve" not in words:
        sys.meta_path.insert(0, _Without(_LEFT_OUT))
    sys.meta_path.insert(0, LateClasses())
    _without_backports("msgspec")
    without_docs = ModuleType(_READER_OF_DOCS)
    vars(without_docs)["NumpyDocString"] = _no_docs
    sys.modules.setdefault(_READER_OF_DOCS, without_docs)
    sys.modules.setdefault(_TELLER_OF_VERSION, _Version(_TELLER_OF_VERSION))


def _no_docs(_documentation: str) -> dict[str, list[str]]:
    return {"Parameters": []}


def _without_backports(user: str) -> None:
    """Import the module *user*, which asks for backports that are there to be found where they are not."""
    if _BACKPORTS in sys.modules:
        return
    without = _Without((_BACKPORTS,))
    sys.meta_path.insert(0, without)
    try:
        import_module(user)
    finally:
        sys.meta_path.remove(without)


class _Version(ModuleType):
    """Says the version that the engine says; everything else it leaves to the module that it stands for."""

    def __getattr__(self, name: str) -> Any:  # whatever the module has
        if name in ("__version__", "__duckdb_version__"):
            return import_module("_duckdb").__version__
        if name in ("version", "build_info"):
            return partial(self._call, name)
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._whole(), name)

    def _call(self, name: str) -> Any:
        return getattr(self._whole(), name)()

    def _whole(self) -> ModuleType:
        sys.modules.pop(self.__name__, None)
        return import_module(self.__name__)


class _Without:
    """
    Says that what is left out is not installed.

    Args:
        names: What is left out.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse what is left out; leave everything else to the other finders."""
        del path, target
        if fullname in self._names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None
