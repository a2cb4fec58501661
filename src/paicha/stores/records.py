"""What the analysis asks of single records, answered by the case file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

import pyarrow as pa

from paicha.analysis.apart import MOST_VALUES, is_place
from paicha.analysis.records import (
    ALIKE,
    ANY_COPY,
    BODIES,
    COPY,
    FIELDS,
    FILES,
    FOLDER,
    IDENTIFIED,
    IN_ORDER,
    LOCATED,
    MATCHED,
    MEMBERSHIP,
    ORDER_KEYS,
    PLACES,
    ROTATION,
    SAYING,
    STORED,
    Buckets,
    Disorder,
)
from paicha.model.knowledge import PlaceNames
from paicha.model.schema import STORED_RECORDS
from paicha.ports import CaseStore
from paicha.values import dataclass

_MODULE = "CASE WHEN code_file_path <> '' THEN code_file_path ELSE scope_name END"
_MEMBERS = "records JOIN membership USING (shape, severity_number)"
_COLUMNS = ", ".join(STORED_RECORDS.names)
_BACKWARDS = ", ".join(f"{key} DESC" for key in ORDER_KEYS)

# The statements hold names of our own columns and nothing that was read.
_EARLIEST = f"""
SELECT {_COLUMNS}, problem FROM (
  SELECT *, row_number() OVER (
    PARTITION BY problem ORDER BY {IN_ORDER}) AS place
  FROM {_MEMBERS})
WHERE place <= ? ORDER BY problem, {IN_ORDER}
"""  # noqa: S608 - names of our own columns
_LATEST = f"""
SELECT {_COLUMNS}, problem FROM (
  SELECT *, row_number() OVER (
    PARTITION BY problem ORDER BY {_BACKWARDS}) AS place
  FROM {_MEMBERS} WHERE timestamp IS NOT NULL)
WHERE place <= ? ORDER BY problem, {IN_ORDER}
"""  # noqa: S608 - names of our own columns
_CURVE = """
SELECT name, since // ? AS bucket, count(*) AS n
FROM (SELECT {name} AS name, epoch_us(timestamp) - ? AS since FROM {source})
WHERE since >= 0 AND since < ? GROUP BY ALL ORDER BY ALL
"""
_TEXTS = f"""
SELECT body, attributes, CASE WHEN host_ip <> '' THEN host_ip ELSE host_id END AS host, count(*) AS n
FROM {_MEMBERS} WHERE problem = ? GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - names of our own columns
_MATCHING = f"""
SELECT timestamp, body, locator FROM records WHERE timestamp IS NOT NULL AND regexp_matches(body, ?)
ORDER BY {IN_ORDER} LIMIT ?
"""  # noqa: S608 - names of our own columns
_SAYING = f"""
SELECT problem, body, attributes, count(*) AS n FROM {_MEMBERS}
WHERE regexp_matches(body, ?) OR list_has_any(json_keys(nullif(attributes, '')), CAST(? AS VARCHAR[]))
GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - names of our own columns
_NAMES = f"""
SELECT DISTINCT name FROM (SELECT DISTINCT unnest(json_keys(attributes)) AS name FROM {_MEMBERS} WHERE attributes <> '')
ORDER BY ALL
"""  # noqa: S608 - names of our own columns
# Of each record the text is taken apart once for all names. What is an object or a list is no name.
_PLACES = """
SELECT service, problem, name, value, count(*) AS n FROM (
  SELECT service_name AS service, coalesce(problem, '') AS problem, unnest(CAST(? AS VARCHAR[])) AS name,
    unnest(json_extract_string(attributes, CAST(? AS VARCHAR[]))) AS value
  FROM records LEFT JOIN membership USING (shape, severity_number) WHERE attributes <> '')
WHERE value <> '' AND value[1] NOT IN ('{', '[')
GROUP BY service, problem, name, value
QUALIFY count(*) OVER (PARTITION BY name) <= ? ORDER BY ALL
"""
_STATING = f"""
SELECT shape, service_name AS service, timestamp, locator, body
FROM records ANTI JOIN membership USING (shape, severity_number)
WHERE timestamp IS NOT NULL AND shape IN (SELECT unnest(CAST(? AS VARCHAR[])))
ORDER BY {IN_ORDER}
"""  # noqa: S608 - names of our own columns
_FIELD_NAMES = """
SELECT DISTINCT unnest(json_keys(attributes)) AS name FROM records WHERE attributes <> '' ORDER BY ALL
"""
_FIELDS = f"""
SELECT * FROM (
  SELECT shape, service_name AS service, timestamp, locator, unnest(CAST(? AS VARCHAR[])) AS name,
    unnest(json_extract_string(attributes, CAST(? AS VARCHAR[]))) AS value
  FROM records ANTI JOIN membership USING (shape, severity_number)
  WHERE attributes <> '' AND timestamp IS NOT NULL)
WHERE value IS NOT NULL ORDER BY {IN_ORDER}, name
"""  # noqa: S608 - names of our own columns
_HOST_IDS = """
SELECT CASE WHEN host_ip <> '' THEN host_ip ELSE host_id END AS host, min(host_id) AS id
FROM records WHERE host_id <> '' GROUP BY ALL ORDER BY ALL
"""
#: What the log of a file is called among those of the copies of its program.
_PROGRAM = (
    f"regexp_extract(file, '{FOLDER}') || "
    f"regexp_replace(regexp_replace(file, '{FOLDER}', ''), '{COPY}', '{ANY_COPY}', 'g')"
)
_FILES = f"""
WITH located AS (
  SELECT shape, severity_number, service_name, {_MODULE} AS module,
    CASE WHEN host_ip <> '' THEN host_ip ELSE host_id END AS host,
    regexp_replace(regexp_extract(locator, '{LOCATED}', 1), '{ROTATION}', '') AS file
  FROM records WHERE NOT regexp_matches(locator, '{STORED}')),
names AS (SELECT file, max({{column}}) AS said FROM located GROUP BY file),
copies AS (SELECT file, said, {_PROGRAM} AS program FROM names),
found AS (SELECT l.shape, l.severity_number, l.module, l.host, min(l.file) AS file, min(c.program) AS program,
    count(DISTINCT l.file) AS files, count(DISTINCT c.program) AS programs, max(c.said) AS said
  FROM located l JOIN copies c ON c.file = l.file WHERE {{column}} = '' GROUP BY ALL)
SELECT shape, severity_number, module, host, CASE WHEN files = 1 THEN file ELSE program END AS file
FROM found WHERE programs = 1 AND file <> '' AND said = '' ORDER BY ALL
"""  # noqa: S608 - names of our own columns
_MODULE_FILES = f"""
SELECT {_MODULE} AS module, list_sort(list(DISTINCT
  regexp_replace(regexp_extract(locator, '{LOCATED}', 1), '{ROTATION}', ''))) AS files
FROM records GROUP BY ALL HAVING module <> '' ORDER BY module
"""  # noqa: S608 - names of our own columns
# In reading order, which is the order of the rows in the table. A store sorts by time itself, is read in
# several parts at once, and may be asked twice (abnormal levels first), so its order says nothing.
_DISORDER = f"""
SELECT count(*) FILTER (back >= 1000000) AS records, coalesce(max(back), 0) AS largest FROM (
  SELECT epoch_us(lag(timestamp, 1, timestamp) OVER (
      PARTITION BY split_part(locator, ':', 1), host_ip ORDER BY rowid
      )) - epoch_us(timestamp) AS back
  FROM records WHERE timestamp IS NOT NULL
    AND NOT regexp_matches(locator, '{STORED}'))
"""  # noqa: S608 - names of our own columns
_READ_AGAIN = f"""
SELECT coalesce(sum(n - 1), 0)::BIGINT AS n FROM (
  SELECT count(*) AS n FROM records WHERE left(locator, 3) IN {IDENTIFIED}
  GROUP BY locator, timestamp, body HAVING count(*) > 1)
"""  # noqa: S608 - names of our own columns
#: Records with a moment finer than a second, by file.
_MOMENTS = f"""
SELECT regexp_extract(locator, '{LOCATED}', 1) AS file, timestamp, hash(body) AS body
FROM records WHERE epoch_us(timestamp) % 1000000 <> 0
"""  # noqa: S608 - names of our own columns
#: Whether any is there twice, which costs a tenth of which files hold them.
_ANY_TWICE = """
SELECT 1 FROM (SELECT timestamp, hash(body) AS body FROM records WHERE epoch_us(timestamp) % 1000000 <> 0)
GROUP BY timestamp, body HAVING count(*) > 1 LIMIT 1
"""
_IN_TWO_FILES = f"""
WITH found AS ({_MOMENTS}),
once AS (SELECT DISTINCT file, timestamp, body FROM found WHERE file <> ''),
held AS (SELECT file, count(*) AS n, min(timestamp) AS first, max(timestamp) AS last FROM once GROUP BY file),
pairs AS (
  SELECT a.file AS one, b.file AS other, count(*) AS n
  FROM once a JOIN once b ON a.timestamp = b.timestamp AND a.body = b.body AND a.file < b.file
  GROUP BY a.file, b.file),
spoken AS (
  SELECT p.*, least(m.n, o.n) AS of, greatest(m.first, o.first) AS first, least(m.last, o.last) AS last
  FROM pairs p JOIN held m ON m.file = p.one JOIN held o ON o.file = p.other),
inside AS (
  SELECT b.one, b.other, x.file, count(*) AS n
  FROM spoken b JOIN once x ON x.file IN (b.one, b.other) AND x.timestamp BETWEEN b.first AND b.last
  GROUP BY b.one, b.other, x.file)
SELECT b.one, b.other, any_value(b.n) AS n, any_value(b.of) AS of, min(i.n) AS within
FROM spoken b JOIN inside i ON i.one = b.one AND i.other = b.other
GROUP BY b.one, b.other ORDER BY b.one, b.other
"""  # noqa: S608 - names of our own columns


@dataclass(slots=True)
class CaseRecords:
    """
    The records of a case, as `paicha.analysis.records.RecordQueries`.

    The membership asked about stays in the case as the table ``membership``, so that whoever reads
    the case can join records to problems too.
    """

    case: CaseStore
    _held: pa.Table | None = field(default=None, init=False)

    def examples(self, membership: pa.Table, limit: int, *, latest: bool = False) -> pa.Table:
        """Return *limit* rows of each problem, see `RecordQueries.examples`."""
        self._hold(membership)
        rows = self.case.query(_LATEST if latest else _EARLIEST, [limit])
        schema = pa.schema([*STORED_RECORDS, MEMBERSHIP.field("problem")])
        return rows.select(schema.names).cast(schema)

    def curves(self, membership: pa.Table, buckets: Buckets) -> Mapping[str, tuple[int, ...]]:
        """Return the records of each problem per bucket."""
        self._hold(membership)
        return self._per_bucket("problem", _MEMBERS, buckets)

    def module_curves(
        self, membership: pa.Table, buckets: Buckets
    ) -> Mapping[str, tuple[int, ...]]:
        """Return the records of any problem per module and bucket."""
        self._hold(membership)
        return self._per_bucket(_MODULE, _MEMBERS, buckets)

    def texts(self, membership: pa.Table, problem: str) -> pa.Table:
        """Return the different texts of one problem's records, see `RecordQueries.texts`."""
        self._hold(membership)
        return self.case.query(_TEXTS, [problem])

    def matching(self, pattern: str) -> pa.Table:
        """Return the records whose message matches, see `RecordQueries.matching`."""
        return self.case.query(_MATCHING, [pattern, MATCHED])

    def places(self, membership: pa.Table, known: PlaceNames) -> pa.Table:
        """Return what records say of where they are from, see `RecordQueries.places`."""
        self._hold(membership)
        names = self.case.query(_NAMES)["name"].to_pylist()
        placing = [name for name in names if is_place(name, known)]
        if not placing:
            return PLACES.empty_table()
        paths = [f'$."{name}"' for name in placing]
        return self.case.query(_PLACES, [placing, paths, MOST_VALUES]).cast(PLACES)

    def stating(self, membership: pa.Table, shapes: pa.Array) -> pa.Table:
        """Return the records of some shapes, see `RecordQueries.stating`."""
        self._hold(membership)
        return self.case.query(_STATING, [shapes.to_pylist()]).select(BODIES.names).cast(BODIES)

    def field_names(self) -> tuple[str, ...]:
        """Return the names of the fields that records have, sorted."""
        return tuple(self.case.query(_FIELD_NAMES)["name"].to_pylist())

    def fields(self, membership: pa.Table, names: Sequence[str]) -> pa.Table:
        """Return what records say under *names*, see `RecordQueries.fields`."""
        self._hold(membership)
        paths = [f'$."{name}"' for name in names]
        return self.case.query(_FIELDS, [list(names), paths]).select(FIELDS.names).cast(FIELDS)

    def saying(self, membership: pa.Table, pattern: str, names: Sequence[str]) -> pa.Table:
        """Return the records of problems that match or say an attribute, see `RecordQueries.saying`."""
        self._hold(membership)
        return self.case.query(_SAYING, [pattern, list(names)]).cast(SAYING)

    def pace(self, buckets: Buckets) -> tuple[int, ...]:
        """Return all records per bucket."""
        return self._per_bucket("''", "records", buckets).get("", (0,) * buckets.number)

    def host_ids(self) -> Mapping[str, str]:
        """Return the id of every host that has one."""
        rows = self.case.query(_HOST_IDS)
        return dict(zip(rows["host"].to_pylist(), rows["id"].to_pylist(), strict=True))

    def files(self, column: str) -> pa.Table:
        """Return the files of records that do not say *column*, see `RecordQueries.files`."""
        return self.case.query(_FILES.replace("{column}", column)).select(FILES.names).cast(FILES)

    def module_files(self) -> Mapping[str, tuple[str, ...]]:
        """Return the files in which each module writes, see `RecordQueries.module_files`."""
        found = self.case.query(_MODULE_FILES)
        rows = zip(found["module"].to_pylist(), found["files"].to_pylist(), strict=True)
        return {module: tuple(files) for module, files in rows}

    def disorder(self) -> Disorder:
        """Return how far records go back in time against the order they were read in."""
        row = self.case.query(_DISORDER).to_pylist()[0]
        return Disorder(row["records"], row["largest"] / 1_000_000)

    def read_again(self) -> int:
        """Return how many records are documents of a store that were there already."""
        return int(self.case.query(_READ_AGAIN).to_pylist()[0]["n"])

    def in_two_files(self) -> pa.Table:
        """Return how many records stand in two files alike, see `RecordQueries.in_two_files`."""
        if not self.case.query(_ANY_TWICE).num_rows:
            return ALIKE.empty_table()
        return self.case.query(_IN_TWO_FILES).cast(ALIKE)

    def _hold(self, membership: pa.Table) -> None:
        if self._held is not membership:
            self.case.put("membership", membership)
            self._held = membership

    def _per_bucket(self, name: str, source: str, buckets: Buckets) -> dict[str, tuple[int, ...]]:
        width = buckets.width_s * 1_000_000
        start = round(buckets.start.timestamp() * 1_000_000)
        statement = _CURVE.format(name=name, source=source)
        rows = self.case.query(statement, [width, start, width * buckets.number])
        curves: dict[str, list[int]] = {}
        for row in rows.to_pylist():
            curves.setdefault(row["name"], [0] * buckets.number)[row["bucket"]] = row["n"]
        return {name: tuple(curves[name]) for name in sorted(curves)}
