"""
Arrow's functions, made when they are first asked for.

`pyarrow.compute` makes a Python function, with its documentation and signature, of each of some 300 functions of Arrow's while it is
imported, of which a run calls sixty: a sixtieth of `paicha demo` (benchmarks/README.md, "Cold start").
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_MODULE, _FUNCTIONS = "pyarrow.compute", "pyarrow._compute"
_REGISTRY, _WRAP = "function_registry", "_wrap_function"
#: Functions whose names are words of Python's.
_NAMES = {"and_": "and", "or_": "or"}
#: Functions that the module gives a second name while it is imported.
_AT_ONCE = ("utf8_zero_fill",)


class LateFunctions:
    """Finds the module whose functions wait; leaves everything else to the other finders."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what the other finders return, with a loader that lets functions wait."""
        if fullname != _MODULE:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                spec.loader = spec.loader and _Loader(spec.loader)  # type: ignore[assignment]  # of what it is asked for
                return spec
        return None


class _Loader:
    """Loads a module as *found* does, but for the functions that it makes of a registry."""

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
        functions, held = vars(import_module(_FUNCTIONS)), vars(module)
        registry = functions[_REGISTRY]
        functions[_REGISTRY] = few = partial(_Few, registry())
        try:
            self._found.exec_module(module)
        except KeyError:  # it gives others a second name
            held.pop(_REGISTRY, None)
        finally:
            functions[_REGISTRY] = registry
        if held.get(_REGISTRY) is few and _WRAP in held:
            held |= {_REGISTRY: registry, "__getattr__": _Making(held, registry())}
        else:  # another version: as it makes them itself
            for name in [name for name in held if not name.startswith("__")]:
                del held[name]
            self._found.exec_module(module)


class _Few:
    """
    A registry of few functions.

    Args:
        registry: Arrow's.
    """

    def __init__(self, registry: Any) -> None:
        self.get_function = registry.get_function

    def list_functions(self) -> list[str]:
        """Return their names."""
        return list(_AT_ONCE)


class _Making:
    """
    Makes the function that a module is asked for and does not have.

    Args:
        held: What the module has.
        registry: Arrow's.
    """

    def __init__(self, held: dict[str, Any], registry: Any) -> None:
        self._held = held
        self._registry = registry

    def __call__(self, name: str) -> Any:
        """Return the function *name*, which the module has from now on."""
        try:
            function = self._registry.get_function(_NAMES.get(name, name))
        except KeyError:
            function = None
        if function is None or not _is_callable(function):
            raise AttributeError(f"module {_MODULE!r} has no attribute {name!r}")
        self._held[name] = self._held[_WRAP](name, function)
        return self._held[name]


def _is_callable(function: Any) -> bool:
    """Return whether the module makes a function of it: aggregates of groups, and such of nothing, are for grouping alone."""
    if function.kind == "hash_aggregate":
        return False
    return not (function.kind == "scalar_aggregate" and function.arity == 0)
