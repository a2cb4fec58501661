"""What lines said, as batches of `RECORDS`."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from paicha.kernel.parsed_line import ParsedLine
from paicha.model.schema import RECORDS, TIME

#: A batch of records with more text is handed on before it has as many rows as others [characters].
_BATCH_CHARACTERS = 16 << 20


class RecordBuilder:
    """Collects records and hands them out as batches of `RECORDS`."""

    def __init__(self) -> None:
        self._rows: list[tuple[object, ...]] = []
        self._characters = 0

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def is_large(self) -> bool:
        """Whether what was collected is long, however few records it is."""
        return self._characters > _BATCH_CHARACTERS

    def add(self, record: ParsedLine, locator: str) -> None:
        """Add one record that *locator* finds again."""
        attributes = record.attributes_json
        self._characters += len(record.body) + len(attributes)
        self._rows.append(
            (
                record.timestamp_us,
                record.severity_number,
                record.severity_text,
                record.body,
                record.service_name,
                record.host_ip,
                record.host_id,
                record.code_file_path,
                record.code_line_number,
                record.scope_name,
                record.trace_id,
                record.span_id,
                locator,
                attributes,
            )
        )

    def take(self) -> pa.RecordBatch:
        """Return what was collected as one batch of `RECORDS`, and forget it."""
        columns = list(zip(*self._rows, strict=True)) or [()] * len(RECORDS)
        self._rows, self._characters = [], 0
        arrays = [_array(values, column) for values, column in zip(columns, RECORDS, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=RECORDS)


def _array(values: Sequence[object], column: pa.Field) -> pa.Array:
    if column.type == TIME:
        return pa.array(values, pa.int64()).cast(TIME)
    try:
        return pa.array(values, column.type)
    except UnicodeEncodeError:
        # Half of a surrogate pair, escaped in JSON: no text; it stays visible as its escape.
        return pa.array(
            [str(value).encode("utf-8", "backslashreplace").decode() for value in values],
            column.type,
        )
