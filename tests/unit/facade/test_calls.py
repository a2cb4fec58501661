"""What the calls of the facade leave behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import paicha
from paicha.errors import PaichaError, UsageError


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which temporary places are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "places"))
    (tmp_path / "places").mkdir()
    return tmp_path / "places"


def test_an_investigation_without_a_place_keeps_its_case_as_long_as_it_is_held(
    places: Path, tmp_path: Path
) -> None:
    """The case can be asked; then nothing of it is left."""
    log = tmp_path / "app.log"
    log.write_text("2026-01-05 10:00:00 ERROR order 12 failed\n", "utf-8")
    found = paicha.investigate(log, zone="UTC")

    assert [1] == found.sql("select n from counts")["n"].to_pylist()
    del found
    assert [] == list(places.iterdir())


def test_an_investigation_that_fails_leaves_nothing(places: Path, tmp_path: Path) -> None:
    """Neither a case nor the folder it would have been in."""
    log = tmp_path / "nothing.log"
    log.write_bytes(bytes(range(256)) * 20)

    with pytest.raises(PaichaError):
        paicha.investigate(log, zone="UTC")

    assert [] == list(places.iterdir())


class _Heard:
    """Remembers how far it was told that a reading is."""

    def __init__(self) -> None:
        self.bytes: list[tuple[int, int | None]] = []

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Remember a step of reading files."""
        if stage == "bytes":
            self.bytes.append((done, total))


@pytest.mark.parametrize("lines", [250_000, 400_000], ids=["kept", "counted"])
def test_progress_goes_on_while_nothing_that_is_read_lies_in_the_window(
    tmp_path: Path, lines: int
) -> None:
    """A day that was not asked for is read through to reach the one that was; nothing comes of it meanwhile."""
    log, heard = tmp_path / "app.log", _Heard()
    before = "".join(
        f"2026-03-03 {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02} INFO lease {n} renewed by a worker that has nothing else to do\n"
        for n in range(lines)
    )
    log.write_text(before + "2026-03-04 05:00:00 ERROR lease lost\n", "utf-8")

    paicha.investigate(log, start="2026-03-04 05:00", end="2026-03-04 06:00", progress=heard)

    whole = log.stat().st_size
    assert {whole} == {total for _, total in heard.bytes}
    assert 2 < sum(1 for done, _ in heard.bytes if done < 0.9 * whole)
    assert sorted(heard.bytes) == heard.bytes


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a log with one failure."""
    place = tmp_path / "app.log"
    place.write_text("2026-01-05 10:00:00 ERROR order 12 failed\n", "utf-8")
    return place


_WHEN_IMPORTED = """
import sys
from pathlib import Path
import paicha
from paicha import kept
from paicha.wiring.built_knowledge import knowledge_of

kept.open_file(Path(sys.argv[2]))
class Heard:
    there = None
    def step(self, stage, done, total):
        if self.there is None:
            loaded = knowledge_of.cache_info().misses > 0
            self.there = loaded or "paicha.analysis.investigation" in sys.modules

heard = Heard()
paicha.investigate(sys.argv[1], zone="UTC", progress=heard)
kept.close_file()
print(heard.there, knowledge_of.cache_info().misses)
"""


def test_what_the_analysis_needs_keeps_no_reading_waiting(log: Path, tmp_path: Path) -> None:
    """It is imported, and classes of problems are loaded, once, when the first is heard of the reading: not while that is made ready."""
    command = [sys.executable, "-c", _WHEN_IMPORTED, str(log), str(tmp_path / "kept")]

    subprocess.run(command, check=True, capture_output=True)  # is told the knowledge's fingerprint
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "False 1\n" == done.stdout


def test_what_was_found_is_a_line_at_a_prompt_and_a_page_in_a_notebook(log: Path) -> None:
    """All that was found is a hundred thousand letters."""
    found = paicha.investigate(log, zone="UTC", language="en")

    assert repr(found).startswith(f"<Investigation {found.findings.reproduction.case_id}: 1 record")
    assert len(repr(found)) < 300
    assert found._repr_markdown_().encode("utf-8") == found.render("page")


def test_files_may_be_a_list(log: Path) -> None:
    """As metrics and traces may; so a glob's answer needs no star."""
    assert 1 == paicha.investigate([log, str(log)], zone="UTC").findings.totals.records


@pytest.mark.parametrize("kind", ["files", "metrics", "traces"])
def test_an_empty_name_is_refused(log: Path, kind: str) -> None:
    """A variable that was not set would have the folder read that one is in."""
    names: dict[str, str] = {} if kind == "files" else {kind: ""}
    files = ["", log] if kind == "files" else [log]

    with pytest.raises(UsageError, match=f"One of the {kind} is an empty name"):
        paicha.investigate(*files, zone="UTC", **names)  # type: ignore[arg-type]


def test_a_language_there_is_not_is_refused(log: Path) -> None:
    """It would be found out when the report is written, and everything else with it."""
    with pytest.raises(UsageError, match='no reports in "fr"'):
        paicha.investigate(log, language="fr")  # type: ignore[arg-type]


def test_the_folder_of_a_report_stands_for_the_case_in_it(log: Path, tmp_path: Path) -> None:
    """The command line takes both, too."""
    kept = paicha.investigate(log, case=tmp_path / "report" / "paicha.case.duckdb", zone="UTC")

    assert kept.findings == paicha.open_case(tmp_path / "report").findings


def test_what_was_found_is_compared_and_audited_as_it_is(log: Path, tmp_path: Path) -> None:
    """A script has it in hand; and a prompt shows a line of what came of it."""
    found = paicha.investigate(log, case=tmp_path / "r" / "paicha.case.duckdb", zone="UTC")
    other = paicha.investigate(log, zone="UTC")
    compared, audited = paicha.compare(found, other), paicha.audit("10:00 failed", found)

    assert compared == paicha.compare(tmp_path / "r", other.case_path)
    assert repr(compared).startswith("<Compared: 0 of ")
    assert repr(audited).startswith("<Audited: ")
    assert compared._repr_markdown_().encode("utf-8") == compared.render("md")
    assert audited._repr_markdown_().encode("utf-8") == audited.render("md")
