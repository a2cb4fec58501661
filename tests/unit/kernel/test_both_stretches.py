"""A window and its baseline, counted apart and folded together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from paicha.kernel.caps import UNCUT
from paicha.kernel.count import EXAMPLE_CAP, Partial, add, count, count_by_reference
from paicha.kernel.fold import Folded, fold_both
from paicha.kernel.unit_order import place_of
from paicha.model.question import Window
from paicha.model.schema import RECORDS

START = datetime(2025, 3, 4, 9, tzinfo=UTC)
BEFORE = Window(START, START + timedelta(hours=1))
BLANK = {field.name: "" if field.type == pa.string() else None for field in RECORDS}

Count = Callable[..., tuple[pa.RecordBatch, Partial]]
counting = pytest.mark.parametrize("counted", [count, count_by_reference])


def batch(rows: Sequence[tuple[timedelta, str]], **more: object) -> pa.RecordBatch:
    """Return records of these bodies, so long after the baseline's start."""
    said = [
        BLANK | {"severity_number": 9, "timestamp": START + after, "body": body} | more
        for after, body in rows
    ]
    return pa.RecordBatch.from_pylist(said, RECORDS)


def both(before: Sequence[str], during: Sequence[str]) -> tuple[Folded, dict[str, tuple[int, str]]]:
    """Return what a window and its baseline fold to, and the baseline's counts and examples by text."""
    rows = [(timedelta(0), body) for body in before]
    rows += [(timedelta(hours=1), body) for body in during]
    folded, held = fold_both(add([count(batch(rows), baseline=BEFORE)[1]]))
    assert held is not None
    return folded, by_text(held)


def by_text(templates: pa.Table) -> dict[str, tuple[int, str]]:
    """Return counts and examples of templates by their text."""
    return {row["text"]: (row["n"], row["example"]) for row in templates.to_pylist()}


@counting
def test_a_stretch_holds_its_start_and_not_its_end(counted: Count) -> None:
    """What lies on the border between baseline and window is the window's."""
    moments = [timedelta(0), timedelta(minutes=59), timedelta(hours=1), timedelta(hours=-1)]
    stored, part = counted(batch([(at, "one") for at in moments]), baseline=BEFORE)

    assert part.baseline is not None
    assert (2, 2) == (sum(part.counts["n"].to_pylist()), sum(part.baseline["n"].to_pylist()))
    assert [START + at for at in moments[2:]] == stored["timestamp"].to_pylist()


@counting
def test_a_module_is_the_file_or_else_the_logger_and_a_host_its_address_or_else_its_id(
    counted: Count,
) -> None:
    """In the counts, as everywhere."""
    named = {"code_file_path": "a.py", "scope_name": "shop", "host_ip": "10.0.0.1", "host_id": "7"}
    for left_out, expected in (
        ((), ("a.py", "10.0.0.1")),
        (("code_file_path", "host_ip"), ("shop", "7")),
    ):
        more = named | dict.fromkeys(left_out, "")
        _, part = counted(batch([(timedelta(0), "one")], **more))

        (row,) = part.counts.to_pylist()
        assert expected == (row["module"], row["host"])


@counting
def test_an_example_is_as_long_as_it_may_be(counted: Count) -> None:
    """A message of a store may be longer."""
    (row,) = counted(batch([(timedelta(0), "x" * (EXAMPLE_CAP + 1))]))[1].counts.to_pylist()

    assert EXAMPLE_CAP == len(row["example"])


def test_what_is_no_sum_yet_becomes_one() -> None:
    """Rows that became alike after they were counted, such as those whose host a file's place says."""
    part = count(batch([(timedelta(0), "one")]))[1]
    twice = replace(part, counts=pa.concat_tables([part.counts, part.counts]), summed=False)

    assert [2] == add([twice]).counts["n"].to_pylist()


def test_minutes_are_as_wide_as_those_of_either_stretch() -> None:
    """A curve has one step for both."""
    cut = replace(UNCUT, widths=(place_of("one", 9), *UNCUT.widths[1:]))
    empty = add([])

    assert [60, 600, 600] == [
        part.minute_s for part in (empty, replace(empty, cut=cut), replace(empty, baseline_cut=cut))
    ]


def test_templates_of_both_are_the_same_and_counted_apart() -> None:
    """What only the baseline holds is no template of the window, and has no variables."""
    folded, held = both(
        ["order 1 kept", "order 3 kept", "link 5 lost"], ["order 2 kept"] * 3 + ["disk 7 full"]
    )

    window = {"order <number> kept": (3, "order 2 kept"), "disk <number> full": (1, "disk 7 full")}
    before = {"order <number> kept": (2, "order 1 kept"), "link <number> lost": (1, "link 5 lost")}
    assert (window, before) == (by_text(folded.templates), held)
    with_slots = set(folded.template_slots["template_id"].to_pylist())
    assert set(folded.templates["template_id"].to_pylist()) == with_slots


def test_a_template_of_several_shapes_adds_them_in_both() -> None:
    """Its example is the window's own, however small the baseline's are."""
    folded, held = both(
        ["read 3.5 KB now", "read 1.5 MB now", "read 2.5 GB now"],
        ["read 4.5 MB now", "read 5.5 GB now"],
    )

    assert {"read <number> now": (2, "read 4.5 MB now")} == by_text(folded.templates)
    assert {"read <number> now": (3, "read 1.5 MB now")} == held
