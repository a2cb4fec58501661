"""
Dataclasses that cost little until the first value is made.

Of the 260 dataclasses that `paicha demo` imports 110 never have a value, and the standard library writes and
compiles six functions for each: a fifth of all CPU from the start to the report (benchmarks/notes.md). Here
a class gets its slots where it is declared and the rest when it is first asked for, and only one
``__init__`` is compiled for all classes whose fields are alike. What a value is, how it is written, compared and hashed, and what
`dataclasses.fields`, `replace` and `asdict` make of it is as the standard library says.
"""

from __future__ import annotations

import dataclasses
import operator
import re
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from types import CellType, CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

_Class = TypeVar("_Class", bound=type)
_Field = dataclasses.Field[Any]
_Values = Callable[[object], tuple[object, ...]]

#: One class is finished at a time; finishing one may finish those it inherits from.
_FINISHING = threading.RLock()
#: What a class is asked for before it has a value, in the order of finishing: who finds the last finds all.
_PENDING = ("__match_args__", "__dataclass_params__", "__dataclass_fields__", "__init__")
#: Kinds of fields that mean something to the standard library itself.
_OF_LIBRARY = re.compile("ClassVar|InitVar|KW_ONLY")
#: Given for a field that makes its own default.
_ABSENT = object()
_ORDERINGS = {
    "__lt__": operator.lt,
    "__le__": operator.le,
    "__gt__": operator.gt,
    "__ge__": operator.ge,
}


def _dataclass(
    *, slots: Literal[True], frozen: bool = False, order: bool = False
) -> Callable[[_Class], _Class]:
    del slots  # said where a class is declared, as to the standard library

    def made(written: _Class) -> _Class:
        return _slotted(written, frozen=frozen, order=order)

    return made


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - type checkers know this one
else:
    dataclass = _dataclass


def _slotted(written: _Class, *, frozen: bool, order: bool) -> _Class:
    """Return the class *written* once more, with slots; it is finished when it is first asked for."""
    names = written.__annotations__
    taken = {name for base in written.__mro__[1:] for name in vars(base).get("__slots__", ())}
    body = {name: held for name, held in vars(written).items() if name not in names}
    for name in ("__dict__", "__weakref__"):  # belong to the class as it was written
        body.pop(name, None)
    body["__slots__"] = tuple(name for name in names if name not in taken)
    if frozen:
        body |= {"__setattr__": _refuse_to_assign, "__delattr__": _refuse_to_delete}
        # Pickles and copies are filled by assigning, unless these two say how.
        body |= {"__getstate__": _state, "__setstate__": _fill}
    else:
        body.setdefault("__hash__", None)
    made = type(written)(written.__name__, written.__bases__, body)
    made.__qualname__ = written.__qualname__
    unfinished = _Unfinished(written, made, frozen=frozen, order=order)
    for name in _PENDING:
        setattr(made, name, _Pending(unfinished, name))
    return made


class _Pending:
    """Stands in a class for an attribute that is made when somebody asks for it."""

    def __init__(self, unfinished: _Unfinished, name: str) -> None:
        self._unfinished = unfinished
        self._name = name

    def __get__(self, value: object, owner: type) -> Any:
        self._unfinished.finish()
        return getattr(owner if value is None else value, self._name)


class _Unfinished:
    """
    A class that has its slots and nothing else of a dataclass yet.

    Args:
        written: The class as it was written; the standard library reads its fields.
        made: The class with slots.
        frozen: Whether its values never change; such values can be hashed.
        order: Whether its values have an order.
    """

    def __init__(self, written: type, made: type, *, frozen: bool, order: bool) -> None:
        self._written: type | None = written
        self._made = made
        self._frozen = frozen
        self._order = order

    def finish(self) -> None:
        """Give the class all that makes it a dataclass, once."""
        with _FINISHING:
            if self._written is None:
                return
            read: Any = _read(self._written)
            fields = dataclasses.fields(read)
            for name, method in self._methods(fields).items():
                if vars(self._made).get(name) is None:  # else the class has one of its own
                    setattr(self._made, name, method)
            init = _init(self._made, fields, frozen=self._frozen)
            for name in _PENDING:
                setattr(self._made, name, init if name == "__init__" else getattr(read, name))
            self._written = None

    def _methods(self, fields: Iterable[_Field]) -> dict[str, Any]:
        compared = _values(field.name for field in fields if field.compare)
        methods: dict[str, Any] = {
            "__repr__": _repr(fields),
            "__eq__": _comparison(operator.eq, compared),
        }
        if self._frozen:
            methods["__hash__"] = _hash(fields)
        if self._order:
            methods |= {name: _comparison(way, compared) for name, way in _ORDERINGS.items()}
        return methods


def _read(written: type) -> type:
    """Return the class *written* with its fields read by the standard library."""
    kinds = written.__annotations__
    # The library looks into each kind of field that is a text for three of its own, which takes half of its time.
    written.__annotations__ = {
        name: object if isinstance(kind, str) and not _OF_LIBRARY.search(kind) else kind
        for name, kind in kinds.items()
    }
    # Not frozen, which would compile two functions more; the class itself refuses assignments.
    read: type = dataclasses.dataclass(init=False, repr=False, eq=False)(written)
    read.__annotations__ = kinds
    for name, field in vars(read)["__dataclass_fields__"].items():
        field.type = kinds.get(name, field.type)
    return read


def _init(made: type, fields: Sequence[_Field], *, frozen: bool) -> Callable[..., None]:
    """Return the ``__init__`` of the class *made*: the one of its kind, under the names of its own fields."""
    kinds = "".join(map(_kind, fields))
    ends = hasattr(made, "__post_init__")
    kind = _init_of_kind(kinds, frozen=frozen, ends=ends)
    taken = [field for field in fields if field.init]
    own = {f"p{at}": field.name for at, field in enumerate(fields)}
    own |= {f"a{at}": field.name for at, field in enumerate(fields)}
    held: dict[str, Any] = {"absent": _ABSENT}  # what its code names beside its parameters
    for at, field in enumerate(fields):
        held |= {f"d{at}": field.default, f"f{at}": field.default_factory}
        if frozen:  # set by the slot itself: the class refuses assignments
            held[f"s{at}"] = getattr(made, field.name).__set__
    code = kind.replace(
        co_varnames=tuple(own.get(name, name) for name in kind.co_varnames),
        co_names=tuple(own.get(name, name) for name in kind.co_names),
        co_qualname=f"{made.__qualname__}.__init__",
    )
    init = FunctionType(
        code,
        vars(sys.modules[made.__module__]),
        "__init__",
        tuple(_default(field) for field in taken if _default(field) is not dataclasses.MISSING),
        tuple(CellType(held[name]) for name in kind.co_freevars),
    )
    init.__annotations__ = {f.name: f.type for f in taken} | {"return": None}
    return init


def _kind(field: _Field) -> str:
    """Return how a field gets its value: taken, made where it is not given, made, the same always, or by somebody else."""
    if field.default_factory is not dataclasses.MISSING:
        return "g" if field.init else "m"
    if field.init:
        return "t"
    return "-" if field.default is dataclasses.MISSING else "s"


def _default(field: _Field) -> object:
    return field.default if field.default_factory is dataclasses.MISSING else _ABSENT


@cache
def _init_of_kind(kinds: str, *, frozen: bool, ends: bool) -> CodeType:
    """
    Compile an ``__init__`` for fields of these *kinds* (`_kind`): 153 classes of a run have 37 between them.

    A field has the parameter ``p``, the attribute ``a``, the slot ``s``, the default ``d`` and what makes one ``f``, each with its number.
    """
    values = {"t": "p{0}", "g": "f{0}() if p{0} is absent else p{0}", "m": "f{0}()", "s": "d{0}"}
    parameters = [f"p{at}" for at, kind in enumerate(kinds) if kind in "tg"]
    form = "s{0}(self, {1})" if frozen else "self.a{0} = {1}"
    body = [
        form.format(at, values[kind].format(at)) for at, kind in enumerate(kinds) if kind != "-"
    ]
    body += ["self.__post_init__()"] * ends
    outer = [f"{name}{at}" for at in range(len(kinds)) for name in "dfs"]
    text = f"def outside(absent, {', '.join(outer)}):\n def __init__({', '.join(['self', *parameters])}):\n  "
    text += "\n  ".join(body or ["pass"]) + "\n return __init__"
    inside: dict[str, Any] = {}
    exec(text, inside)  # noqa: S102 - numbered names, nothing from outside
    code: CodeType = inside["outside"](None, *outer).__code__
    return code


def _repr(fields: Iterable[_Field]) -> Callable[[object], str]:
    names = [field.name for field in fields if field.repr]
    shown, form = _values(names), "{}(" + ", ".join(f"{name}={{!r}}" for name in names) + ")"

    def __repr__(self: object) -> str:  # noqa: N807 - becomes the method of that name
        return form.format(type(self).__qualname__, *shown(self))

    return __repr__


def _comparison(
    way: Callable[[Any, Any], bool], compared: _Values
) -> Callable[[object, object], Any]:
    def compare(self: object, other: object) -> Any:  # a bool, or NotImplemented
        if type(self) is type(other):
            return way(compared(self), compared(other))
        return NotImplemented

    return compare


def _hash(fields: Iterable[_Field]) -> Callable[[object], int]:
    hashed = _values(f.name for f in fields if (f.compare if f.hash is None else f.hash))

    def __hash__(self: object) -> int:  # noqa: N807 - becomes the method of that name
        return hash(hashed(self))

    return __hash__


def _values(names: Iterable[str]) -> _Values:
    """Return what gives the fields *names* of a value."""
    names = tuple(names)
    if len(names) > 1:
        return operator.attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _state(value: Any) -> list[object]:
    return [getattr(value, field.name) for field in dataclasses.fields(value)]


def _fill(value: Any, state: Iterable[object]) -> None:
    for field, held in zip(dataclasses.fields(value), state, strict=True):
        object.__setattr__(value, field.name, held)


def _refuse_to_assign(value: object, name: str, given: object) -> None:
    del value, given
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(value: object, name: str) -> None:
    del value
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
