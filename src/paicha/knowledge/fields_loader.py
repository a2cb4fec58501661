"""
What stores call the fields of a log record, from TOML: one table per field, one list per convention.

The packaged file stands in ``knowledge/fields``. How a row is read with it says `paicha.kernel.field_map`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from paicha.errors import KnowledgeError
from paicha.kernel.field_map import CANONICAL, FieldNames
from paicha.knowledge.table_files import packaged_tables


@cache
def load_field_names(first: str = "") -> FieldNames:
    """
    Return the known names of every canonical field, in the order they are tried: those of convention *first* first.

    Raises:
        KnowledgeError: If the file holds something else: all mistakes at once.

    Example:
        >>> load_field_names()["level"][:2]
        ('log.level', 'severity_text')
        >>> load_field_names("blueking")["level"][:2]
        ('log_level', 'level')
    """
    return names_of(dict(packaged_tables("fields")), first)


def names_of(tables: Mapping[str, Mapping[str, object]], first: str = "") -> FieldNames:
    """
    Return the names of parsed *tables*; lists are joined in the order they stand, that of *first* before all.

    Raises:
        KnowledgeError: If a table is no canonical field, or a name is no text or stands twice in it.
    """
    mistakes = [f"{name}: no such field" for name in tables if name not in CANONICAL]
    found: dict[str, tuple[str, ...]] = {}
    for canonical in CANONICAL:
        names: list[str] = []
        listings = tables.get(canonical, {})
        for convention, listed in sorted(listings.items(), key=lambda one: one[0] != first):
            if convention == "samples":
                continue
            if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
                mistakes.append(f"{canonical}.{convention}: not a list of names")
                continue
            for one in listed:
                if one in names:
                    mistakes.append(f"{canonical}: {one} stands twice")
                names.append(one)
        found[canonical] = tuple(names)
    if mistakes:
        raise KnowledgeError("fields.invalid", count=len(mistakes), mistakes="\n  ".join(mistakes))
    return found
