"""Bad input gets a clear error that names the thing and one way out, and nothing is lost."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.journeys.conftest import (
    SCENARIO,
    WINDOW,
    CommandLine,
    Said,
    Serve,
    gateway_settings,
)

from paicha.facade import write_whole

LINE = "2026-03-01 08:00:00,100 ERROR [pool.py:7] cannot connect to 10.0.0.9\n"
DAY = ("--from", "2026-03-01", "--to", "2026-03-02")


def write_binary(folder: Path) -> None:
    (folder / "x").write_bytes(bytes(range(256)) * 20)


def write_empty(folder: Path) -> None:
    (folder / "x").touch()


def write_empty_folder(folder: Path) -> None:
    (folder / "x").mkdir()


def write_no_times(folder: Path) -> None:
    (folder / "x").write_text("nothing\nat all\n", "utf-8")


def write_nothing(folder: Path) -> None:
    assert folder.is_dir()


REFUSED: list[tuple[Callable[[Path], None], tuple[str, ...], int, str]] = [
    (write_nothing, (), 1, "no file or folder x"),
    (write_empty, (), 1, "x is empty"),
    (write_empty_folder, (), 1, "x holds no files"),
    (write_binary, (), 1, "x is not text"),
]


def refused(said: Said, code: int, words: str) -> None:
    """Assert that *said* is an error in *words*, with a way out and without a trace."""
    assert code == said.code, said.err
    assert words in said.err
    assert "\n  try: " in said.err
    assert "Traceback" not in said.err
    assert "" == said.out


@pytest.mark.parametrize(("make", "options", "code", "words"), REFUSED)
def test_a_file_that_is_no_log_is_refused(
    paicha: CommandLine,
    make: Callable[[Path], None],
    options: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    """
    Missing, empty, an empty folder, binary: each is named.
    """
    make(paicha.folder)

    refused(paicha("investigate", "x", *options), code, words)

    assert not (paicha.folder / "paicha-report").exists() or not list(
        paicha.folder.glob("paicha-report/**/*.duckdb*")
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--from", "2026-03-02", "--to", "2026-03-01"), "ends (2026-03-01"),
        (("--from", "2026-03-02", "--to", "2026-03-02"), "holds nothing"),
        (("--from", "yesterday"), '"yesterday" cannot be read'),
        (("--last", "soon"), '"soon" cannot be read'),
        (("--to", "now"), "but no start"),
        (("--tz", "Mars/Olympus"), 'no time zone called "Mars/Olympus"'),
        (
            ("--from", "2024-01-01", "--to", "2024-01-02"),
            "its 1 record reaches from 2026-03-01 08:00",
        ),
        (("--where", 'level>=WARN AND "open'), "quotation mark at position"),
        (("--metrics", "nowhere.json"), "nowhere.json is neither a metric file"),
        (("--source", "nowhere"), "no source called nowhere"),
        (("--host", ""), 'The option --host names nothing: ""'),
        (("--host", "10.0.0.1", "--service", " "), 'The option --service names nothing: ""'),
        (("--format", "md", "-o", "x.log/sub/report.md"), "x.log: Not a directory"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    paicha: CommandLine, options: tuple[str, ...], words: str
) -> None:
    """
    Windows, zones, filters and names are checked, each with exit code 2.
    """
    (paicha.folder / "x.log").write_text(LINE, "utf-8")

    said = paicha("investigate", "x.log", *options)

    message = "\n".join(line for line in said.err.splitlines() if not line.startswith("Window:"))
    refused(Said(said.code, said.out, message), 2, words)


def investigated(paicha: CommandLine, *arguments: str) -> tuple[Said, dict[str, object]]:
    """Return what was said, and the source's coverage."""
    said = paicha("investigate", *arguments, "--format", "json")
    assert said.code in (0, 3), said.err
    coverage: dict[str, object] = json.loads(said.out)["coverage"]["logs"][0]
    return said, coverage


def test_a_truncated_gzip_gives_what_it_holds(paicha: CommandLine) -> None:
    """
    What could be unpacked is counted, the rest is said to be missing, exit code 3.
    """
    packed = gzip.compress((LINE * 20_000).encode())
    (paicha.folder / "x.log.gz").write_bytes(packed[: len(packed) // 2])

    said, coverage = investigated(paicha, "x.log.gz")

    assert 3 == said.code
    assert "x.log.gz is cut off or damaged" in said.err
    assert 0 < int(str(coverage["kept"])) < 20_000


def test_a_very_long_line_is_cut_and_said_so(paicha: CommandLine) -> None:
    """
    A line of 100 MB neither fills the memory nor vanishes.
    """
    with (paicha.folder / "x.log").open("w", encoding="utf-8") as out:
        out.write(LINE.rstrip("\n"))
        for _ in range(100):
            out.write("x" * 1_000_000)
        out.write("\n" + LINE)

    said, coverage = investigated(paicha, "x.log")

    assert 3 == said.code
    assert "1 line is longer than" in said.err
    assert 2 == coverage["kept"]


def test_another_encoding_is_read(paicha: CommandLine) -> None:
    """
    A log in GBK keeps its words.
    """
    words = LINE.replace("cannot connect to", "数据库连接失败：")
    (paicha.folder / "x.log").write_bytes(words.encode("gbk"))

    said = paicha("investigate", "x.log", "--format", "md")

    assert 0 == said.code, said.err
    assert "数据库连接失败" in said.out


def test_lines_without_a_time_are_kept_when_a_window_is_named(paicha: CommandLine) -> None:
    """
    With --from and --to nothing is thrown away for want of a time stamp.
    """
    write_no_times(paicha.folder)

    _, coverage = investigated(paicha, "x", *DAY)

    assert (2, 2) == (coverage["kept"], coverage["without_time"])


def test_metrics_of_another_host_are_said_to_be(paicha: CommandLine) -> None:
    """
    The report stands, and says whose metrics they are.
    """
    (paicha.folder / "x.log").write_text(LINE, "utf-8")
    metrics = str(SCENARIO / "metrics.json")

    said = paicha("investigate", "x.log", "--metrics", metrics, "--host", "10.1.1.1", *WINDOW)
    elsewhere = paicha("investigate", "x.log", "--metrics", metrics, *DAY, "--format", "md")

    assert 2 == said.code
    assert 3 == elsewhere.code
    assert "Incomplete: " in elsewhere.err


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        (("forbidden_text",), "using_log_mcp"),
        (("no_permission",), "apply-for-permission"),
        (("result_false",), "start_time"),
        (("html_200",), "try: "),
        (("error_500",), "try: "),
    ],
)
def test_a_gateway_that_refuses_is_quoted(
    paicha: CommandLine, serve: Serve, faults: tuple[str, ...], words: str
) -> None:
    """
    What BlueKing answered is repeated, with its link for permissions.
    """
    server = serve(*faults)
    (paicha.folder / "paicha.toml").write_text(gateway_settings(server), "utf-8")

    said = paicha("investigate", "--source", "logs", *WINDOW)

    message = said.err.partition("\n")[2]  # behind the window
    refused(Said(said.code, said.out, message), 1, words)


def test_wrong_credentials_are_named_and_not_shown(paicha: CommandLine, serve: Serve) -> None:
    """
    A wrong ticket is refused without being repeated.
    """
    settings = gateway_settings(serve(), token="my-wrong-ticket")
    (paicha.folder / "paicha.toml").write_text(settings, "utf-8")

    said = paicha("investigate", "--source", "logs", *WINDOW)

    assert 1 == said.code
    assert "try: " in said.err
    assert "my-wrong-ticket" not in said.err + said.out


def test_an_unknown_index_set_is_named(paicha: CommandLine, serve: Serve) -> None:
    """
    The number that was asked for stands in the error.
    """
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve()), "utf-8")

    said = paicha("investigate", "--source", "logs", "--index-set", "999999", *WINDOW)

    assert said.code in (1, 2)
    assert "999999" in said.err
    assert "try: " in said.err


@pytest.mark.parametrize("host", [(), ("--host", "96568"), ("--host", "30.189.38.149")])
def test_metrics_that_know_the_host_by_its_id_are_held_against_its_lines(
    paicha: CommandLine, serve: Serve, host: tuple[str, ...]
) -> None:
    """
    The rows name address and id, the series the id alone: by its address the host was called unmeasured.
    """
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve("series_by_id")), "utf-8")

    said = paicha("investigate", *host, *WINDOW, "--format", "json")

    assert 0 == said.code, said.err
    verdicts = {claim["verdict"]["kind"] for claim in json.loads(said.out)["claims"]}
    assert {"contradicted"} == verdicts


def test_a_gateway_that_is_down_is_named(paicha: CommandLine, serve: Serve) -> None:
    """
    Nobody listens: the address stands in the error.
    """
    server = serve()
    settings = gateway_settings(server).replace(server.url, "http://127.0.0.1:1")
    (paicha.folder / "paicha.toml").write_text(settings, "utf-8")

    said = paicha("investigate", "--source", "logs", *WINDOW)

    assert 1 == said.code
    assert "127.0.0.1:1" in said.err
    assert "try: " in said.err


def test_a_window_is_needed_for_a_gateway(paicha: CommandLine, serve: Serve) -> None:
    """
    Only files know which time they hold.
    """
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve()), "utf-8")

    refused(paicha("investigate", "--source", "logs"), 2, "The source logs needs a window")


def test_a_partial_answer_is_said_to_be_partial(paicha: CommandLine, serve: Serve) -> None:
    """
    A status inside a successful answer makes the report incomplete, exit code 3.
    """
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve("partial")), "utf-8")

    said = paicha("investigate", "--source", "logs", *WINDOW, "--format", "json")

    assert 3 == said.code, said.err
    assert "Incomplete: logs: " in said.err


def test_errors_speak_chinese(paicha: CommandLine) -> None:
    """
    The reader's language comes from the environment or --lang.
    """
    assert "建议：" in paicha("investigate", "nowhere.log", lang="zh_CN.UTF-8").err
    assert "建议：" in paicha("investigate", "nowhere.log", "--lang", "zh").err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--format", "md", "-o", "x.log"), 2),
        (("--metrics", "cpu.csv", "--format", "md", "-o", "./cpu.csv"), 2),
        (("-o", "x.log"), 2),
        (("--format", "md", "--case", "x.log"), 1),
        (("--format", "md", "--case", "cpu.csv"), 1),
        (("--format", "md", "--case", "folder"), 1),
        (("--format", "md", "-o", "folder"), 2),
        (("-o", "cpu.csv/inside"), 2),
        (("-o", "-"), 2),
    ],
)
def test_no_output_takes_the_place_of_what_is_there(
    paicha: CommandLine, options: tuple[str, ...], code: int
) -> None:
    """
    A log named as -o or --case by mistake is refused before anything is read, and stays.
    """
    (paicha.folder / "folder").mkdir()
    kept = {"x.log": LINE, "cpu.csv": "time,cpu_usage\n2026-03-01 08:00:00,50\n"}
    for name, words in kept.items():
        (paicha.folder / name).write_text(words, "utf-8")

    said = paicha("investigate", "x.log", *options)

    assert code == said.code, said.err
    assert "\n  try: " in said.err
    assert "nobody foresaw" not in said.err
    assert kept == {name: (paicha.folder / name).read_text("utf-8") for name in kept}
    assert {"folder", *kept} == {path.name for path in paicha.folder.iterdir()}


def test_a_report_does_not_take_the_place_of_its_case(paicha: CommandLine) -> None:
    """
    The case that is read is not written over.
    """
    (paicha.folder / "x.log").write_text(LINE, "utf-8")
    paicha("investigate", "x.log", "-o", "out")
    case = paicha.folder / "out" / "paicha.case.duckdb"
    before = case.read_bytes()

    said = paicha("report", case, "--format", "md", "-o", case)

    refused(said, 2, "is not written over it")
    assert before == case.read_bytes()


def test_a_scope_without_records_says_how_many_it_left_out(paicha: CommandLine) -> None:
    """
    A filter that fits nothing is not an empty log.
    """
    (paicha.folder / "x.log").write_text(LINE * 3, "utf-8")

    said = paicha("investigate", "x.log", "--where", "level>=FATAL")

    refused(said, 2, "Of 3 records of x.log, none is in the window and in the scope")


def test_a_run_without_a_report_leaves_no_folder_for_one(paicha: CommandLine) -> None:
    """
    Whoever looks through folders of reports later must not open an empty one; what was there before stays.
    """
    (paicha.folder / "x.log").write_text(LINE * 3, "utf-8")
    (paicha.folder / "kept").mkdir()
    said = [
        paicha("investigate", "x.log", "--where", "level>=FATAL", "-o", folder)
        for folder in ("new/deeper", "kept")
    ]

    assert [2, 2] == [one.code for one in said]
    assert not (paicha.folder / "new").exists()
    assert (paicha.folder / "kept").is_dir()
    assert not (paicha.folder / "paicha-report").exists()


def test_a_folder_asked_twice_does_not_read_its_own_report(paicha: CommandLine) -> None:
    """
    The report written into the folder of the logs is no log.
    """
    (paicha.folder / "x.log").write_text(LINE, "utf-8")
    told = []
    for _ in range(2):
        assert 0 == paicha("investigate", ".", "-o", ".").code
        told.append((paicha.folder / "report.json").read_bytes())

    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "\\u95ee\\u9898"),
        ({"PYTHONIOENCODING": "ascii"}, "\\u95ee\\u9898"),
    ],
)
def test_a_terminal_without_chinese_gets_numbers_for_letters(
    paicha: CommandLine, environ: dict[str, str], words: str
) -> None:
    """
    A letter that the locale cannot write does not end the run.
    """
    (paicha.folder / "x.log").write_text(LINE, "utf-8")

    said = paicha("investigate", "x.log", "--lang", "zh", **environ)

    assert 0 == said.code, said.err
    assert said.out.startswith(words)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("kind", ["md", "terminal"])
def test_a_full_disk_behind_stdout_is_named(paicha: CommandLine, kind: str) -> None:
    """
    What cannot be written is said, with exit code 1 and no trace.
    """
    (paicha.folder / "x.log").write_text(LINE, "utf-8")

    said = through_shell(paicha, f'"$0" -m paicha investigate x.log --format {kind} >/dev/full')

    assert 1 == said.code
    assert "The standard output cannot be written: No space left" in said.err
    assert "Traceback" not in said.err


def test_a_pipe_with_nothing_in_it_is_no_empty_file(paicha: CommandLine) -> None:
    """
    The command in front of it failed; there is no file to look at, and none that was rotated.
    """
    said = through_shell(paicha, 'false | "$0" -m paicha investigate -')

    assert 1 == said.code
    assert said.err.startswith("Nothing came over the standard input.")


def test_a_folder_that_was_removed_meanwhile_is_named(paicha: CommandLine) -> None:
    """
    Relative paths lead nowhere then; it was said of the standard output that it cannot be written.
    """
    said = through_shell(
        paicha, 'mkdir gone && cd gone && rmdir ../gone && "$0" -m paicha investigate x.log'
    )

    assert 1 == said.code
    assert "The current folder is gone" in said.err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_does_not_end_the_run(paicha: CommandLine, closed: str) -> None:
    """
    A service manager that closes a stream still gets its report.
    """
    (paicha.folder / "x.log").write_text(LINE, "utf-8")

    said = through_shell(paicha, f'"$0" -m paicha investigate x.log -o out {closed}')

    assert 0 == said.code, said.err
    assert (paicha.folder / "out" / "report.md").exists()


def through_shell(paicha: CommandLine, words: str) -> Said:
    """Return what the shell says that runs *words*, in which ``$0`` is Python."""
    done = subprocess.run(
        ["sh", "-c", words, sys.executable],
        cwd=paicha.folder,
        env={"PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", "TZ": "UTC"},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("name", [b"\xca\xfd\xbe\xdd.log", b"a\x1b[31m<b>{x}%s`|\n.log"])
def test_a_file_whose_name_is_no_text_is_read(paicha: CommandLine, name: bytes) -> None:
    """
    A name in GBK, or one with an escape sequence, is shown by its bytes and nothing fails.
    """
    (paicha.folder / os.fsdecode(name)).write_text(LINE, "utf-8")
    csv = paicha.folder / os.fsdecode(b"cpu\xff.csv")
    csv.write_text("time,cpu_usage\n2026-03-01 08:00:00,50\n", "utf-8")

    said = paicha("investigate", os.fsdecode(name), "--metrics", csv.name)
    (case,) = paicha.folder.glob("paicha-report/*/paicha.case.duckdb")

    assert 0 == said.code, said.err
    assert "\x1b" not in said.out + said.err
    assert ".log:1" in paicha("evidence", case, "1").out


def test_a_report_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    """
    A failure while writing leaves neither half a report nor a part of it.
    """
    kept = tmp_path / "report.md"
    write_whole(kept, b"first")

    with pytest.raises(TypeError):
        write_whole(kept, "no bytes")  # type: ignore[arg-type]

    assert b"first" == kept.read_bytes()
    assert [kept] == list(tmp_path.iterdir())


#: Root may read everything, so root gives that right up first (util-linux).
LIKE_ANYBODY = "setpriv --bounding-set=-dac_override,-dac_read_search " * (os.geteuid() == 0)


def test_a_folder_that_may_not_be_looked_into_is_said_to_be_left_out(paicha: CommandLine) -> None:
    """
    What is inside is missing from the report, so the report is incomplete.
    """
    closed = paicha.folder / "logs" / "closed"
    closed.mkdir(parents=True)
    (paicha.folder / "logs" / "x.log").write_text(LINE, "utf-8")
    closed.chmod(0)

    said = through_shell(paicha, f'{LIKE_ANYBODY}"$0" -m paicha investigate logs')
    alone = through_shell(paicha, f'{LIKE_ANYBODY}"$0" -m paicha investigate logs/closed')
    closed.chmod(0o700)

    assert 3 == said.code
    assert "logs/closed may not be read by this user and was skipped" in said.err
    refused(alone, 1, "logs/closed may not be read by this user")


def test_lines_that_nothing_was_read_from_are_no_good_news(paicha: CommandLine) -> None:
    """
    Neither time nor level: the verdict warns, and nowhere says calm.
    """
    (paicha.folder / "x.log").write_text("something\nelse happened\n", "utf-8")

    said = paicha("investigate", "x.log", *DAY, "--format", "json")
    kinds = [statement["kind"] for statement in json.loads(said.out)["statements"]]

    assert ["warning", "warning"] == kinds
