"""
Functions of pyarrow, made when somebody asks for them.

`pyarrow.compute` writes a Python function for each of the three hundred that the library has, with its signature: a
third of the time that its import takes. A run asks for sixty of them.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

_MODULE = "pyarrow.compute"
_LIBRARY = "pyarrow._compute"
#: What gives the library's functions, and what makes one of Python for each of them.
_REGISTRY, _MAKER = "function_registry", "_make_global_functions"
_MAKING = threading.RLock()


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
                if hasattr(spec.loader, "get_code"):
                    spec.loader = _Loader(spec.loader)  # type: ignore[assignment]  # of what it is asked for
                return spec
        return None


class _Loader:
    """Loads the module as *found* does, but for its functions."""

    def __init__(self, found: Any) -> None:  # a loader that has code
        self._found = found

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return what the loader that was found returns."""
        module: ModuleType | None = self._found.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Fill *module*; from here on it was loaded by the loader that was found."""
        module.__loader__ = self._found
        if module.__spec__:
            module.__spec__.loader = self._found
        code: CodeType | None = self._found.get_code(module.__name__)
        if code is None or not {_REGISTRY, _MAKER} <= set(code.co_names):
            self._found.exec_module(module)
            return
        library = import_module(_LIBRARY)
        registry: Callable[[], Any] = getattr(library, _REGISTRY)
        # What the module itself asks for by its name is made at once.
        at_once = _Few(registry(), [name for name in code.co_consts if isinstance(name, str)])
        setattr(library, _REGISTRY, lambda: at_once)
        try:
            exec(code, vars(module))  # noqa: S102 - as its loader does
        finally:
            setattr(library, _REGISTRY, registry)
        setattr(module, _REGISTRY, registry)
        vars(module)["__getattr__"] = _Maker(module, registry)


class _Few:
    """The library's functions *every*, of which only those with one of the *names* are told."""

    def __init__(self, every: Any, names: Collection[str]) -> None:  # a registry
        self._every = every
        self._names = names

    def list_functions(self) -> list[str]:
        """Return their names."""
        known = set(self._every.list_functions())
        return [name for name in self._names if name in known]

    def get_function(self, name: str) -> Any:
        """Return one."""
        return self._every.get_function(name)


class _Maker:
    """Makes a function that the module does not have yet, as the module does."""

    def __init__(self, module: ModuleType, registry: Callable[[], Any]) -> None:
        self._module = module
        self._registry = registry

    def __call__(self, name: str) -> Any:  # the function
        if not name.startswith("__"):
            # Two stand under another name, for theirs is a word of Python: `and_`.
            with _MAKING:
                self._make({name, name.removesuffix("_")})
        try:
            return vars(self._module)[name]
        except KeyError:
            raise AttributeError(f"module {_MODULE!r} has no attribute {name!r}") from None

    def _make(self, names: set[str]) -> None:
        # Another thread may have made it meanwhile.
        missing = [name for name in names if name not in vars(self._module)]
        few = _Few(self._registry(), missing)
        setattr(self._module, _REGISTRY, lambda: few)
        try:
            getattr(self._module, _MAKER)()
        finally:
            setattr(self._module, _REGISTRY, self._registry)
