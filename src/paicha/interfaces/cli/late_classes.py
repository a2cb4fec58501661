"""
Dataclasses of libraries, finished when their first value is made.

`dataclasses.dataclass` writes and compiles six functions a class. DuckDB's relations have thirty-six such classes, most of which no
command ever makes a value of: 45 of the 360 ms that the imports of `paicha demo` take (benchmarks/notes.md, "Cold
start"). `paicha.values` does the same for classes of our own, which have slots.
"""

from __future__ import annotations

import dataclasses
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType

#: Modules with many dataclasses that have few values.
_MODULES = ("duckdb._relation", "duckdb._sources.nodes")
#: What a class is asked for before it has a value; all but the last tell whether it is a dataclass, and of what fields.
_PENDING = ("__dataclass_fields__", "__dataclass_params__", "__match_args__", "__init__")
_FINISHING = threading.RLock()
_dataclass = dataclasses.dataclass


class LateClasses:
    """Finds the modules whose dataclasses wait; leaves everything else to the other finders."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what the other finders return, with a loader that lets dataclasses wait."""
        if fullname not in _MODULES:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                spec.loader = spec.loader and _Loader(spec.loader)  # type: ignore[assignment]  # of what it is asked for
                return spec
        return None


class _Loader:
    """Loads a module as *found* does, but for its dataclasses."""

    def __init__(self, found: Loader) -> None:
        self._found = found

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return what the loader that was found returns."""
        return self._found.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Fill *module*; from here on it was loaded by the loader that was found."""
        module.__loader__ = self._found
        if module.__spec__:
            module.__spec__.loader = self._found
        with _waiting():
            self._found.exec_module(module)


@contextmanager
def _waiting() -> Iterator[None]:
    vars(dataclasses)["dataclass"] = late
    try:
        yield
    finally:
        vars(dataclasses)["dataclass"] = _dataclass


def late(written: type | None = None, /, **options: Any) -> Any:  # as `dataclasses.dataclass`
    """Return the class *written*, which becomes the dataclass it is to be when it is first asked for anything of one."""

    def waiting(written: type) -> type:
        at_once = options.get("slots") or not options.get("init", True)
        if at_once or any(name in vars(written) for name in _PENDING):
            return _dataclass(**options)(written)
        for name in _PENDING:
            setattr(written, name, _Pending(name, written, options))
        return written

    return waiting if written is None else waiting(written)


def _finish(written: type, options: dict[str, Any]) -> None:
    """Make the class *written* the dataclass it is to be, once."""
    with _FINISHING:
        if not isinstance(vars(written)["__init__"], _Pending):
            return
        aside = (*_PENDING, "__dict__", "__weakref__")
        body = {name: held for name, held in vars(written).items() if name not in aside}
        whole: type = _dataclass(**options)(
            type(written)(written.__name__, written.__bases__, body)
        )
        # No other thread may see the class without an ``__init__``, so it keeps the one that waits to the end.
        written.__doc__ = whole.__doc__
        _dataclass(**{**options, "init": False})(written)
        for name in _PENDING[1:]:
            if name in vars(whole):
                setattr(written, name, vars(whole)[name])
            else:
                delattr(written, name)


class _Pending:
    """Stands in a class for an attribute that is made when somebody asks for it."""

    def __init__(self, name: str, written: type, options: dict[str, Any]) -> None:
        self._name = name
        self._written = written
        self._options = options

    def __get__(self, value: object, owner: type) -> Any:
        _finish(self._written, self._options)
        return getattr(owner if value is None else value, self._name)
