"""Folders where files of metrics or traces may be named."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.errors import InputError
from paicha.wiring.folders import Beside, in_folders, tables_beside


def test_a_folder_stands_for_the_files_in_it_and_below(tmp_path: Path) -> None:
    """By name, each once, without what is hidden; a file named stays as it is."""
    named = tmp_path / "named.csv"
    folder = tmp_path / "folder"
    for name in ("b.csv", "a.csv", ".hidden", "deeper/c.csv", ".git/d.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    inside = (folder / "a.csv", folder / "b.csv", folder / "deeper" / "c.csv")

    files, found = in_folders([str(named), str(folder), str(folder / "deeper")])

    assert (named, *inside) == files
    assert {*inside} == found


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """Nothing in it is a mistake of the caller's, not a window without metrics."""
    with pytest.raises(InputError) as refused:
        in_folders([str(tmp_path)])

    assert f"The folder {tmp_path} holds no files." == refused.value.texts.en.splitlines()[0]


def test_tables_of_metrics_and_of_spans_are_found_among_logs(tmp_path: Path) -> None:
    """Told by the names of their columns; logs that are tables, and files named one by one, are left to whoever reads logs."""
    for name, header in (
        ("day/app.log", "2025-12-19 10:00:00 ERROR disk full"),
        ("day/rows.csv", "time,level,message"),
        ("day/metric/pod.csv", "time,pod,cpu"),
        ("day/metric/edges.csv", "caller,callee"),
        ("day/trace/spans.csv", "TraceID,SpanID,PodName,OperationName,StartTimeUnixNano,Duration"),
        ("alone.csv", "time,pod,cpu"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(header + "\n")
    given = [str(tmp_path / "day"), str(tmp_path / "alone.csv")]

    beside = tables_beside(
        given, lambda header: "message" not in header and "," in header and "callee" not in header
    )

    day = tmp_path / "day"
    assert Beside((f"{day}/metric",), (f"{day}/trace",)) == beside
