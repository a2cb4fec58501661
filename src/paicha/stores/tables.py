"""Which schema a table of the case has, and its way into DuckDB and back without loss."""

from __future__ import annotations

import re

import pyarrow as pa

from paicha.model import schema

#: The tables whose columns the model names; others keep the schema they were written with.
KNOWN: dict[str, pa.Schema] = {
    "records": schema.STORED_RECORDS,
    "counts": schema.COUNTS,
    "slots": schema.SLOTS,
    "slot_values": schema.SLOT_VALUES,
    "slot_buckets": schema.SLOT_BUCKETS,
    "templates": schema.TEMPLATES,
    "template_shapes": schema.TEMPLATE_SHAPES,
    "template_slots": schema.TEMPLATE_SLOTS,
    "series": schema.SERIES,
    "store_counts": schema.STORE_COUNTS,
    "alias_counts": schema.ALIAS_COUNTS,
}

#: Tables that the case keeps for itself.
RESERVED = frozenset(("meta", "table_schemas", "findings", "reading"))

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def checked_name(table: str) -> str:
    """
    Return *table*, ready to stand in a statement.

    Raises:
        ValueError: If it is no name of a table, or one that the case keeps for itself.

    Example:
        >>> checked_name("records")
        '"records"'
    """
    if not _NAME.fullmatch(table) or table in RESERVED:
        raise ValueError(f"{table!r} cannot be the name of a table in a case")
    return f'"{table}"'


def schema_for(table: str, written: pa.Schema) -> pa.Schema:
    """Return the model's schema where *table* is known by it and has those columns, else *written*."""
    known = KNOWN.get(table)
    return known if known is not None and known.names == written.names else written
