"""Which field of a store is which, from its settings."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names


def field_map(entries: Sequence[str], first: str = "") -> FieldMap:
    """
    Return which field is which: as *entries* (``level=sev``) say, else as stores usually call it.

    Args:
        entries: A canonical field and what the store calls it, each.
        first: The convention whose names are tried before the others.

    Example:
        >>> field_map(["level=sev"]).keys("level")[:2]
        ('sev', 'log.level')
    """
    preferred: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        name, _, field = entry.partition("=")
        preferred[name.strip()] = (*preferred.get(name.strip(), ()), field.strip())
    return FieldMap(load_field_names(first), preferred)
