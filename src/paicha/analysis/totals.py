"""The counts that everything else adds up to."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.membership import ABNORMAL
from paicha.analysis.records import Buckets
from paicha.model.findings import Totals


def totals_of(
    counts: pa.Table,
    templates: int,
    buckets: Buckets,
    curve_all: Sequence[int],
    curve_abnormal: Sequence[int],
) -> Totals:
    """
    Return the totals of a window.

    Args:
        counts: `COUNTS`.
        templates: How many templates the fold made.
        buckets: The steps of the curves.
        curve_all: All records per bucket.
        curve_abnormal: Records that belong to a problem, per bucket.
    """
    number = counts["severity_number"]
    return Totals(
        records=_sum(counts["n"]),
        abnormal=_sum(counts.filter(pc.greater_equal(number, ABNORMAL))["n"]),
        without_level=_sum(counts.filter(pc.equal(number, 0))["n"]),
        without_time=_sum(counts.filter(pc.is_null(counts["minute"]))["n"]),
        first=pc.min(counts["first"]).as_py(),
        last=pc.max(counts["last"]).as_py(),
        bucket_s=buckets.width_s,
        buckets=buckets.number,
        bucket_start=buckets.start,
        curve_all=tuple(curve_all),
        curve_abnormal=tuple(curve_abnormal),
        templates=templates,
        modules=_named(counts["module"]),
        services=_named(counts["service_name"]),
        hosts=_named(counts["host"]),
    )


def _sum(column: pa.ChunkedArray) -> int:
    return int(pc.sum(column).as_py() or 0)


def _named(column: pa.ChunkedArray) -> int:
    return sum(1 for name in column.unique().to_pylist() if name)
