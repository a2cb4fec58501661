"""
Identifiers written with colons: `R02-M1:J12-U11`, `iqn.2004-04.com.x:vol7` are one variable.

A number behind the last colon is a port or a line, and what stands before it is an address or a file: these stay two. Which
it is shows over all lines of a message: half of a hexadecimal identifier happens to hold digits alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paicha.kernel.cells import ANY, Cell
from paicha.kernel.group import Group, Groups, Key, Member

#: Kinds of variables that an identifier with colons begins with, and goes on with: words, too.
_FIRST = frozenset(("id", "number"))
_FURTHER = _FIRST | {""}


def with_identifiers_joined(grouped: Groups) -> Groups:
    """
    Return *grouped* with one piece for each identifier that colons part.

    Cost:
        Linear in the pieces.
    """
    result = Groups()
    for key in sorted(grouped):
        group = grouped[key]
        runs = list(_runs(key, group)) if ":" in key and ANY in key else []
        shown: list[str] = list(key)
        for start, end in reversed(runs):
            shown[start:end] = [ANY]
        if runs:
            group = Group(Member(member.shape, _joined(member.cells, runs)) for member in group)
        result.add(tuple(shown) if runs else key, group)
    return result


def _joined(cells: Sequence[Cell], runs: Sequence[tuple[int, int]]) -> tuple[Cell, ...]:
    found = list(cells)
    for start, end in reversed(runs):
        found[start:end] = [_as_one(found[start:end])]
    return tuple(found)


def _runs(key: Key, members: Sequence[Member]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(key):
        end = at
        while (
            key[end] == ANY
            and key[end + 1 : end + 3] == (":", ANY)
            and _are_of(members, end, _FIRST if end == at else _FURTHER)
            and _are_of(members, end + 2, _FURTHER)
        ):
            end += 2
        if end > at and any(member.cells[end].kind != "number" for member in members):
            yield at, end + 1
        at = end + 1


def _are_of(members: Sequence[Member], at: int, kinds: frozenset[str]) -> bool:
    return all(member.cells[at].kind in kinds for member in members)


def _as_one(cells: Sequence[Cell]) -> Cell:
    """Return one cell that holds the parts of an identifier."""
    parts = tuple(cell for cell in cells if cell.kind or cell.is_word)
    return Cell("".join(cell.text for cell in cells), "id", slot=parts[0].slot, inner=parts)
