"""The case file: everything that goes in comes out equal, and nobody gets further than the case."""

from __future__ import annotations

import signal
import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from paicha.errors import CaseError
from paicha.locales import LANGUAGES
from paicha.model import schema
from paicha.model.findings import Findings
from paicha.model.question import Window
from paicha.ports import CaseStore
from paicha.stores.case import FORMAT, Case
from paicha.stores.failing import reading
from paicha.stores.tables import KNOWN
from paicha.version import __version__

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
NASTY = '\'; DROP TABLE records; -- {} %s \x00 \u202e 💥 数据库 "quoted" \\'


def records(count: int, first: int = 0) -> pa.RecordBatch:
    rows = range(first, first + count)
    values: dict[str, list[object]] = {
        "timestamp": [NOON + timedelta(milliseconds=row) if row % 7 else None for row in rows],
        "severity_number": [row % 25 for row in rows],
        "code_line_number": [row if row % 3 else None for row in rows],
        "locator": [f"app.log:{row}" for row in rows],
    }
    for name in schema.STORED_RECORDS.names:
        values.setdefault(name, [f"{NASTY}{name} {row}" for row in rows])
    return pa.RecordBatch.from_pydict(values, schema=schema.STORED_RECORDS)


def sample(kind: pa.DataType, turn: int) -> object:
    """Return a telling value of *kind*."""
    if pa.types.is_timestamp(kind):
        return NOON + timedelta(microseconds=turn)
    if pa.types.is_decimal(kind):
        return Decimal(f"{turn}9999999999999999999999999999999.123456")
    if pa.types.is_list(kind):
        return [{"value": NASTY, "n": turn}] * turn
    if pa.types.is_boolean(kind):
        return turn % 2 == 0
    if pa.types.is_floating(kind):
        return turn / 3
    return turn if pa.types.is_integer(kind) else f"{NASTY}{turn}"


def sample_table(like: pa.Schema) -> pa.Table:
    rows = [
        {
            field.name: None if field.nullable and turn == 1 else sample(field.type, turn)
            for field in like
        }
        for turn in range(4)
    ]
    return pa.Table.from_pylist(rows, schema=like)


def instance(kind: typing.Any) -> typing.Any:  # annotations have no common type
    """Return a value of the annotation *kind* with every optional and every list filled."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return inner[-1]
    if origin is tuple:
        return tuple(instance(each) for each in inner if each is not Ellipsis)
    if origin in (types.UnionType, typing.Union):
        return instance(next(each for each in inner if each is not type(None)))
    if kind is Window:
        return Window(NOON, NOON + timedelta(minutes=15))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{field.name: instance(hints[field.name]) for field in fields(kind)})
    simple = {datetime: NOON, str: NASTY, int: 7, float: 1 / 3, bool: True}
    return simple[kind]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "one.case"
    with Case.create(path, case_id="c-1") as case:
        case.append("records", [records(100)])
        case.put("counts", sample_table(schema.COUNTS))
    return path


@pytest.mark.parametrize("table", sorted(KNOWN))
def test_a_table_of_the_model_comes_back_the_same(table: str, tmp_path: Path) -> None:
    """
    Zone, widths, decimals, nested lists, nulls and the merge words survive.
    """
    rows = sample_table(KNOWN[table])

    with Case.create(tmp_path / "one.case") as case:
        case.put(table, rows)
    with Case.open(tmp_path / "one.case") as case:
        back = case.get(table)

    assert back is not None
    assert back.schema.equals(rows.schema, check_metadata=True)
    assert rows.to_pylist() == back.to_pylist()


def test_a_table_the_model_does_not_know_keeps_its_own_schema(tmp_path: Path) -> None:
    """
    Whoever adds a table need not tell the store.
    """
    column = pa.field("scores", pa.list_(pa.float32()), nullable=False, metadata={"merge": "row"})
    rows = pa.table({"scores": [[0.5], []]}, schema=pa.schema([column], metadata={"by": "me"}))

    with Case.create(tmp_path / "one.case") as case:
        case.put("own_scores", rows)
        back = case.get("own_scores")

    assert back is not None
    assert back.schema.equals(rows.schema, check_metadata=True)
    assert rows.to_pylist() == back.to_pylist()


def test_a_table_computed_without_metadata_gets_the_models_schema(tmp_path: Path) -> None:
    """
    A group-by forgets what a column means; the case does not.
    """
    rows = sample_table(schema.COUNTS)
    bare = pa.table({name: rows[name] for name in rows.column_names})

    with Case.create(tmp_path / "one.case") as case:
        case.put("counts", bare)
        back = case.get("counts")

    assert back is not None
    assert back.schema.equals(schema.COUNTS, check_metadata=True)


def test_appended_batches_come_back_in_their_order(tmp_path: Path) -> None:
    """
    The order of the records is the order in which they were read.
    """
    with Case.create(tmp_path / "one.case") as case:
        case.append("records", (records(20_000, first) for first in range(0, 120_000, 20_000)))
        case.append("records", [records(5, 120_000)])
        back = case.get("records")

    assert back is not None
    assert [f"app.log:{row}" for row in range(120_005)] == back["locator"].to_pylist()


def test_appending_nothing_makes_no_table(tmp_path: Path) -> None:
    """
    A table exists from its first batch on.
    """
    with Case.create(tmp_path / "one.case") as case:
        case.append("records", [])

        assert case.get("records") is None
        assert case.tables == ()


def test_what_breaks_while_reading_is_not_blamed_on_the_case(tmp_path: Path) -> None:
    """
    An error of the batches' maker passes through untouched.
    """

    def broken() -> Iterator[pa.RecordBatch]:
        yield records(1)
        raise ConnectionResetError("the gateway hung up")

    with Case.create(tmp_path / "one.case") as case, pytest.raises(ConnectionResetError):
        case.append("records", broken())


def test_tables_can_be_put_while_others_are_read_and_written(tmp_path: Path) -> None:
    """What a block puts beside itself is there behind it, and neither gets in the other's way."""
    tables = {"counts": sample_table(schema.COUNTS), "slots": sample_table(schema.SLOTS)}
    with Case.create(tmp_path / "one.case") as case:
        case.append("records", [records(100)])
        with case.putting(tables):
            n = case.query("SELECT count(*) AS n FROM records")["n"].to_pylist()
            case.put("series", sample_table(schema.SERIES))
        inside = {name: case.get(name) for name in tables}
    with Case.open(tmp_path / "one.case") as case:
        kept = {name: case.get(name) for name in tables}

        assert [100] == n
        assert tables == inside == kept
        assert ("counts", "records", "series", "slots") == case.tables


def test_a_block_may_put_more_while_the_first_tables_are_written(tmp_path: Path) -> None:
    """Each block's tables are there behind it."""
    first, second = sample_table(schema.COUNTS), sample_table(schema.TEMPLATES)
    with Case.create(tmp_path / "one.case") as case:
        with case.putting({"counts": first}):
            with case.putting({"templates": second}):
                case.append("records", [records(10)])
            inner = case.get("templates")

        assert (second, first) == (inner, case.get("counts"))


def test_a_case_settles_while_a_block_runs_and_is_whole_behind_it(tmp_path: Path) -> None:
    """What settled is closed as ever; a block that fails meanwhile leaves no case."""
    place, rows = tmp_path / "one.case", sample_table(schema.COUNTS)
    with Case.create(place) as case:
        case.put("counts", rows)
        with case.settling():
            unfinished = [file.name for file in tmp_path.iterdir()]
    with Case.open(place) as case:
        kept = case.get("counts")
    with (
        pytest.raises(ConnectionResetError),
        Case.create(tmp_path / "two.case") as case,
        case.settling(),
    ):
        raise ConnectionResetError

    assert rows == kept
    assert "one.case" not in unfinished
    assert [place] == list(tmp_path.iterdir())


def test_a_table_that_cannot_be_put_beside_is_an_error(tmp_path: Path) -> None:
    """It is told when the block has ended, and no half case stays."""
    rows = pa.table({"half": pa.array([1.0], pa.float16())})  # which DuckDB does not know
    with (
        pytest.raises(CaseError, match="cannot be written"),
        Case.create(tmp_path / "one.case") as case,
        case.putting({"halves": rows}),
    ):
        case.append("records", [records(10)])

    assert [] == list(tmp_path.iterdir())


def test_putting_replaces_the_table(tmp_path: Path) -> None:
    """
    A second `put` leaves nothing of the first.
    """
    rows = sample_table(schema.TEMPLATES)

    with Case.create(tmp_path / "one.case") as case:
        case.put("templates", rows)
        case.put("templates", rows.slice(0, 1))
        back = case.get("templates")

    assert back is not None
    assert back.num_rows == 1


@pytest.mark.parametrize("name", ["meta", "findings", 'a"; drop table meta', "", "Records", "a b"])
def test_a_name_that_is_no_table_is_refused(name: str, tmp_path: Path) -> None:
    """
    Names of tables are ours, never somebody's text.
    """
    with Case.create(tmp_path / "one.case") as case, pytest.raises(ValueError, match="table"):
        case.put(name, sample_table(schema.TEMPLATES))


def test_findings_come_back_equal(tmp_path: Path) -> None:
    """
    Every field of every finding survives the JSON, with both languages.
    """
    findings: Findings = instance(Findings)

    with Case.create(tmp_path / "one.case") as case:
        case.put_findings(instance(Findings))
        case.put_findings(findings)
    with Case.open(tmp_path / "one.case") as case:
        back = case.get_findings()

    assert findings == back


def test_a_case_says_who_wrote_it_in_which_format(written: Path) -> None:
    """
    Format, version and id stand in the table `meta`.
    """
    with Case.open(written) as case:
        wanted = {"case_id": "c-1", "format": FORMAT, "product_version": __version__}

        assert wanted == case.meta
        assert case.case_id == "c-1"
        assert case.tables == ("counts", "records")


def test_a_case_is_a_case_store(written: Path) -> None:
    """
    The type checker agrees that it fits the port.
    """
    with Case.open(written) as case:
        store: CaseStore = case

        assert written == store.path


def test_a_query_gets_its_parameters_as_values(written: Path) -> None:
    """
    Log text given as a parameter is compared, not run.
    """
    with Case.open(written) as case:
        rows = case.query("SELECT count(*) AS n FROM records WHERE body = ?", [f"{NASTY}body 8"])

    assert rows.to_pylist() == [{"n": 1}]


def test_times_are_shown_in_utc(written: Path) -> None:
    """
    The machine's own zone has no say.
    """
    with Case.open(written) as case:
        rows = case.query("SELECT CAST(min(timestamp) AS VARCHAR) AS first FROM records")

    assert rows.to_pylist() == [{"first": "2025-03-01 12:00:00.001+00"}]


@pytest.mark.parametrize(
    "sql",
    ["SHOW TABLES", "DESCRIBE records", "FROM counts", "WITH a AS (SELECT 1) SELECT * FROM a"],
)
def test_a_reading_statement_runs(sql: str, written: Path) -> None:
    """
    What only looks is allowed, however it is spelled.
    """
    with Case.open(written) as case:
        assert case.query(sql).num_rows > 0


def test_the_database_leaves_a_run_below_a_gigabyte(written: Path) -> None:
    """
    It holds what it may before it writes beside the case: four million records of a packed log were 1.2 GB.
    """
    with Case.open(written) as case:
        said = case.query("SELECT current_setting('memory_limit') AS most").to_pylist()[0]["most"]

    number, unit = said.split()
    assert "MiB" == unit
    assert float(number) <= 600


WRITES = [
    "INSERT INTO meta VALUES ('a', 'b')",
    "DELETE FROM records",
    "CREATE TABLE x AS SELECT 1",
    "DROP TABLE records",
    "ATTACH '{there}/other.duckdb'",
    "COPY records TO '{there}/out.csv'",
    "EXPORT DATABASE '{there}/out'",
    "PRAGMA database_list",
    "SET memory_limit = '64GB'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CALL force_checkpoint()",
    "SELECT 1; DROP TABLE records",
    "",
]


@pytest.mark.parametrize("sql", WRITES)
def test_anything_but_one_select_is_refused(sql: str, written: Path) -> None:
    """
    No statement changes the case, the settings or the machine.
    """
    before = written.read_bytes()

    with Case.open(written) as case, pytest.raises(CaseError) as refused:
        case.query(sql.format(there=written.parent))

    assert refused.value.code == "case.read_only"
    assert before == written.read_bytes()
    assert [written] == list(written.parent.iterdir())


@pytest.mark.parametrize("sql", WRITES)
def test_a_case_being_written_is_read_only_to_queries_too(sql: str, tmp_path: Path) -> None:
    """
    The connection could write; the query may not.
    """
    with Case.create(tmp_path / "one.case") as case:
        case.append("records", [records(1)])
        with pytest.raises(CaseError) as refused:
            case.query(sql.format(there=tmp_path))

        assert refused.value.code == "case.read_only"
        assert case.tables == ("records",)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM read_json('{secret}')",
        "SELECT * FROM read_parquet('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM glob('{there}/*')",
        "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
        "FROM read_blob('{secret}')",
        "SELECT getenv('HOME')",
        "SELECT * FROM in_this_process",
        "SELECT * FROM nowhere",
        "SELEKT 1",
        "SELECT ?",
    ],
)
@pytest.mark.parametrize("how", ["written", "open"])
def test_a_query_sees_nothing_but_the_case(sql: str, how: str, tmp_path: Path) -> None:
    """
    Other files, the environment and Python's variables are out of reach.
    """
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nswordfish\n")
    in_this_process = pa.table({"word": ["swordfish"]})
    case = Case.create(tmp_path / "one.case")
    case.put("counts", sample_table(schema.COUNTS))
    if how == "open":
        case.close()
        case = Case.open(tmp_path / "one.case")

    with case, pytest.raises(CaseError) as refused:
        case.query(sql.format(secret=secret, there=tmp_path))

    assert in_this_process.num_rows == 1
    assert refused.value.code == "case.sql"
    assert "swordfish" not in refused.value.text("en")


def test_a_new_case_has_its_name_only_when_it_is_closed(tmp_path: Path) -> None:
    """
    Nobody ever finds half a case under the name of a whole one.
    """
    path = tmp_path / "one.case"
    case = Case.create(path)
    case.append("records", [records(10)])

    assert not path.exists()

    case.close()
    case.close()

    assert [path] == list(tmp_path.iterdir())


def test_a_failing_block_leaves_no_case_and_keeps_the_old_one(written: Path) -> None:
    """
    What was there before stays until something whole replaces it.
    """
    before = written.read_bytes()

    with pytest.raises(pa.ArrowInvalid), Case.create(written, overwrite=True) as case:
        case.append("records", [records(10), pa.RecordBatch.from_pydict({"a": [1]})])

    assert before == written.read_bytes()
    assert [written] == list(written.parent.iterdir())


_WRITE_AND_DIE = """
import os, pathlib, signal, sys
import pyarrow as pa
from paicha.stores.case import Case
case = Case.create(pathlib.Path(sys.argv[1]), overwrite=True)
case.put("numbers", pa.table({"n": list(range(1000))}))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_no_half_case(written: Path) -> None:
    """
    Not even a kill that nobody can catch puts half a case under the name.
    """
    before = written.read_bytes()

    died = subprocess.run([sys.executable, "-c", _WRITE_AND_DIE, str(written)], check=False)

    assert died.returncode == -signal.SIGKILL
    assert before == written.read_bytes()


def test_overwriting_replaces_the_case(written: Path) -> None:
    """
    With leave, a second case takes the place of the first.
    """
    with Case.create(written, overwrite=True, case_id="c-2"):
        pass

    with Case.open(written) as case:
        assert (case.case_id, case.get("records")) == ("c-2", None)


def test_no_path_of_the_machine_stands_in_the_file(written: Path) -> None:
    """
    A case can be handed on without telling where it was made.
    """
    assert str(written.parent).encode() not in written.read_bytes()


def test_a_case_that_is_called_like_a_table_is_no_trouble(tmp_path: Path) -> None:
    """
    DuckDB names a database for its file; queries still find the tables.
    """
    for name in ("records.case", "main.case", "md:x", "日志 1.case"):
        with Case.create(tmp_path / name) as case:
            case.append("records", [records(3)])
        with Case.open(tmp_path / name) as case:
            assert case.query("SELECT body FROM records").num_rows == 3


def test_a_case_can_be_opened_for_new_findings(written: Path) -> None:
    """
    What a later version decides can be put into an old case.
    """
    with Case.open(written, read_only=False) as case:
        case.put_findings(instance(Findings))

    with Case.open(written) as case:
        assert instance(Findings) == case.get_findings()


def test_a_read_only_case_refuses_writing(written: Path) -> None:
    """
    Opening a case to look at it cannot change it.
    """
    with Case.open(written) as case, pytest.raises(CaseError) as refused:
        case.put("templates", sample_table(schema.TEMPLATES))

    assert refused.value.code == "case.write_refused"


def _failure(path: Path, how: str) -> CaseError:
    """Return what goes wrong with *path* in the way *how*."""
    act = Case.create if how == "create" else _read_findings
    with pytest.raises(CaseError) as failed:
        act(path)
    return failed.value


def _read_findings(path: Path) -> Findings:
    with Case.open(path) as case:
        return case.get_findings()


def test_a_missing_case_is_named(tmp_path: Path) -> None:
    """
    The reader learns which path, in both languages.
    """
    error = _failure(tmp_path / "none.case", "open")

    assert error.code == "case.missing"
    assert f"The case file {tmp_path / 'none.case'} does not exist." == error.what
    assert f"案卷文件 {tmp_path / 'none.case'} 不存在。" in error.text("zh")


def test_a_case_that_is_there_is_not_overwritten_unasked(written: Path) -> None:
    """
    Without leave the old case stays.
    """
    assert _failure(written, "create").code == "case.exists"


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """
    The reason stands in the sentence.
    """
    error = _failure(tmp_path / "nowhere" / "one.case", "create")

    assert error.code == "case.write_refused"
    assert "its folder does not exist" in error.what


@pytest.mark.parametrize("content", [b"", b"not a database" * 500, b"\x00" * 5000])
def test_a_file_that_is_no_case_is_called_damaged(content: bytes, tmp_path: Path) -> None:
    """
    Any other file gets one clear sentence.
    """
    path = tmp_path / "one.case"
    path.write_bytes(content)

    error = _failure(path, "open")

    assert error.code == "case.damaged"
    assert str(path) in error.what


def test_a_case_that_may_not_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    """
    Whoever is told so makes it anew, and needs another user or other permissions instead.
    """
    path = tmp_path / "one.case"
    with pytest.raises(CaseError) as failed, reading(path):
        raise duckdb.IOException(f'IO Error: Cannot open file "{path}": Permission denied')

    assert "case.unreadable" == failed.value.code
    assert "cannot be read: Permission denied." in failed.value.what


def test_a_folder_is_no_case(tmp_path: Path) -> None:
    """
    A folder's path gets the same sentence as any other wrong file.
    """
    assert _failure(tmp_path, "open").code == "case.damaged"


def test_a_database_that_is_no_case_is_called_damaged(tmp_path: Path) -> None:
    """
    Somebody's own DuckDB file is not taken for a case.
    """
    path = tmp_path / "own.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")

    assert _failure(path, "open").code == "case.damaged"


def test_a_cut_off_case_is_called_damaged(written: Path) -> None:
    """
    A copy that broke off half way is not read as a smaller case.
    """
    written.write_bytes(written.read_bytes()[: written.stat().st_size // 2])

    with pytest.raises(CaseError) as failed, Case.open(written) as case:
        case.get("records")

    assert failed.value.code == "case.damaged"


def test_a_case_of_another_format_names_its_writer(written: Path) -> None:
    """
    The reader learns which version can read it.
    """
    with duckdb.connect(str(written)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")

    error = _failure(written, "open")

    assert error.code == "case.version"
    assert f"has format 99; this Paicha reads format {FORMAT}." in error.what
    assert __version__ in error.hint


def test_a_case_without_findings_says_so(written: Path) -> None:
    """
    An unfinished investigation is not an empty one.
    """
    assert _failure(written, "open").code == "case.no_findings"


def test_a_bad_query_is_explained_in_both_languages(written: Path) -> None:
    """
    The database's own words, without its picture of the statement.
    """
    with Case.open(written) as case, pytest.raises(CaseError) as refused:
        case.query("SELECT nothing_like_it FROM records")

    texts = [refused.value.text(language) for language in LANGUAGES]

    assert ["nothing_like_it" in text for text in texts] == [True, True]
    assert "\nLINE 1" not in texts[0]


def test_a_closed_case_says_that_it_is_closed(written: Path) -> None:
    """
    Using a case after its end is a mistake of the program, named as one.
    """
    case = Case.open(written)
    case.close()
    case.discard()

    with pytest.raises(ValueError, match="is closed"):
        case.get("records")
