"""Pages of help, set in columns of a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.renderers.columns import columns_of, wrapped

#: The first column of a list takes at most so much of a line; a longer entry has its meaning below it.
_LONGEST_NAME = 30
_GAP = "  "


def paragraph(text: str, width: int, indent: str = "  ") -> list[str]:
    """Return *text* in lines of at most *width* columns that begin with *indent*."""
    return [indent + line for line in wrapped(text, width - columns_of(indent))]


def listed(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Return names with their meanings beside them, in lines of at most *width* columns."""
    longest = min(max(columns_of(name) for name, _ in rows), _LONGEST_NAME)
    indent = " " * (len(_GAP) + longest + len(_GAP))
    lines: list[str] = []
    for name, meaning in rows:
        room = longest - columns_of(name)
        first, *rest = wrapped(meaning, width - len(indent)) or [""]
        if room < 0:
            lines += [_GAP + name, indent + first]
        else:
            lines.append((_GAP + name + " " * room + _GAP + first).rstrip())
        lines += [indent + line for line in rest]
    return lines
