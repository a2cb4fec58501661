"""Spans written by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from paicha.model.schema import SPANS

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)

#: trace, span, parent, service, operation, start [ms after noon], duration [ms], status
Row = tuple[str, str, str, str, str, float, float, str]


def spans(rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "trace_id": trace,
                "span_id": span,
                "parent_span_id": parent,
                "service_name": service,
                "host": "",
                "name": name,
                "kind": "",
                "start": NOON + timedelta(milliseconds=start),
                "duration_us": int(duration * 1000),
                "status": status,
                "locator": "",
            }
            for trace, span, parent, service, name, start, duration, status in rows
        ],
        schema=SPANS,
    )


@pytest.fixture
def spans_of() -> Callable[[Sequence[Row]], pa.Table]:
    return spans
