"""
The names that formats ask for: whatever else a line of named fields says, and whether it says it, decides nothing about how
it is read.

Lines of one program seldom have all the same names: a request has other headers, a message other circumstances. The native
kernel tells such lines by the names alone that some format asks for (`native/src/fields.rs`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from paicha.kernel.parsed_line import ATTRIBUTE_NAMES, STREAM
from paicha.model.knowledge import LogFormat

#: How a name is asked for: among those of the line itself; wherever it stands; wherever it stands, in lines that hold one of
#: the next; and by what its value says.
OF_LINE, ANYWHERE, WITH_TELLING, TELLING = 1, 2, 4, 8
#: Kinds of formats whose lines name their fields.
_NAMING = ("json", "logfmt", "otlp", "properties")
#: What stands in quotes in a pattern, and what may be a name in that: more than that are none, and one too many costs time alone.
_QUOTED = re.compile(r'"([^"]+)"')
_WORD = re.compile(r"[\w@.$-]+")


def names_asked(formats: Iterable[LogFormat]) -> list[tuple[str, int]]:
    """Return the names that any of some formats looks for in a line, sorted, and how: a sum of the numbers above."""
    names: defaultdict[str, int] = defaultdict(int)
    for name in (*ATTRIBUTE_NAMES, *ATTRIBUTE_NAMES.values(), *STREAM):
        names[name] |= OF_LINE
    for entry in formats:
        if entry.kind not in _NAMING:
            continue  # patterns see the line as it is
        for name in entry.told_by:
            names[name] |= TELLING
        for text in (entry.pattern, entry.begins):
            for name in _WORD.findall(" ".join(_QUOTED.findall(text))):
                names[name] |= WITH_TELLING if entry.told_by else ANYWHERE
        for field, paths in entry.fields:
            for name in (field, *paths, *(path.partition(".")[0] for path in paths), entry.each):
                names[name] |= OF_LINE
    return sorted((name, how) for name, how in names.items() if name)
