"""Input made to hurt: bounded memory, a clear word in the coverage, never a crash."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

#: More than an ordinary run of a few lines holds (about 230 MB), and far less than any input here would.
_BOUND_MB = 420
#: A process counts the memory of the one it was forked from as its own: this one, small, stands between.
_MEASURED = (
    "import resource, subprocess, sys\n"
    "code = subprocess.call(sys.argv[1:])\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n"
    "sys.exit(code)"
)
_WINDOW = ("--from", "2025-12-19T10:00:00Z", "--to", "2025-12-19T11:00:00Z")


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended, and the most memory it held."""

    code: int
    peak_mb: int
    said: str
    coverage: Mapping[str, Any]

    @property
    def incomplete(self) -> str:
        """Every reason why the report is not the whole truth, in English."""
        return " ".join(reason["en"] for reason in self.coverage["incomplete"])


def investigate(
    tmp_path: Path,
    *words: str,
    feed: Callable[[], Iterator[bytes]] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Run:
    """Run the command line in a process of its own, its standard input fed from a generator."""
    output = tmp_path / "report.json"
    command = [sys.executable, "-m", "paicha", "investigate", *words, "--tz", "UTC", "--lang", "en"]
    with (tmp_path / "said").open("w+") as said:
        run = subprocess.Popen(
            [sys.executable, "-c", _MEASURED, *command, "--format", "json", "-o", str(output)],
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=dict(os.environ) | dict(environ or {}),
        )
        if feed and run.stdin:
            threading.Thread(target=_pour, args=(feed(), run.stdin), daemon=True).start()
        run.wait()
        said.seek(0)
        *lines, peak_kb = said.read().splitlines()
        words_said = "\n".join(lines)
    report = json.loads(output.read_text("utf-8")) if output.exists() else None
    covered = report["coverage"]["logs"][0] if report else {"incomplete": []}
    return Run(run.returncode, int(peak_kb) >> 10, words_said, covered)


def _pour(chunks: Iterator[bytes], into: IO[bytes]) -> None:
    with into:
        for chunk in chunks:
            into.write(chunk)


@pytest.mark.parametrize("mebibytes", [128])
def test_a_line_without_an_end(tmp_path: Path, mebibytes: int) -> None:
    """The first MiB is kept, the rest counted to the byte."""

    def feed() -> Iterator[bytes]:
        yield b"2025-12-19 10:00:00,001 ERROR [main] com.acme.Web - "
        for _ in range(mebibytes):
            yield b"a" * (1 << 20)

    run = investigate(tmp_path, "-", feed=feed)

    assert 3 == run.code, run.said
    assert run.peak_mb < _BOUND_MB
    assert "1 line is longer than 1 MiB; " in run.incomplete
    assert f"{(mebibytes - 1) * 2**20 + 52:,} bytes of them were left out" in run.incomplete


def test_more_shapes_than_can_be_told_apart(tmp_path: Path) -> None:
    """Errors are told apart first, the rest is counted together; nothing is lost."""
    log = tmp_path / "app.log"
    with log.open("w") as out:
        for at in range(6000):
            word = "".join(chr(97 + at // 26**place % 26) for place in range(3))
            level = "ERROR" if at % 100 == 0 else "INFO"
            out.write(f"2025-12-19 10:00:00,001 {level} [main] com.acme.Web - step x{word} ended\n")

    run = investigate(tmp_path, str(log), environ={"PAICHA_MAX_SHAPES": "500"})
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))

    assert 3 == run.code, run.said
    assert "5,500 records were counted together as <other>" in run.incomplete
    assert 6000 == run.coverage["kept"]
    assert 60 == sum(problem["n"] for problem in report["problems"])


def test_more_loggers_than_can_be_told_apart(tmp_path: Path) -> None:
    """Half a million loggers of one line each: the line is counted by time, and no module is named."""
    log = tmp_path / "app.log"
    with log.open("w") as out:
        for at in range(500_000):
            out.write(
                f"2025-12-19 10:{at // 9000:02d}:00,001 INFO [main] com.acme.L{at:x}q.Web - order {at} took 7 ms\n"
            )

    run = investigate(tmp_path, str(log))
    totals = json.loads((tmp_path / "report.json").read_text("utf-8"))["totals"]

    assert 3 == run.code, run.said
    assert run.peak_mb < _BOUND_MB + 200
    assert "500,000 records were counted by shape, level and time alone" in run.incomplete
    assert (500_000, 1, 0) == (totals["records"], totals["templates"], totals["modules"])
    assert 500_000 == sum(totals["curve_all"])


def test_a_report_of_as_many_problems_as_there_may_be(tmp_path: Path) -> None:
    """Errors with no word in common, each a problem of its own, 90 MB of findings: they are not in memory several times."""
    log = tmp_path / "app.log"
    with log.open("w") as out:
        for at in range(24_000):
            word = "".join(chr(97 + at // 26**place % 26) for place in range(4))
            out.write(
                "2025-12-19 10:00:00,001 ERROR [main] com.acme.Web - "
                f"{word} {word[::-1]} {word[1:]}{word[0]} {word[2:]}{word[:2]}\n"
            )

    run = investigate(tmp_path, str(log))

    assert 3 == run.code, run.said
    assert run.peak_mb < _BOUND_MB + 250
    assert "4,000 records were counted together as <other>" in run.incomplete
    assert (tmp_path / "report.json").stat().st_size > 50 << 20


def test_a_decompression_bomb(tmp_path: Path) -> None:
    """Reading stops where no log packs so well, and the coverage says where."""
    bomb = tmp_path / "app.log.gz"
    with gzip.open(bomb, "wb", compresslevel=9) as out:
        out.write(b"2025-12-19 10:00:00,001 ERROR [main] com.acme.Web - order 17 failed\n")
        for _ in range(1200):
            out.write(b"a" * (1 << 20))

    run = investigate(tmp_path, str(bomb))

    assert 3 == run.code, run.said
    assert run.peak_mb < _BOUND_MB
    assert "no log packs so well" in run.incomplete


@pytest.mark.parametrize(
    "line",
    [
        '{"time":"2025-12-19T10:00:00Z","level":"ERROR","msg":'
        + "[" * 100_000
        + "]" * 100_000
        + "}",
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        '{"time":"2025-12-19T10:00:00Z","msg":"' + "\\u0000" * 50_000 + '"}',
        "[" * 200_000,
    ],
    ids=["deep list", "deep object", "escapes", "open brackets"],
)
def test_json_nested_beyond_use(tmp_path: Path, line: str) -> None:
    """It is kept as a line like any other."""
    log = tmp_path / "app.log"
    log.write_text(line + "\n")

    run = investigate(tmp_path, str(log), *_WINDOW)

    assert run.code in {0, 3}, run.said
    assert 1 == run.coverage["kept"]
    assert run.peak_mb < _BOUND_MB
