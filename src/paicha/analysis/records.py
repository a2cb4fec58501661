"""
What the analysis asks of single records, and an answer where only some are there.

Counts know minutes; curves are often finer, and a line can only be shown by reading it again. The
case file answers; `paicha.testing.records` answers over a table in memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.log_places import PACKINGS
from paicha.kernel.parsed_line import is_address
from paicha.model.knowledge import PlaceNames
from paicha.values import dataclass

#: Which lines make a problem: every record with this shape and this severity number.
MEMBERSHIP = pa.schema(
    [
        pa.field("shape", pa.string(), nullable=False),
        pa.field("severity_number", pa.int8(), nullable=False),
        pa.field("problem", pa.string(), nullable=False),
    ]
)


#: The columns of `COUNTS` by which `RecordQueries.files` tells records apart.
FILE_KEYS = ("shape", "severity_number", "module", "host")
#: What `RecordQueries.files` returns.
FILES = pa.schema(
    [
        pa.field("shape", pa.string()),
        pa.field("severity_number", pa.int8()),
        pa.field("module", pa.string()),
        pa.field("host", pa.string()),
        pa.field("file", pa.string()),
    ]
)
#: What `RecordQueries.in_two_files` returns: how many records stand in two files alike, how many the shorter one holds, and
#: how many that of the two holds that has fewer in the stretch of which both speak.
ALIKE = pa.schema(
    [
        pa.field("one", pa.string()),
        pa.field("other", pa.string()),
        pa.field("n", pa.int64()),
        pa.field("of", pa.int64()),
        pa.field("within", pa.int64()),
    ]
)
#: Rows of `RecordQueries.matching` at most.
MATCHED = 10_000
#: What `RecordQueries.places` returns; ``problem`` is "" for records of none.
PLACES = pa.schema(
    [
        pa.field("service", pa.string()),
        pa.field("problem", pa.string()),
        pa.field("name", pa.string()),
        pa.field("value", pa.string()),
        pa.field("n", pa.int64()),
    ]
)
#: What `RecordQueries.saying` returns.
SAYING = pa.schema(
    [
        pa.field("problem", pa.string()),
        pa.field("body", pa.string()),
        pa.field("attributes", pa.string()),
        pa.field("n", pa.int64()),
    ]
)
#: What the name of a field may be made of, so that it can stand in a path of JSON.
FIELD_NAME = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff. /-]{1,80}")
#: The file in a locator of one (RE2), and what locators of stores begin with.
LOCATED = r"^([^:]+):\d+(?:@\d+)?$"
STORED = r"^(?:bk|ch|es|http|loki|vl):"
#: The order in which records are shown (SQL): of one time as they stand in their files, line 9 before line 10.
ORDER_KEYS = ("timestamp", "split_part(locator, ':', 1)", "length(locator)", "locator")
IN_ORDER = ", ".join(ORDER_KEYS)
_NEVER = datetime.min.replace(tzinfo=UTC)
#: Stores whose locators hold the id of one document, so that no two records share one.
IDENTIFIED = ("bk:", "es:")
#: What tells the logs of one program's copies apart in a file's name: the number of the copy, the hash of a pod (RE2).
COPY = r"[b-df-hj-np-tv-xz2-9]{6,10}-[b-df-hj-np-tv-xz2-9]{5}|\d+"
#: Stands in the name of such logs for it, and what the name of a file begins after (RE2).
ANY_COPY, FOLDER = "*", r"^(?:.*[/\\])?"
#: What rotating a log adds to its name (RE2).
ROTATION = rf"(?:\.\d{{1,4}}|[.-]\d{{4}}-?\d\d-?\d\d[\w-]{{0,20}})?(?:\.(?:{PACKINGS}))?$"

#: What `RecordQueries.stating` and `RecordQueries.fields` return, but for what is stated: ``body``, or ``name`` and ``value``.
STATING = pa.schema(
    [
        pa.field("shape", pa.string()),
        pa.field("service", pa.string()),
        pa.field("timestamp", pa.timestamp("us", tz="UTC")),
        pa.field("locator", pa.string()),
    ]
)
BODIES = STATING.append(pa.field("body", pa.string()))
FIELDS = STATING.append(pa.field("name", pa.string())).append(pa.field("value", pa.string()))


def in_order(timestamp: datetime | None, locator: str) -> tuple[bool, datetime, str, int, str]:
    """
    Return a record's place in `IN_ORDER`.

    Example:
        >>> sorted(["a.log:10@90", "a.log:9@80"], key=lambda one: in_order(None, one))
        ['a.log:9@80', 'a.log:10@90']
    """
    moment = _NEVER if timestamp is None else timestamp
    return timestamp is None, moment, locator.partition(":")[0], len(locator), locator


@dataclass(frozen=True, slots=True)
class Buckets:
    """Equal steps on the time axis: bucket ``i`` is ``[start + i*width, start + (i+1)*width)``."""

    start: datetime
    width_s: int
    number: int


@dataclass(frozen=True, slots=True)
class Disorder:
    """Records earlier than the one read before them from the same file and host."""

    records: int  # how many are earlier by a second or more
    largest_s: float  # the longest step back [s]


class RecordQueries(Protocol):
    """
    Questions about single records.

    Curves leave out records without a time and records outside the buckets. ``module`` is the code
    file or else the logger, exactly as in `COUNTS`; ``host`` the address or else the id.
    """

    def examples(self, membership: pa.Table, limit: int, *, latest: bool = False) -> pa.Table:
        """
        Return `STORED_RECORDS` rows with a column ``problem``: *limit* rows of each problem.

        Sorted by problem, then `IN_ORDER` (records without a time last). The earliest ones, or
        with *latest* the last ones of those that have a time.
        """
        ...

    def curves(self, membership: pa.Table, buckets: Buckets) -> Mapping[str, tuple[int, ...]]:
        """Return the records of each problem per bucket; problems without any may be missing."""
        ...

    def module_curves(
        self, membership: pa.Table, buckets: Buckets
    ) -> Mapping[str, tuple[int, ...]]:
        """Return the records of any problem per module and bucket."""
        ...

    def texts(self, membership: pa.Table, problem: str) -> pa.Table:
        """
        Return ``body``, ``attributes``, ``host`` and ``n`` of the records of one problem, equal ones together, sorted.

        Of the records that are there: the sum of ``n`` says whether these are all.
        """
        ...

    def matching(self, pattern: str) -> pa.Table:
        """
        Return ``timestamp``, ``body`` and ``locator`` of the records with a time whose message matches, earliest first.

        Of the records that are there, and `MATCHED` at most.

        Args:
            pattern: RE2.
        """
        ...

    def places(self, membership: pa.Table, known: PlaceNames) -> pa.Table:
        """
        Return `PLACES`: how many records of each service and problem say what of where they are from, sorted.

        Of fields of problems' records whose names tell such a thing (`paicha.analysis.apart`); none where some of the records are not there.
        A name of more than `apart.MOST_VALUES` rows is left out.

        Args:
            membership: Which records make which problem.
            known: What names of fields say that tells it.
        """
        ...

    def saying(self, membership: pa.Table, pattern: str, names: Sequence[str]) -> pa.Table:
        """
        Return `SAYING`: the records of problems whose message matches, or that say one of some attributes, equal ones together, sorted.

        None where some of the records are not there.

        Args:
            membership: Which records make which problem.
            pattern: RE2.
            names: Names of attributes.
        """
        ...

    def stating(self, membership: pa.Table, shapes: pa.Array) -> pa.Table:
        """Return `BODIES`: the records with a time that have one of *shapes* and belong to no problem, by `IN_ORDER`; none where some are not there."""
        ...

    def field_names(self) -> tuple[str, ...]:
        """Return the names of the fields that records have beside their message, sorted; none where some are not there."""
        ...

    def fields(self, membership: pa.Table, names: Sequence[str]) -> pa.Table:
        """Return `FIELDS`: what records with a time that belong to no problem say under *names*, by time, locator and name; none where some are not there."""
        ...

    def pace(self, buckets: Buckets) -> tuple[int, ...]:
        """Return all records per bucket."""
        ...

    def host_ids(self) -> Mapping[str, str]:
        """Return the id of every host whose records name both (host as in `COUNTS`, its id)."""
        ...

    def files(self, column: str) -> pa.Table:
        """
        Return `FILES`: where the records stand that do not say *column*, sorted.

        Only files none of whose records says it, the rotated ones of a log being one; and only what stands in one file, or in the logs of
        copies of one program: files of one folder whose names differ in `COPY` alone, with `ANY_COPY` in its place. Of what is not there nothing is said.

        Args:
            column: ``service_name`` or ``module``.
        """
        ...

    def module_files(self) -> Mapping[str, tuple[str, ...]]:
        """Return the files in which each module writes, sorted; "" among them for records of a store."""
        ...

    def disorder(self) -> Disorder:
        """Return how far records go back in time against the order they were read in."""
        ...

    def read_again(self) -> int:
        """Return how many records are documents of a store that were there already: of two sources that overlap."""
        ...

    def in_two_files(self) -> pa.Table:
        """
        Return `ALIKE`: how many records of one moment and text stand in two files, for each two that share any.

        Moments of whole seconds count for nothing: programs that work by the clock share them.
        """
        ...


@dataclass(frozen=True, slots=True)
class ReducedRecords:
    """
    `RecordQueries` where only some records are there: the examples are asked of them, the rest of the counts.

    Buckets must be made of whole minutes of the counts.

    Args:
        kept: Answers over the records that are there; the earliest and the last of each shape are.
        counts: `COUNTS` of all records.
        back: How far records go back in time.
        ids: The ids of hosts whose records name address and id: a store's may.
    """

    kept: RecordQueries
    counts: pa.Table
    back: Disorder
    ids: Mapping[str, str] = field(default_factory=dict)

    def examples(self, membership: pa.Table, limit: int, *, latest: bool = False) -> pa.Table:
        """Return *limit* rows of each problem, see `RecordQueries.examples`."""
        return self.kept.examples(membership, limit, latest=latest)

    def curves(self, membership: pa.Table, buckets: Buckets) -> Mapping[str, tuple[int, ...]]:
        """Return the records of each problem per bucket."""
        rows = self._members(membership)
        return per_bucket(rows["problem"], rows["minute"], rows["n"], buckets)

    def module_curves(
        self, membership: pa.Table, buckets: Buckets
    ) -> Mapping[str, tuple[int, ...]]:
        """Return the records of any problem per module and bucket."""
        rows = self._members(membership)
        return per_bucket(rows["module"], rows["minute"], rows["n"], buckets)

    def texts(self, membership: pa.Table, problem: str) -> pa.Table:
        """Return the different texts of those of one problem's records that are there."""
        return self.kept.texts(membership, problem)

    def matching(self, pattern: str) -> pa.Table:
        """Return those of the records that are there whose message matches."""
        return self.kept.matching(pattern)

    def places(
        self,
        membership: pa.Table,  # noqa: ARG002 - of all records or of none
        known: PlaceNames,  # noqa: ARG002
    ) -> pa.Table:
        """Return nothing: some of the records are not there."""
        return PLACES.empty_table()

    def stating(self, membership: pa.Table, shapes: pa.Array) -> pa.Table:
        """Return nothing: some of the records are not there."""
        del membership, shapes
        return BODIES.empty_table()

    def field_names(self) -> tuple[str, ...]:
        """Return nothing: some of the records are not there."""
        return ()

    def fields(self, membership: pa.Table, names: Sequence[str]) -> pa.Table:
        """Return nothing: some of the records are not there."""
        del membership, names
        return FIELDS.empty_table()

    def saying(
        self,
        membership: pa.Table,  # noqa: ARG002 - of all records or of none
        pattern: str,  # noqa: ARG002
        names: Sequence[str],  # noqa: ARG002
    ) -> pa.Table:
        """Return nothing: some of the records are not there."""
        return SAYING.empty_table()

    def pace(self, buckets: Buckets) -> tuple[int, ...]:
        """Return all records per bucket."""
        everything = pa.array([""] * self.counts.num_rows, pa.string())
        curves = per_bucket(everything, self.counts["minute"], self.counts["n"], buckets)
        return curves.get("", (0,) * buckets.number)

    def host_ids(self) -> Mapping[str, str]:
        """Return the id of every host that has one: lines of files name one of the two."""
        hosts = pc.unique(self.counts["host"]).to_pylist()
        named = {host: host for host in hosts if host and not is_address(host)}
        return dict(sorted((named | dict(self.ids)).items()))

    def files(self, column: str) -> pa.Table:
        """Return nothing: the records that are there do not say where all the others stand."""
        del column
        return FILES.empty_table()

    def module_files(self) -> Mapping[str, tuple[str, ...]]:
        """Return nothing, likewise."""
        return {}

    def disorder(self) -> Disorder:
        """Return how far records go back in time against the order they were read in."""
        return self.back

    def read_again(self) -> int:
        """Return that of the records that are there: all have no fewer."""
        return self.kept.read_again()

    def in_two_files(self) -> pa.Table:
        """Return that of the records that are there: all have no fewer."""
        return self.kept.in_two_files()

    def _members(self, membership: pa.Table) -> pa.Table:
        columns = ["shape", "severity_number", "module", "minute", "n"]
        joined = self.counts.select(columns).join(
            membership, ["shape", "severity_number"], join_type="inner"
        )
        return joined.combine_chunks()


def per_bucket(
    names: pa.Array | pa.ChunkedArray,
    times: pa.Array | pa.ChunkedArray,
    weights: pa.Array | pa.ChunkedArray | None,
    buckets: Buckets,
) -> dict[str, tuple[int, ...]]:
    """
    Return, for each name, how many of its times fall into each bucket.

    Args:
        names: One name a row.
        times: One time a row; nulls and times outside the buckets count nowhere.
        weights: How many records a row stands for; None: one.
        buckets: The steps.
    """
    microseconds = pc.subtract(
        pc.cast(times, pa.int64()), round(buckets.start.timestamp() * 1_000_000)
    )
    weight = pa.array([1] * len(microseconds), pa.int64()) if weights is None else weights
    table = pa.table({"name": names, "at": microseconds, "n": weight})
    width = buckets.width_s * 1_000_000
    inside = pc.and_(pc.greater_equal(table["at"], 0), pc.less(table["at"], width * buckets.number))
    table = table.filter(inside)
    table = table.set_column(1, "at", pc.divide(table["at"], width))
    sums = table.group_by(["name", "at"]).aggregate([("n", "sum")])
    curves: dict[str, list[int]] = {}
    for name, bucket, n in zip(
        sums["name"].to_pylist(), sums["at"].to_pylist(), sums["n_sum"].to_pylist(), strict=True
    ):
        curves.setdefault(name, [0] * buckets.number)[bucket] = n
    return {name: tuple(curves[name]) for name in sorted(curves)}
