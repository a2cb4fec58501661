"""What the verification of field aliases finds."""

from __future__ import annotations

import pyarrow as pa
import pytest

from paicha.analysis.aliases import verify
from paicha.model.aliases import AliasReport, AliasSetting, AliasSettings
from paicha.model.schema import ALIAS_COUNTS

LEVEL = AliasSetting("level", "log_level", "keyword")
SEVERITY = AliasSetting("severity", "log_level", "keyword")
Row = tuple[str, str, str, int, int, int, int, int, int]


def settings(*pairs: AliasSetting, fields: dict[str, str] | None = None) -> AliasSettings:
    types = {"level": "keyword", "severity": "keyword"} if fields is None else fields
    real = tuple(sorted(types))
    return AliasSettings(101, "demo", pairs, real, tuple(types.items()))


def counts(*rows: Row) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [() for _ in ALIAS_COUNTS]
    return pa.table(
        [pa.array(c, type=f.type) for c, f in zip(columns, ALIAS_COUNTS, strict=True)],
        schema=ALIAS_COUNTS,
    )


def kinds(report: AliasReport) -> list[tuple[str, str]]:
    return [(finding.severity, finding.kind) for finding in report.findings]


def test_one_alias_over_two_tables_is_fine() -> None:
    """Each table has its own field, every row resolves, and nothing is wrong."""
    report = verify(
        settings(LEVEL, SEVERITY),
        counts(
            ("log_level", "level", "a", 60, 60, 60, 60, 0, 0),
            ("log_level", "level", "b", 40, 0, 40, 0, 0, 0),
            ("log_level", "severity", "a", 60, 0, 60, 0, 0, 0),
            ("log_level", "severity", "b", 40, 40, 40, 40, 0, 0),
        ),
    )

    assert kinds(report) == [("info", "ok")]
    assert report.findings[0].rows == 100
    assert report.findings[0].tables == ("a", "b")
    assert report.rows == 100
    assert not report.failed
    assert report.pairs[0].tables == (("a", 60, 60, 60), ("b", 40, 0, 0))


def test_two_fields_of_one_alias_in_one_table_are_a_conflict() -> None:
    """Which of the two the alias gives is left to chance, so a report on it would be wrong."""
    report = verify(
        settings(LEVEL, SEVERITY),
        counts(
            ("log_level", "level", "a", 60, 60, 60, 60, 0, 0),
            ("log_level", "severity", "a", 60, 20, 60, 20, 5, 0),
        ),
    )

    assert kinds(report) == [("error", "conflict"), ("error", "differs")]
    assert report.failed
    assert report.findings[0].text.en == (
        "log_level: the fields level, severity stand side by side in table a; "
        "which one the alias gives is left to chance"
    )
    assert report.findings[0].text.zh == (
        "log_level：结果表 a 中同时存在字段 level, severity，别名取到哪一个并不确定"
    )


def test_a_pair_declared_twice_is_a_conflict() -> None:
    """The platform refuses to save it; if it is there all the same, it is said."""
    report = verify(settings(LEVEL, LEVEL), counts())

    assert ("error", "conflict") in kinds(report)
    assert len(report.pairs) == 1


def test_rows_whose_alias_differs_are_an_error() -> None:
    """There must be none of them."""
    report = verify(settings(LEVEL), counts(("log_level", "level", "a", 9, 9, 9, 9, 2, 0)))

    assert kinds(report) == [("error", "differs")]
    assert report.findings[0].rows == 2
    assert report.pairs[0].tables == (("a", 9, 9, 7),)


def test_rows_with_the_field_but_without_the_alias_are_a_warning() -> None:
    """An alias that was not published to a table resolves there for nobody else."""
    report = verify(
        settings(LEVEL),
        counts(
            ("log_level", "level", "a", 9, 9, 9, 9, 0, 0),
            ("log_level", "level", "b", 5, 5, 0, 0, 0, 0),
        ),
    )

    assert kinds(report) == [("warning", "unresolved")]
    assert report.findings[0].tables == ("b",)
    assert not report.failed


def test_rows_without_any_alias_come_from_the_classic_search() -> None:
    """That road adds none: said once, and the fields themselves count as resolved."""
    report = verify(settings(LEVEL), counts(("log_level", "level", "a", 9, 9, 0, 0, 0, 0)))

    assert kinds(report) == [("info", "unresolved"), ("info", "ok")]
    assert report.pairs[0].tables == (("a", 9, 9, 9),)


def test_an_alias_no_row_ever_shows_is_a_warning() -> None:
    """Declared, stored somewhere, but in none of the rows read."""
    report = verify(
        settings(LEVEL, SEVERITY),
        counts(
            ("log_level", "level", "a", 9, 9, 9, 9, 0, 0),
            ("log_level", "severity", "a", 9, 0, 9, 0, 0, 0),
        ),
    )

    assert kinds(report) == [("warning", "never_seen")]
    assert report.findings[0].fields == ("severity",)


def test_an_alias_of_a_field_that_does_not_exist_says_so() -> None:
    """A field in no table never conflicts, so only the verification finds it."""
    report = verify(settings(AliasSetting("lvl_raw", "log_level", "keyword")), counts())

    assert kinds(report) == [("warning", "never_seen")] * 2
    assert "not among the fields" in report.findings[1].text.en


def test_an_alias_named_like_a_real_field_is_an_error() -> None:
    """The platform does not check it, and the alias overwrites that field's own values."""
    report = verify(
        settings(AliasSetting("level", "severity", "keyword")),
        counts(("severity", "level", "a", 9, 9, 9, 9, 0, 0)),
    )

    assert kinds(report) == [("error", "shadows")]
    assert report.failed


@pytest.mark.parametrize(
    ("declared", "stored", "expected"),
    [
        ("keyword", "integer", [("warning", "type_mismatch")]),
        ("integer", "long", [("info", "ok")]),
        ("string", "keyword", [("info", "ok")]),
        ("text", "keyword", [("warning", "type_mismatch")]),
    ],
)
def test_a_declared_type_must_search_like_the_stored_one(
    declared: str, stored: str, expected: list[tuple[str, str]]
) -> None:
    """Integers among themselves are one family; a keyword is not a text."""
    report = verify(
        settings(AliasSetting("line", "code_line", declared), fields={"line": stored}),
        counts(("code_line", "line", "a", 9, 9, 9, 9, 0, 0)),
    )

    assert expected == kinds(report)


def test_values_of_another_type_are_counted() -> None:
    """A word in a field declared as integer."""
    report = verify(
        settings(AliasSetting("line", "code_line", "integer"), fields={"line": "integer"}),
        counts(("code_line", "line", "a", 9, 9, 9, 9, 0, 3)),
    )

    assert kinds(report) == [("warning", "type_mismatch")]
    assert report.findings[0].rows == 3


def test_two_aliases_on_one_field_are_worth_knowing() -> None:
    """A query text of the platform resolves only one of them."""
    report = verify(
        settings(LEVEL, AliasSetting("level", "lvl", "keyword")),
        counts(
            ("log_level", "level", "a", 9, 9, 9, 9, 0, 0),
            ("lvl", "level", "a", 9, 9, 9, 9, 0, 0),
        ),
    )

    assert kinds(report) == [("info", "ok"), ("info", "several_aliases"), ("info", "ok")]
    assert report.findings[1].fields == ("level",)


def test_no_rows_are_no_verdict_on_the_aliases() -> None:
    """An empty window blames nobody, and is no proof either: that is said once."""
    report = verify(settings(LEVEL, SEVERITY), counts())

    assert kinds(report) == [("warning", "never_seen")]
    assert report.findings[0].text.en.startswith("no row was read")
    assert report.rows == 0


def test_an_alias_named_like_a_field_does_not_hide_that_no_row_has_aliases() -> None:
    """The classic search adds none: every row has the real field, and that says nothing."""
    shadow = AliasSetting("level", "severity", "keyword")
    report = verify(
        settings(LEVEL, shadow),
        counts(
            ("log_level", "level", "a", 60, 60, 0, 0, 0, 0),
            ("severity", "level", "a", 60, 60, 60, 60, 60, 0),
        ),
    )

    assert kinds(report) == [
        ("error", "shadows"),
        ("info", "unresolved"),
        ("info", "ok"),
        ("info", "several_aliases"),
    ]
