"""JSON written piece by piece is the JSON written at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import pytest
from tests.unit.renderers import sample

from paicha.encoding import written


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Tree:
    title: str
    items: tuple[_Item, ...] = ()
    pairs: tuple[tuple[str, int], ...] = ()
    known: Mapping[str, int] | None = None
    one: _Item | None = None


_TREES = (
    _Tree("nothing in it"),
    _Tree(
        'a "quoted"\nline\\', (_Item("甲"),), (("\u2028", 1),), {"b": 1, "a": 2}, _Item("x", (1,))
    ),
    _Tree("many", tuple(_Item(str(at), (at, at + 1)) for at in range(50))),
)


@pytest.mark.parametrize("tree", _TREES, ids=lambda tree: tree.title[:4])
def test_the_pieces_are_the_whole(tree: _Tree) -> None:
    """Joined they are what the library writes in one go, for programs and for readers."""
    plain = msgspec.json.encode(tree)
    sorted_keys = msgspec.json.encode(tree, order="deterministic")

    assert plain == b"".join(written(tree))
    assert msgspec.json.format(sorted_keys, indent=2) == b"".join(written(tree, pretty=True))


def test_findings_come_in_many_pieces() -> None:
    """No piece holds the problems of a whole report."""
    findings = sample.reference_findings()
    pieces = list(written(findings))

    assert msgspec.json.encode(findings) == b"".join(pieces)
    assert max(map(len, pieces)) < len(b"".join(pieces)) / 4


def test_half_a_character_is_written_as_its_escape_in_the_order_of_the_types() -> None:
    """Text that is no text spoils neither the piece nor the order of its keys."""
    tree = _Tree("log\udcff", (_Item("b\udcff", (1,)),))

    assert (
        b'{"title":"log\\\\udcff","items":[{"name":"b\\\\udcff","parts":[1]}],"pairs":[],"known":null,"one":null}'
        == b"".join(written(tree))
    )
