"""Dataclasses of ours against those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import threading
from collections.abc import Callable
from typing import Any

import pytest

from paicha.decoding import convert, decode
from paicha.values import dataclass

NAN = float("nan")


def _classes(decorator: Any) -> dict[str, Any]:
    """Return classes of every kind that the house declares, made by *decorator*."""

    @decorator(frozen=True, slots=True, order=True)
    class Moment:
        """Frozen and ordered, with a default of each kind."""

        second: int
        zone: str = dataclasses.field(default="UTC", compare=False)
        marks: tuple[str, ...] = dataclasses.field(default_factory=tuple, repr=False)

        def __post_init__(self) -> None:
            if self.second < 0:
                raise ValueError("before the beginning")

    @decorator(frozen=True, slots=True)
    class Place(Moment):
        """Inherits fields, and changes one's default."""

        host: str = "a"
        zone: str = "Asia/Shanghai"

    @decorator(slots=True)
    class Counter:
        """Grows, with a field that nobody gives it."""

        name: str
        seen: list[int] = dataclasses.field(default_factory=list, init=False)
        later: int = dataclasses.field(init=False)

    @decorator(frozen=True, slots=True)
    class Single:
        """One field, and its own way to be written."""

        only: float

        def __repr__(self) -> str:
            return f"<{self.only}>"

    @decorator(frozen=True, slots=True)
    class Nothing:
        """No field at all."""

    return {kind.__name__: kind for kind in (Moment, Place, Counter, Single, Nothing)}


OURS, THEIRS = _classes(dataclass), _classes(dataclasses.dataclass)

#: What is done with classes of one decorator; both give the same.
DEEDS: dict[str, Callable[[dict[str, Any]], object]] = {
    "written": lambda of: [repr(one) for one in _values(of)],
    "compared": lambda of: [[one == other for other in _values(of)] for one in _values(of)],
    "hashed": lambda of: [hash(of["Place"](1)) == hash(of["Place"](1)), hash(of["Nothing"]())],
    "unhashable": lambda of: of["Counter"].__hash__,
    "ordered": lambda of: min(of["Moment"](3), of["Moment"](1)).second,
    "listed": lambda of: [[f.name for f in dataclasses.fields(kind)] for kind in of.values()],
    "replaced": lambda of: repr(dataclasses.replace(of["Place"](1, "x"), second=2)),
    "as dict": lambda of: dataclasses.asdict(of["Place"](1)),
    "matched": lambda of: [kind.__match_args__ for kind in of.values()],
    "slots": lambda of: [kind.__slots__ for kind in of.values()],
    "copied": lambda of: [copy.deepcopy(one) == one for one in _values(of)],
    "parameters": lambda of: [list(inspect.signature(kind).parameters) for kind in of.values()],
    "read from JSON": lambda of: repr(decode(b'{"second": 4, "host": "b"}', of["Place"])),
    "read from a dict": lambda of: repr(convert({"only": 1.5}, of["Single"])),
}

#: What both refuse, in the same words.
REFUSED: dict[str, Callable[[dict[str, Any]], object]] = {
    "assigning": lambda of: setattr(of["Place"](1), "second", 2),
    "deleting": lambda of: delattr(of["Place"](1), "second"),
    "too few": lambda of: of["Moment"](),
    "too many": lambda of: of["Single"](1.0, 2.0),
    "an order across classes": lambda of: of["Moment"](1) < of["Place"](1),
    "what it checks itself": lambda of: of["Moment"](-1),
    "an attribute that was never set": lambda of: of["Counter"]("a").later,
    "an attribute of no slot": lambda of: setattr(of["Counter"]("a"), "other", 1),
}


def _values(of: dict[str, Any]) -> list[object]:
    return [
        of["Moment"](1),
        of["Moment"](1, zone="CET"),
        of["Place"](1),
        of["Place"](1, marks=("x",)),
        of["Single"](2.0),
        of["Nothing"](),
    ]


@pytest.mark.parametrize("deed", DEEDS)
def test_values_do_as_those_of_the_standard_library(deed: str) -> None:
    """
    What is done with a value of ours gives what the same class of the standard library gives.
    """
    assert DEEDS[deed](THEIRS) == DEEDS[deed](OURS)


def test_a_value_is_that_of_the_same_number_that_is_none() -> None:
    """
    As tuples compare, and the standard library's classes did up to Python 3.12.
    """
    assert OURS["Single"](NAN) == OURS["Single"](NAN)


@pytest.mark.parametrize("deed", REFUSED)
def test_values_refuse_as_those_of_the_standard_library(deed: str) -> None:
    """
    What the standard library's classes refuse, ours refuse with the same error and words.
    """
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - compared below
        REFUSED[deed](THEIRS)
    with pytest.raises(Exception) as ours:  # noqa: PT011
        REFUSED[deed](OURS)

    assert (theirs.type, str(theirs.value)) == (ours.type, str(ours.value))


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that goes to another process."""

    name: str
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unseen:
    """A class of which nothing was asked before."""

    name: str
    number: int = 3


def test_a_value_comes_back_from_a_pickle() -> None:
    """
    A frozen value is the same after a pickle, which makes it without its ``__init__``.
    """
    value = Kept("a", (1, 2))

    assert value == pickle.loads(pickle.dumps(value))


def test_threads_that_make_the_first_values_all_get_whole_ones() -> None:
    """
    A class that many threads ask for first is finished once, and no thread sees half of it.
    """
    start = threading.Barrier(8)
    made: list[Unseen] = []

    def make() -> None:
        start.wait()
        made.append(Unseen("a"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [Unseen("a", 3)] * 8 == made


def test_a_class_without_slots_is_refused() -> None:
    """
    Whoever forgets the slots is told when the class is declared.
    """
    with pytest.raises(TypeError, match="slots"):

        @dataclass(frozen=True)
        class Loose:
            """Has no slots."""

            name: str
