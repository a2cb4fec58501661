"""
One investigation's file: every table, the findings, and who wrote it.

A case is a DuckDB database. While it is written it stands beside its place under a hidden name, and it
takes its own name when it is closed: a run that dies leaves no half case behind.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import msgspec
import pyarrow as pa

from paicha.decoding import convert, decode
from paicha.encoding import larger, written
from paicha.errors import CaseError
from paicha.model.findings import Findings
from paicha.model.reading import Reading
from paicha.stores.connection import (
    at_one_stroke,
    connect,
    rows_of,
    statement_kinds,
    sync,
    table_of,
)
from paicha.stores.failing import asking, reading, writing
from paicha.stores.leftovers import remove_leftovers
from paicha.stores.pieces import gathered
from paicha.stores.placing import refuse_existing, remove, removed_on_failure
from paicha.stores.tables import checked_name, schema_for
from paicha.version import __version__

#: What of the findings stands in one row at least [bytes]: the database holds a text four times while it takes it.
_PIECE = 1 << 20
#: Changes when a case of an older version can no longer be read.
FORMAT = "1"

_META = "CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)"
_FACTS = "INSERT INTO meta VALUES (?, ?), (?, ?), (?, ?)"
_SCHEMAS = "CREATE TABLE table_schemas (name VARCHAR PRIMARY KEY, arrow_schema BLOB NOT NULL)"
_FINDINGS = "CREATE TABLE findings (document VARCHAR NOT NULL)"

_READING = "CREATE OR REPLACE TABLE reading (document VARCHAR NOT NULL)"


class Case:
    """
    A case file, as a `paicha.ports.CaseStore`; use it in one thread at a time.

    As a context manager it closes at the end, and throws a new case away when the block fails.
    """

    def __init__(
        self,
        path: Path,
        connection: duckdb.DuckDBPyConnection,
        unfinished: Path | None = None,
        *,
        overwrite: bool = False,
    ) -> None:
        self._path = path
        self._overwrite = overwrite
        self._connection: duckdb.DuckDBPyConnection | None = connection
        self._unfinished = unfinished  # where a new case is until it is closed
        self._schemas: dict[str, pa.Schema] = {}  # of tables put since it was opened

    @classmethod
    def create(cls, path: Path, *, overwrite: bool = False, case_id: str = "") -> Self:
        """
        Return a new, empty case that appears at *path* when it is closed.

        Args:
            path: Where it will be; its folder must exist.
            overwrite: Whether a case that is there already is replaced, at the end.
            case_id: Kept in the case; the same question on the same data has the same one.

        Raises:
            CaseError: ``case.exists``, ``case.not_ours`` when what is there is no case, or
                ``case.write_refused``.
        """
        refuse_existing(path, overwrite=overwrite)
        if not path.parent.is_dir():
            raise CaseError("case.write_refused", path=path, reason="its folder does not exist")
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        with writing(path):
            connection = connect(unfinished, read_only=False, synced=False)
        facts = {"format": FORMAT, "product_version": __version__, "case_id": case_id}
        with removed_on_failure(unfinished), writing(path):
            for statement in ("BEGIN", _META, _SCHEMAS, _FINDINGS):
                connection.execute(statement)
            connection.execute(_FACTS, [word for fact in facts.items() for word in fact])
            connection.execute("COMMIT")
            remove_leftovers(path, unfinished)
        return cls(path, connection, unfinished, overwrite=overwrite)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = True) -> Self:
        """
        Return the case at *path*.

        Raises:
            CaseError: ``case.missing``, ``case.damaged``, ``case.unreadable``, ``case.version`` or ``case.busy``.
        """
        if not path.exists():
            raise CaseError("case.missing", path=path)
        with reading(path):
            connection = connect(path, read_only=read_only)
        try:
            _check_format(path, connection)
        except CaseError:
            connection.close()
            raise
        return cls(path, connection)

    def again(self) -> Self:
        """
        Return the same open file once more, for another thread: what was read of it is shared.

        Cost: a hundredth of opening it. A file that has taken its place meanwhile is not looked at.
        """
        self._keep_schemas()
        with reading(self._path):
            return type(self)(self._path, self._open.cursor())

    @property
    def path(self) -> Path:
        """Where it is, or will be."""
        return self._path

    @property
    def case_id(self) -> str:
        """The id it was created with."""
        return self.meta["case_id"]

    @property
    def meta(self) -> dict[str, str]:
        """``format``, ``product_version`` and ``case_id``."""
        with reading(self._path):
            return dict(rows_of(self._open, "SELECT key, value FROM meta ORDER BY key"))

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables, sorted."""
        with reading(self._path):
            rows = rows_of(self._open, "SELECT name FROM table_schemas")
        return tuple(sorted({*self._schemas, *(name for (name,) in rows)}))

    def append(self, table: str, batches: Iterable[pa.RecordBatch]) -> None:
        """
        Add rows to *table*, creating it at the first batch; some batches are held at a time.

        Raises:
            CaseError: ``case.write_refused``.
            ValueError: If *table* is no name for a table, or a batch has other columns.
        """
        checked_name(table)
        for rows in gathered(batches):
            stored = self._schema(table)
            if stored is None:
                self.put(table, rows)
            else:
                self._insert(f"INSERT INTO {checked_name(table)}", rows.cast(stored))

    def put(self, table: str, rows: pa.Table) -> None:
        """
        Write a whole table, replacing it.

        Raises:
            CaseError: ``case.write_refused``.
            ValueError: If *table* is no name for a table.
        """
        schema = schema_for(table, rows.schema)
        self._put(self._open, checked_name(table), rows.cast(schema))
        self._schemas[table] = schema

    @contextmanager
    def putting(self, tables: Mapping[str, pa.Table]) -> Iterator[None]:
        """
        Write whole tables while the block runs, in a thread of their own; they are there when it ends.

        The block may read and write other tables.

        Raises:
            CaseError: ``case.write_refused``, when the block has ended.
            ValueError: As `put` does.
        """
        schemas = {table: schema_for(table, rows.schema) for table, rows in tables.items()}
        named = {checked_name(table): rows.cast(schemas[table]) for table, rows in tables.items()}
        with self._open.cursor() as beside, ThreadPoolExecutor(1) as thread:
            under_way = thread.submit(self._put_all, beside, named)
            self._schemas |= schemas
            yield
            under_way.result()

    def get(self, table: str) -> pa.Table | None:
        """
        Read a whole table in the order it was written, None when there is none.

        Returns:
            The table with exactly the schema it was put with, or the model's where that knows it.

        Raises:
            CaseError: ``case.damaged``.
        """
        name = checked_name(table)
        schema = self._schema(table)
        if schema is None:
            return None
        with reading(self._path):
            rows: pa.Table = self._open.sql(f"FROM {name}").to_arrow_table()
        return rows.cast(schema)

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """
        Run one SELECT (or SHOW, DESCRIBE, FROM) and return its rows.

        Raises:
            CaseError: ``case.sql`` when it cannot run, ``case.read_only`` when it is anything else.
        """
        with asking():
            kinds = statement_kinds(self._open, sql)
        if kinds != ("SELECT",):
            raise CaseError("case.read_only", found=", ".join(kinds) or "nothing")
        with asking():
            return table_of(self._open, sql, parameters)

    def put_findings(self, findings: Findings) -> None:
        """Keep the findings, replacing earlier ones."""
        with writing(self._path), at_one_stroke(self._open):
            self._open.execute("DELETE FROM findings")
            for piece in larger(written(findings), _PIECE):
                self._open.execute("INSERT INTO findings VALUES (?)", [piece.decode()])

    def get_findings(self) -> Findings:
        """
        Read the findings back, equal to what was put.

        Raises:
            CaseError: ``case.no_findings``, or ``case.damaged``.
        """
        document = bytearray()
        with reading(self._path):
            asked = self._open.execute("SELECT document FROM findings ORDER BY rowid")
            while row := asked.fetchone():  # to the end: a result half read blocks the connection
                document += row[0].encode()
        if not document:
            raise CaseError("case.no_findings", path=self._path)
        try:
            return decode(document, Findings)
        except msgspec.MsgspecError as error:
            raise CaseError("case.damaged", path=self._path, reason=error) from error

    def put_reading(self, reading: Reading) -> None:
        """Keep how far the files were read, replacing what was kept before."""
        # As ASCII: the names of files may hold bytes that are no text, which come as lone surrogates.
        document = json.dumps(msgspec.to_builtins(reading))
        with writing(self._path):
            self._open.execute(_READING)
            self._open.execute("INSERT INTO reading VALUES (?)", [document])

    def get_reading(self) -> Reading | None:
        """
        Read that back; None: this case does not say how far its files were read.

        Raises:
            CaseError: ``case.damaged``.
        """
        there = "SELECT table_name FROM duckdb_tables() WHERE table_name = 'reading'"
        with reading(self._path):
            documents = (
                rows_of(self._open, "SELECT document FROM reading")
                if rows_of(self._open, there)
                else []
            )
        if not documents:
            return None
        try:
            return convert(json.loads(documents[0][0]), Reading)
        except (msgspec.MsgspecError, ValueError) as error:
            raise CaseError("case.damaged", path=self._path, reason=error) from error

    @contextmanager
    def settling(self) -> Iterator[None]:
        """
        Write to the disk, while the block runs, what `close` would; the block may not use the case.

        Raises:
            CaseError: ``case.write_refused``, when the block has ended.
        """
        with ThreadPoolExecutor(1) as thread:
            under_way = thread.submit(self._settle)
            yield
            under_way.result()

    def _settle(self) -> None:
        self._keep_schemas()
        with writing(self._path):
            self._open.execute("CHECKPOINT")
            if self._unfinished is not None:
                sync(self._unfinished)

    def close(self) -> None:
        """
        Finish; a new case takes its name now. A second time does nothing.

        Raises:
            CaseError: ``case.write_refused``, or ``case.exists`` when somebody else was faster.
        """
        if self._connection is None:
            return
        try:
            self._keep_schemas()
        finally:
            connection, self._connection = self._connection, None
            with removed_on_failure(self._unfinished), writing(self._path):
                try:
                    if self._unfinished is not None:
                        # Closing does this, too, and keeps to itself that a full disk did not let it.
                        connection.execute("CHECKPOINT")
                finally:
                    connection.close()
                if self._unfinished is not None:
                    sync(self._unfinished)
        if self._unfinished is not None:
            with removed_on_failure(self._unfinished):
                refuse_existing(self._path, overwrite=self._overwrite)
                with writing(self._path):
                    self._unfinished.replace(self._path)

    def discard(self) -> None:
        """Close, and throw a new case away; what was at its place before stays. Twice is fine."""
        if self._connection is None:
            return
        connection, self._connection = self._connection, None
        try:
            connection.close()
        finally:
            if self._unfinished is not None:
                remove(self._unfinished)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    @property
    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise ValueError(f"the case {self._path} is closed")
        return self._connection

    def _keep_schemas(self) -> None:
        """Write the schemas of the tables that were put, all at once: one by one they take as long as a table."""
        written, self._schemas = self._schemas, {}
        if written:
            documents = [schema.serialize().to_pybytes() for schema in written.values()]
            rows = pa.table(
                [pa.array(written, pa.string()), pa.array(documents, pa.binary())],
                ["name", "schema"],
            )
            self._insert("INSERT OR REPLACE INTO table_schemas", rows)

    def _schema(self, table: str) -> pa.Schema | None:
        if table in self._schemas:
            return self._schemas[table]
        with reading(self._path):
            found = rows_of(
                self._open, "SELECT arrow_schema FROM table_schemas WHERE name = ?", table
            )
        if not found:
            return None
        written = pa.ipc.read_schema(pa.py_buffer(found[0][0]))
        return schema_for(table, written)

    def _put(self, to: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
        self._insert(f"CREATE OR REPLACE TABLE {name} AS", rows, to)

    def _put_all(self, to: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
        """Put tables at one stroke: each by itself takes half as long again."""
        with writing(self._path), at_one_stroke(to):
            for name, rows in tables.items():
                self._put(to, name, rows)

    def _insert(
        self, statement: str, rows: pa.Table, to: duckdb.DuckDBPyConnection | None = None
    ) -> None:
        connection = to or self._open
        with writing(self._path):
            connection.register("incoming_rows", rows)
            try:
                # The statement holds a checked name and nothing that was read.
                connection.execute(f"{statement} SELECT * FROM incoming_rows")  # noqa: S608
            finally:
                connection.unregister("incoming_rows")


def _check_format(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    with reading(path):
        meta = dict(rows_of(connection, "SELECT key, value FROM meta"))
    found = meta.get("format", "")
    if found != FORMAT:
        writer = meta.get("product_version", "")
        raise CaseError("case.version", path=path, found=found, wanted=FORMAT, writer=writer)
