"""Findings as JSON: for machines, complete, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from paicha.encoding import written
from paicha.model.report import Report
from paicha.renderers.schema import SCHEMA_ID
from paicha.renderers.visible import harmless
from paicha.values import dataclass

#: What JSON holds as it is, or has escaped already.
_USUAL = bytes(range(0x7F))


@dataclass(frozen=True, slots=True)
class JsonRenderer:
    """Draws the findings behind a report; its language does not matter."""

    def render(self, report: Report) -> bytes:
        """
        Return the findings, pretty printed, as `report.schema.json` describes them.

        Raises:
            ValueError: If the report rests on no findings: such a tree has `tree_json`.
        """
        return b"".join(self.pieces(report))

    def pieces(self, report: Report) -> Iterator[bytes]:
        """
        Yield the same in pieces: a whole one of many problems need not be in memory.

        Raises:
            ValueError: As `render` does.
        """
        if report.findings is None:
            raise ValueError("this report rests on no findings")
        yield from tree_pieces(report.findings, SCHEMA_ID)


def tree_json(tree: object, schema: str) -> bytes:
    """
    Return a tree of frozen values as JSON in UTF-8, keys in the order of the types, times in UTC.

    Characters that do not show, or that turn text around, are written as JSON escapes: the value is
    the same, and no editor or terminal is fooled.

    Args:
        tree: Any dataclass of the model.
        schema: What its ``$schema`` says.
    """
    return b"".join(tree_pieces(tree, schema))


def tree_pieces(tree: object, schema: str) -> Iterator[bytes]:
    """Yield what `tree_json` returns, in pieces."""
    lead = b'{\n  "$schema": ' + msgspec.json.encode(schema) + b","
    for piece in written(tree, pretty=True):
        yield lead + _escaped(piece.removeprefix(b"{") if lead else piece)
        lead = b""
    yield b"\n"


def _escaped(piece: bytes) -> bytes:
    # Between strings JSON holds ASCII only, so whatever is replaced here stands inside a string.
    unusual = set(piece.translate(None, _USUAL).decode())
    odd = {ord(char): _escape(char) for char in unusual if not harmless(char)}
    return piece.decode().translate(odd).encode() if odd else piece


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
