"""Dataclasses that wait are, from their first value on, what the standard library makes of them."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import threading
from typing import TYPE_CHECKING, Any

import pytest

from paicha.interfaces.cli.late_classes import late as made_late

if TYPE_CHECKING:
    from dataclasses import dataclass as late
else:
    late = made_late


@late(frozen=True)
class Point:
    """A place."""

    x: int
    y: int = 2
    names: tuple[str, ...] = dataclasses.field(default=(), repr=False)

    def moved(self) -> Point:
        """Return a place beside it."""
        return dataclasses.replace(self, x=self.x + 1)


@late(frozen=True)
class Named(Point):
    """A place with a name."""

    name: str = ""


@late
class Plain:
    """One that changes."""

    held: list[int] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Twin:
    """What the standard library makes of `Point`."""

    x: int
    y: int = 2
    names: tuple[str, ...] = dataclasses.field(default=(), repr=False)


def test_a_value_is_as_the_standard_library_says() -> None:
    """Written, compared, hashed, replaced, copied and matched."""
    point, twin = Point(1, names=("a",)), Twin(1, names=("a",))

    assert repr(twin).replace("Twin", "Point") == repr(point)
    assert hash(twin) == hash(point)
    assert point == copy.copy(point) == pickle.loads(pickle.dumps(point))
    assert Point(2, names=("a",)) == point.moved() != point
    assert Twin.__match_args__ == Point.__match_args__
    assert dataclasses.astuple(twin) == dataclasses.astuple(point)
    assert "A place." == Point.__doc__


def test_a_frozen_one_refuses() -> None:
    """Neither an attribute nor a field is set."""
    point: Any = Point(1)

    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'z'"):
        point.z = 2


def test_fields_come_from_the_class_it_inherits_from() -> None:
    """Whichever of the two is asked for first."""
    assert ["x", "y", "names", "name"] == [field.name for field in dataclasses.fields(Named)]
    assert "Named(x=1, y=2, name='b')" == repr(Named(1, name="b"))
    assert Named(1) != Point(1)


def test_a_class_asked_what_it_is_answers() -> None:
    """A class without a value yet is a dataclass all the same."""
    waiting: Any = made_late(
        type("Waiting", (), {"__annotations__": {"x": "int"}, "__module__": __name__})
    )

    assert dataclasses.is_dataclass(waiting)
    assert ("x",) == vars(waiting)["__match_args__"]


def test_each_value_has_a_default_of_its_own() -> None:
    """A factory is asked for each value."""
    assert [1] == Plain([1]).held
    assert Plain().held is not Plain().held


def test_many_threads_may_make_the_first_value() -> None:
    """None of them sees a class that is half made."""
    for _ in range(50):
        written = {"__annotations__": {"x": "int", "y": "int"}, "__module__": __name__}
        waiting = made_late(frozen=True)(type("Waiting", (), written))
        gate = threading.Barrier(4)
        made: list[object] = []

        def make(
            gate: threading.Barrier = gate, made: list[object] = made, kind: Any = waiting
        ) -> None:
            gate.wait()
            made.append(kind(1, y=2))

        threads = [threading.Thread(target=make) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [waiting(1, 2)] * 4 == made
