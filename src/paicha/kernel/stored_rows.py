"""Rows of stores that the native kernel makes records of: `paicha.kernel.row_records` makes those of the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, cast

import pyarrow as pa

from paicha.kernel import native
from paicha.kernel.log_places import is_log_file
from paicha.kernel.normalise import LineReader
from paicha.kernel.parsed_line import main_address
from paicha.model.schema import RECORDS

#: What writes rows is made anew when the names it met weigh more. [bytes]
_HEAVY = 1 << 25


class GivenLayout(NamedTuple):
    """
    Where rows with the same keys say what, by the places of the keys.

    Args:
        fields: Canonical names, and where they are said, best first.
        attributes: Place and name of what else is said, sorted by name; and whether it is said by a list of several alone.
        told: Whether a level is said, whether any column is, and whether numbers are levels as syslog counts them.
        written: Where the line stands as it was written; None: nowhere.
    """

    fields: list[tuple[str, list[int]]]
    attributes: list[tuple[int, str, bool]]
    told: tuple[bool, bool, bool]
    written: int | None


class Twin(Protocol):
    """The native kernel's own part."""

    weight: int
    read: int  # rows that it took since the last batch

    def __len__(self) -> int:
        """Return how many records were gathered."""
        ...

    def add(
        self,
        row: dict[str, object],
        time: int | None,
        locator: str,
        beside: dict[str, object],
    ) -> bool:
        """Take a row as `RowBuilder.add_at` does; False: Python has to make the record."""
        ...

    def put(self, record: Sequence[object]) -> None:
        """Take a record as a row of `RECORDS`."""
        ...

    def take(self) -> native.Raw:
        """Return the columns of `RECORDS`, and forget them."""
        ...


class Teller:
    """
    What the twin asks of rows, each once.

    Args:
        layout: Says where rows with some keys say what.
        level: Reads a level, a severity and a priority; first comes whether numbers are levels as syslog counts them.
    """

    def __init__(
        self,
        layout: Callable[[tuple[str, ...]], GivenLayout],
        level: Callable[[bool, str, str, str], tuple[int, str]],
    ) -> None:
        self.layout = layout
        self.level = level
        self.is_log_file = is_log_file
        self.main_address = main_address


class StoredRows:
    """
    Gathers records until a batch is taken.

    Args:
        extension: The native kernel.
        reader: Reads lines; the twin reads them likewise.
        teller: Says what only Python knows of rows.
    """

    def __init__(self, extension: native.Extension, reader: LineReader, teller: Teller) -> None:
        from paicha.kernel.plan import Plan  # noqa: PLC0415 - few rows need it not
        from paicha.kernel.steps import classes_beyond  # noqa: PLC0415 - likewise

        extension.tell_classes(classes_beyond())
        self._extension = extension
        self._plan = Plan(reader.formats, reader.zone, reader.reference)
        self._teller = teller
        self.twin = self._made()

    def __len__(self) -> int:
        return len(self.twin)

    def put(self, record: list[Any]) -> None:
        """
        Take a record as a row of `RECORDS`.

        Raises:
            UnicodeEncodeError: If it holds what is no text; then it is not taken.
        """
        self.twin.put(record)

    def take(self) -> pa.RecordBatch:
        """Return what was gathered as a batch of `RECORDS`."""
        table = native.table_of(self.twin.take(), RECORDS, ())
        if self.twin.weight > _HEAVY:
            self.twin = self._made()
        return table.to_batches()[0] if table.num_rows else RECORDS.empty_table().to_batches()[0]

    def _made(self) -> Twin:
        *formats, (continues, opens, closes) = self._plan.packed
        stacks = (continues, opens, closes, None)
        return cast(
            "Twin",
            self._extension.StoredRows(*formats, stacks, self._plan.answers, self._teller),
        )


def rows_for(reader: LineReader | None, teller: Teller) -> StoredRows | None:
    """Return what makes records of rows natively; None: the kernel is not built, or lines are read in no way that it knows."""
    extension = native.find().extension
    if extension is None or reader is None or reader.only:
        return None
    return StoredRows(extension, reader, teller)
