"""
What redaction costs: CPU of covering ordinary records, beside that of counting the same records.

``python benchmarks/redaction.py LOG`` reads LOG (for example what make_corpus.py wrote), keeps every record, and prints
seconds of CPU per million records, median of five, and the ratio of the two.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from paicha.app.redacting import Redacting
from paicha.facade import investigate
from paicha.kernel.count import Running
from paicha.model.redaction import RedactionRules
from paicha.model.schema import RECORDS, STORED_RECORDS

_BATCH = 16_384


def _records(log: Path) -> pa.Table:
    with tempfile.TemporaryDirectory() as folder:
        found = investigate(log, case=Path(folder) / "a.duckdb", keep_raw=True)
        rows = found.sql("SELECT * FROM records")
    return rows.select(STORED_RECORDS.names).cast(STORED_RECORDS).combine_chunks()


def _cover(batches: list[pa.RecordBatch]) -> None:
    covering = Redacting(RedactionRules())
    for batch in batches:
        covering.records(batch)
    covering.rest()


def _count(batches: list[pa.RecordBatch]) -> None:
    counting = Running.of_twin(None)
    assert counting is not None, "the native kernel is not built"
    for batch in batches:
        counting.add(batch.select(RECORDS.names))
    counting.take()


def _cpu(work: Callable[[list[pa.RecordBatch]], None], batches: list[pa.RecordBatch]) -> float:
    taken = []
    for _ in range(5):
        begun = time.process_time()
        work(batches)
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def main() -> None:
    """Print the figures."""
    rows = _records(Path(sys.argv[1]))
    batches = rows.to_batches(max_chunksize=_BATCH)
    covered, counted = _cpu(_cover, batches), _cpu(_count, batches)
    scale = 1_000_000 / rows.num_rows
    print(
        f"{rows.num_rows:,} records: covered {covered * scale:.2f} s, counted {counted * scale:.2f} s",
        end="",
    )
    print(f" of CPU per million; ratio {covered / counted:.2f}")


if __name__ == "__main__":
    main()
