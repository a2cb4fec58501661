"""Lines of a problem by page, and the lines around one."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.app.surroundings import Choice
from paicha.errors import CaseError
from paicha.facade import Investigation, carry_out, prepare_demo


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Investigation:
    """Investigate the reference scenario once."""
    folder = tmp_path_factory.mktemp("surroundings")
    return carry_out(prepare_demo("en", folder / "logs"), case=folder / "a.case.duckdb")


def test_pages_put_together_are_all_lines(found: Investigation) -> None:
    """No line stands on two pages, none is left out, and the order is that of `lines`."""
    whole = [line.locator for line in found.lines("database_connection").lines]

    paged = [
        line.locator
        for offset in range(0, len(whole), 50)
        for line in found.line_page("database_connection", offset=offset).lines
    ]

    assert 214 == len(whole)
    assert whole == paged


def test_a_choice_counts_what_fits(found: Investigation) -> None:
    """Text, module and level narrow the lines; how many fit is exact, and so is how many there are."""
    every = found.lines("database_connection").lines

    page = found.line_page(
        "database_connection", Choice(text="TIMEOUT", module="auth", level="warning"), limit=3
    )

    fitting = [
        line
        for line in every
        if "timeout" in line.body.lower() and "auth" in line.module and line.level == "WARNING"
    ]
    assert fitting[:3] == list(page.lines)
    assert (len(fitting), 214, 214) == (page.fitting, page.kept, page.counted)
    assert page.fitting > 3


def test_quotes_and_wildcards_of_a_choice_are_only_text(found: Investigation) -> None:
    """What a reader types is never part of a statement, nor a pattern."""
    for words in ("' or 1=1 --", "%", ".*"):
        assert 0 == found.line_page(2, Choice(module=words)).fitting
        assert 0 == found.line_page(2, Choice(text=words)).fitting


def test_lines_around_a_line_are_its_neighbours_in_the_file(found: Investigation) -> None:
    """Before and after, in the order of the file, other problems' lines and harmless ones too."""
    line = found.lines("disk_space_low").lines[3]
    rows = found.sql("select locator, body from records").to_pylist()
    in_file = sorted(rows, key=lambda row: int(row["locator"].rpartition("@")[2]))
    place = [row["locator"] for row in in_file].index(line.locator)

    around = found.around(line.locator, 2, 4)

    assert [row["locator"] for row in in_file[place - 2 : place + 5]] == [
        neighbour.locator for neighbour in around.lines
    ]
    assert (2, True) == (around.chosen, around.whole)


def test_the_first_line_has_nothing_before_it(found: Investigation) -> None:
    """At the edge of a file there are fewer neighbours."""
    first = found.sql("select locator from records order by timestamp limit 1")["locator"][
        0
    ].as_py()

    around = found.around(first, 5, 1)

    assert (0, 2) == (around.chosen, len(around.lines))


def test_a_line_that_is_not_kept_is_said_so(found: Investigation) -> None:
    """The error names the place."""
    with pytest.raises(CaseError) as refused:
        found.around("/etc/passwd:1@0")

    assert "the case keeps no line at /etc/passwd:1@0" == refused.value.what


def test_records_of_a_store_have_the_same_host_and_service_around_them(
    found: Investigation, tmp_path: Path
) -> None:
    """Where locators name no file, neighbours are those of the same host and service, by time."""
    from paicha.stores.case import Case  # noqa: PLC0415 - this test alone writes a case
    from paicha.wiring.assembly import Assembly  # noqa: PLC0415

    with Case.open(found.case_path) as source:
        records = source.get("records")
        assert records is not None
        names = [f"index:{place:04d}" for place in range(records.num_rows)]
        hosts = ["a" if place % 2 else "b" for place in range(records.num_rows)]
        for column, values in (("locator", names), ("host_ip", hosts)):
            records = records.set_column(
                records.column_names.index(column), records.schema.field(column), [values]
            )
    with Case.create(tmp_path / "store.case.duckdb") as made:
        made.put("records", records)
        kept = Assembly.kept_lines(made)
        chosen = kept.one("index:0101").to_pylist()[0]
        around = kept.around(chosen, 2, 2).to_pylist()

    assert ["index:0097", "index:0099", "index:0101", "index:0103", "index:0105"] == [
        row["locator"] for row in around
    ]
