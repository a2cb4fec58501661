"""The command line: streams, exit codes, files, and what stands behind a report."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.journeys.conftest import (
    HOST,
    SCENARIO,
    WINDOW,
    ZONE,
    CommandLine,
    Serve,
    gateway_settings,
)

from paicha.testing.chats import WeComSink
from paicha.version import __version__

LOG = SCENARIO / "app.log"
CASE = "paicha-report/demo/paicha.case.duckdb"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Give a folder in which the demo was run."""
    paicha = CommandLine(tmp_path_factory.mktemp("demo"))
    said = paicha("demo")
    assert 0 == said.code, said.err
    return paicha


def test_the_demo_writes_every_file_and_names_it(paicha: CommandLine) -> None:
    """
    Summary and paths on stdout, the window with its zone on stderr.
    """
    said = paicha("demo", lang="zh_CN.UTF-8")

    assert 0 == said.code
    assert "2025-12-19 10:32:32 – 10:47:32 (Asia/Shanghai, UTC+08:00)" in said.err
    for name in ("report.md", "report.html", "report.json", "paicha.case.duckdb"):
        assert f"paicha-report/demo/{name}" in said.out
        assert (paicha.folder / "paicha-report" / "demo" / name).stat().st_size > 1000
    assert "支付系统不可用" in said.out
    assert "\x1b" not in said.out + said.err


def test_one_format_goes_to_stdout_and_leaves_nothing_else(paicha: CommandLine) -> None:
    """
    With --format the report is the only thing on stdout, and no folder appears.
    """
    said = paicha("demo", "--format", "json")

    assert 0 == said.code
    assert 1800 == json.loads(said.out)["totals"]["records"]
    assert [] == [path.name for path in paicha.folder.iterdir() if path.name != "home"]


def test_one_format_goes_to_the_file_that_was_named(paicha: CommandLine) -> None:
    """
    With -o stdout stays empty and the path is said on stderr.
    """
    said = paicha("demo", "--format", "html", "-o", "out/report.html")

    assert (0, "") == (said.code, said.out)
    assert "out/report.html" in said.err
    assert (paicha.folder / "out" / "report.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_case_may_be_called_as_one_likes(paicha: CommandLine) -> None:
    """The place of the case is said whatever its name ends with."""
    said = paicha("investigate", str(LOG), "--case", "kept.db")

    assert (0, True) == (said.code, (paicha.folder / "kept.db").exists()), said.err
    assert "kept.db" in said.out


def test_a_priority_that_must_not_be_there_gives_exit_code_4(paicha: CommandLine) -> None:
    """
    --fail-on P1 fails on the scenario; a calm log passes.
    """
    (paicha.folder / "calm.log").write_text("2026-03-01 08:00:00,100 INFO [a.py:1] fine\n", "utf-8")

    assert 4 == paicha("demo", "--format", "md", "--fail-on", "P1").code
    assert 0 == paicha("investigate", "calm.log", "--format", "md", "--fail-on", "P3").code


def test_wrong_options_give_exit_code_2(paicha: CommandLine) -> None:
    """
    What is not understood is said on stderr, with a way to the help.
    """
    said = paicha("investigate", "--colour", "red")

    assert (2, "") == (said.code, said.out)
    assert "--colour" in said.err
    assert "--help" in said.err


def test_the_version_is_printed(paicha: CommandLine) -> None:
    """
    --version says which one it is.
    """
    assert f"paicha {__version__}\n" == paicha("--version").out


def test_options_of_the_program_may_stand_behind_a_command(paicha: CommandLine) -> None:
    """
    --no-input and --debug are taken wherever they stand.
    """
    assert 0 == paicha("sources", "list", "--no-input", "--debug").code


def test_a_case_is_told_again_in_the_other_language(demo: CommandLine) -> None:
    """
    `report` reads the case alone and writes what it is asked for.
    """
    chinese = demo("report", CASE, "--lang", "zh", "--format", "md")
    english = demo("report", CASE, "--lang", "en", "--format", "md", "--tz", "UTC")

    assert (0, 0) == (chinese.code, english.code)
    assert "数据库连接失败" in chinese.out
    assert "Database connection failing" in english.out
    assert "02:32:32" in english.out
    assert "10:32:32" in chinese.out


def test_lines_in_a_zone_that_there_is_not_are_refused(demo: CommandLine) -> None:
    """
    `evidence` says so as every command does that takes --tz, in text and in JSON.
    """
    for options in ((), ("--format", "json"), ("--all",)):
        said = demo("evidence", CASE, "1", "--tz", "Mars/Olympus", *options)

        assert (2, "") == (said.code, said.out)
        assert 'There is no time zone called "Mars/Olympus"' in said.err
        assert "\n  try: " in said.err


def test_the_lines_behind_a_problem_are_shown_with_their_places(demo: CommandLine) -> None:
    """
    `evidence` gives as many lines as the report counted, each with file, line and byte.
    """
    found = json.loads(demo("report", CASE, "--format", "json").out)
    first = found["problems"][0]

    said = demo("evidence", CASE, "1", "--limit", "0", "--format", "json")
    told = json.loads(said.out)

    assert first["n"] == told["total"] == len(told["lines"])
    source = (demo.folder / "paicha-report" / "demo" / "app.log").read_bytes()
    for line in told["lines"]:
        place, _, offset = line["locator"].rpartition("@")
        number = int(place.rpartition(":")[2])
        assert line["body"].encode() in source[int(offset) :].split(b"\n", 1)[0]
        assert line["body"].encode() in source.split(b"\n")[number - 1]


def test_every_problem_has_exactly_the_lines_it_counts(demo: CommandLine) -> None:
    """
    The evidence of each problem is its count, and no abnormal line is left without a problem.
    """
    found = json.loads(demo("report", CASE, "--format", "json").out)

    for problem in found["problems"]:
        rows = demo("sql", CASE, problem["evidence"]["sql"], "--format", "csv").out
        assert problem["n"] == len(list(csv.reader(io.StringIO(rows)))) - 1, problem["id"]
    assert found["totals"]["abnormal"] == sum(problem["n"] for problem in found["problems"])


def test_an_unknown_problem_is_named_with_those_there_are(demo: CommandLine) -> None:
    """
    A wrong id gives the list of the right ones.
    """
    said = demo("evidence", CASE, "nobody")

    assert 1 == said.code
    assert "payment_unavailable" in said.err


@pytest.mark.parametrize(
    "statement",
    ["drop table records", "insert into records select * from records", "copy records to 'x.csv'"],
)
def test_sql_cannot_change_a_case(demo: CommandLine, statement: str) -> None:
    """
    Only reading statements are run.
    """
    before = (demo.folder / CASE).read_bytes()

    said = demo("sql", CASE, statement)

    assert 1 == said.code
    assert "try: " in said.err
    assert before == (demo.folder / CASE).read_bytes()


def test_sql_reads_no_other_file(demo: CommandLine) -> None:
    """
    A case that came by mail cannot read the machine it is opened on.
    """
    said = demo("sql", CASE, "select * from read_csv('/etc/passwd')")

    assert 1 == said.code
    assert "root:" not in said.out + said.err


def test_a_missing_case_is_named(paicha: CommandLine) -> None:
    """
    Every command that takes a case says which one it could not find.
    """
    for command in (("report", "x.duckdb"), ("sql", "x.duckdb", "select 1")):
        said = paicha(*command)
        assert 1 == said.code
        assert "x.duckdb" in said.err


def test_a_template_of_the_settings_is_written_once(paicha: CommandLine) -> None:
    """
    `config init` explains every key, is private to its user, and overwrites nothing.
    """
    first = paicha("config", "init", "--config", "paicha.toml")
    second = paicha("config", "init", "--config", "paicha.toml")

    file = paicha.folder / "paicha.toml"
    assert (0, "paicha.toml\n") == (first.code, first.out)
    assert 0o600 == file.stat().st_mode & 0o777
    assert 2 == second.code
    assert "not overwritten" in second.err
    assert 0 == paicha("config", "show").code


def test_secrets_never_show(paicha: CommandLine, serve: Serve) -> None:
    """
    Neither `config show` nor `doctor` nor a whole report, nor the case file, holds a secret.
    """
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve()), "utf-8")
    secrets = ("paicha-demo-secret", "paicha-demo-ticket")

    shown = paicha("config", "show")
    examined = paicha("doctor")
    investigated = paicha("investigate", "--source", "logs", *WINDOW, "-o", "out")

    assert (0, 0, 0) == (shown.code, examined.code, investigated.code), examined.out
    assert 'bk_app_secret = "***"' in shown.out
    for said in (shown, examined, investigated):
        assert not any(secret in said.out + said.err for secret in secrets)
    for file in (paicha.folder / "out").iterdir():
        assert not any(secret.encode() in file.read_bytes() for secret in secrets), file.name


def test_sources_are_listed_and_tested(paicha: CommandLine, serve: Serve) -> None:
    """
    A working gateway passes, a refusing one fails with the reason.
    """
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve()), "utf-8")

    listed = paicha("sources", "list")
    fine = paicha("sources", "test")
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve("no_permission")), "utf-8")
    broken = paicha("sources", "test", "logs")

    assert {"logs", "host"} == {line.split("\t")[0] for line in listed.out.splitlines()}
    assert 0 == fine.code, fine.out
    assert 1 == broken.code
    assert "apply-for-permission" in broken.out


@pytest.mark.parametrize("command", [("doctor",), ("sources", "test")])
def test_a_source_that_cannot_be_made_leaves_the_others_to_be_checked(
    paicha: CommandLine, command: tuple[str, ...]
) -> None:
    """
    A description of an `http` source that is no TOML is a failed check of that source, not the end of all.
    """
    (paicha.folder / "logs").mkdir()
    (paicha.folder / "logs" / "app.log").write_text("2026-03-01 10:00:00 ERROR x\n", "utf-8")
    (paicha.folder / "odd.toml").write_text("[request\n", "utf-8")
    (paicha.folder / "paicha.toml").write_text(
        '[sources.api]\ntype = "http"\nurl = "http://127.0.0.1:9"\ndescription = "odd.toml"\n'
        '[sources.logs]\ntype = "files"\npaths = ["logs"]\n',
        "utf-8",
    )

    told = paicha(*command, "--lang", "en")

    assert 1 == told.code, told.err
    assert [("BAD", "api"), ("ok", "logs")] == [
        tuple(line.split(":")[0].split()[:2])
        for line in told.out.splitlines()
        if line.startswith(("BAD", "ok"))
    ]
    assert "odd.toml" in told.out


def test_no_source_to_test_is_no_success(paicha: CommandLine) -> None:
    """
    Nothing was tested, so nothing is said to be fine: exit code 2 and what to do.
    """
    told = paicha("sources", "test", "--lang", "en")

    assert 2 == told.code
    assert "Nothing was tested" in told.err
    assert "paicha config init" in told.err


def test_aliases_are_verified(paicha: CommandLine, serve: Serve) -> None:
    """
    Aliases that hold give 0, a conflict gives 4, in text and in JSON.
    """
    asked = ("aliases", "--index-set", "2545", *WINDOW)
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve()), "utf-8")
    fine = paicha(*asked)
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve("alias_conflict")), "utf-8")
    conflict = paicha(*asked, "--format", "json")

    assert 0 == fine.code, fine.err
    assert "log_level -> level" in fine.out
    assert 4 == conflict.code, conflict.err
    assert "conflict" in [finding["kind"] for finding in json.loads(conflict.out)["findings"]]


def test_aliases_nobody_could_verify_are_not_called_fine(paicha: CommandLine, serve: Serve) -> None:
    """
    A window without rows and an answer in part only give 3 and say why; a list that is not whole is noted.
    """
    asked = ("aliases", "--index-set", "2545", "--lang", "en")
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve()), "utf-8")
    empty = paicha(*asked, "--last", "15m")
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve("partial")), "utf-8")
    partial = paicha(*asked, *WINDOW)
    hidden = gateway_settings(serve("settings_hidden"))
    (paicha.folder / "paicha.toml").write_text(hidden, "utf-8")
    noted = paicha(*asked, *WINDOW)

    assert 3 == empty.code, empty.err
    assert "no row was read, so nothing could be verified" in empty.out
    assert 3 == partial.code, partial.err
    assert "search_logs answered in part only" in partial.err
    assert 0 == noted.code, noted.err
    assert "one alias per field" in noted.err


@pytest.mark.parametrize("identity", ["user", "app"])
def test_a_window_too_big_to_read_states_both_numbers(
    paicha: CommandLine, serve: Serve, identity: str
) -> None:
    """
    Abnormal levels whole, exact totals by the store, and no share of what happened to be read.
    """
    settings = gateway_settings(serve("clustering"))
    settings = settings.replace("bk_biz_id = 2", f'bk_biz_id = 2\nidentity = "{identity}"')
    (paicha.folder / "paicha.toml").write_text(settings, "utf-8")
    asked = ("investigate", *WINDOW, "--max-records", "700", "--lang", "en")
    as_json = paicha(*asked, "--format", "json")
    found = json.loads(as_json.out)
    page = paicha(*asked, "--format", "md").out
    truth = json.loads((SCENARIO / "truth.json").read_text("utf-8"))

    assert 3 == as_json.code, as_json.err
    assert (700, 527) == (found["totals"]["records"], found["totals"]["abnormal"])
    assert truth["levels"] == {level["level"]: level["n"] for level in found["store_levels"]}
    sums: dict[str, int] = {}
    for row in found["store_counts"]:
        sums[row["dimension"]] = sums.get(row["dimension"], 0) + row["n"]
    assert {"module": 1800, "host": 1800, "minute": 1800, "pattern": 1800} == sums
    assert "the store counted 527 of 1,800, 29.3 %" in page
    assert "75.3 %" not in page
    assert "By code file or module, as counted by the store" in page
    assert "By clustering pattern, as counted by the store" in page


def test_the_only_gateway_is_taken_when_nothing_is_named(paicha: CommandLine, serve: Serve) -> None:
    """
    With one log source and one metric source of BlueKing configured, neither needs to be named.
    """
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve()), "utf-8")

    said = paicha("investigate", *WINDOW, "--host", HOST, "--format", "json")
    found = json.loads(said.out)

    assert 0 == said.code, said.err
    assert (2, 2545) == tuple(
        found["question"]["scope"][key] for key in ("bk_biz_id", "index_set_id")
    )
    assert 5 <= len(found["metrics"])


def test_the_command_in_the_report_gives_the_report_again(paicha: CommandLine) -> None:
    """
    What stands under "reproduce" can be run as it is.
    """
    metrics = SCENARIO / "metrics.json"
    first = paicha("investigate", LOG, "--metrics", metrics, *WINDOW, *ZONE, "--format", "json")
    [command] = json.loads(first.out)["reproduction"]["commands"]

    again = subprocess.run(
        [sys.executable, "-m", *command.split(), "--format", "json", "--lang", "en"],
        cwd=paicha.folder,
        capture_output=True,
        check=True,
    )

    assert first.out.encode() == again.stdout


def test_a_reader_that_leaves_early_gets_no_trace(demo: CommandLine) -> None:
    """
    `paicha report … | head -1` ends quietly.
    """
    line = f"{sys.executable} -m paicha report {CASE} --format html | head -c 10"
    done = subprocess.run(
        ["bash", "-c", line], cwd=demo.folder, capture_output=True, check=True, text=True
    )

    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_standard_input_is_a_log_too(paicha: CommandLine) -> None:
    """
    `-` reads what is piped in.
    """
    done = subprocess.run(
        [sys.executable, "-m", "paicha", "investigate", "-", *ZONE, "--format", "json"],
        cwd=paicha.folder,
        input=LOG.read_bytes(),
        capture_output=True,
        check=True,
    )

    assert 1800 == json.loads(done.stdout)["totals"]["records"]


def test_a_folder_of_ones_own_knowledge_is_used(paicha: CommandLine) -> None:
    """
    A problem class in a folder that the settings name stands in the report.
    """
    folder = paicha.folder / "mine" / "problems"
    folder.mkdir(parents=True)
    (folder / "teapot.toml").write_text(OWN_CLASS, "utf-8")
    (paicha.folder / "paicha.toml").write_text('knowledge = ["mine"]\n', "utf-8")
    (paicha.folder / "x.log").write_text(
        "2026-03-01 08:00:00,100 ERROR [tea.py:7] the teapot overflowed again\n", "utf-8"
    )

    said = paicha("investigate", "x.log", "--format", "json")

    assert 0 == said.code, said.err
    assert ["teapot"] == [problem["id"] for problem in json.loads(said.out)["problems"]]


OWN_CLASS = """
[teapot]
title = { zh = '茶壶溢出', en = 'Teapot overflowed' }
severity = 'major'
patterns.en = ['teapot overflowed']
patterns.zh = ['茶壶溢出']
matches.en = ['the teapot overflowed']
matches.zh = ['茶壶溢出了']
rejects.en = ['the teapot is full']
rejects.zh = ['茶壶正常']
risk = { zh = '没有茶。', en = 'No tea.' }
causes = [{ zh = '水太多', en = 'Too much water' }]
now = [{ zh = '关水', en = 'Close the tap' }]
soon = [{ zh = '换壶', en = 'Buy a larger one' }]
watch = [{ zh = '看水位', en = 'Watch the level' }]
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing_half_written(paicha: CommandLine, number: signal.Signals) -> None:
    """
    A stop in the middle of reading ends with one sentence, its code, no part of a case and no folder for one.
    """
    running = subprocess.Popen(
        [sys.executable, "-m", "paicha", "investigate", "-", "-o", "out", "--lang", "en"],
        cwd=paicha.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with running:
        assert running.stdin is not None
        running.stdin.write(LOG.read_bytes())
        running.stdin.flush()
        wait_for(paicha.folder / "out")
        running.send_signal(number)
        _, said = running.communicate(timeout=60)

    assert 128 + number == running.returncode
    assert b"Interrupted" in said
    assert b"Traceback" not in said
    assert not (paicha.folder / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("investigate", "app.log", "--max-records", "9" * 20),
        ("investigate", "app.log", "--max-bytes", f"{'9' * 15}T"),
        ("evidence", "out", "1", "--limit", "9" * 20),
        ("evidence", "out", "1", "--offset", "9" * 20),
    ],
    ids=" ".join,
)
def test_a_number_that_nothing_can_count_to_is_refused(
    paicha: CommandLine, words: tuple[str, ...]
) -> None:
    """
    Not with what a column of 64 bits says of it.
    """
    (paicha.folder / "app.log").write_bytes(LOG.read_bytes())
    said = paicha(*words)

    assert 2 == said.code, said.err
    assert "try: write" in said.err


def test_a_query_that_is_ended_is_no_failure_of_ours(paicha: CommandLine) -> None:
    """
    The database makes an error of its own of the signal; nobody is to report that.
    """
    (paicha.folder / "app.log").write_bytes(LOG.read_bytes())
    assert 0 == paicha("investigate", "app.log", "-o", "out").code
    query = (
        "select count(*) from range(3000000) a, range(3000000) b where a.range % 7 = b.range % 5"
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "paicha", "sql", "out", query],
        cwd=paicha.folder,
        env={**os.environ, "LANG": "en_US.UTF-8"},
        stderr=subprocess.PIPE,
    )
    with running:
        time.sleep(3)
        running.send_signal(signal.SIGTERM)
        try:
            _, said = running.communicate(timeout=60)
        finally:
            running.kill()

    assert (128 + signal.SIGTERM, True) == (running.returncode, b"Interrupted" in said)
    assert b"nobody foresaw" not in said


def wait_for(place: Path) -> None:
    """Return when something stands in *place*."""
    for _ in range(600):
        if place.is_dir() and list(place.iterdir()):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing came to stand in {place}")


def test_a_channel_is_tried_from_the_command_line(paicha: CommandLine) -> None:
    """
    The test message arrives in the channel's language; a refusal says why and exits with 1.
    """
    with WeComSink() as sink:
        (paicha.folder / "paicha.toml").write_text(
            f'[channels.duty]\nkind = "wecom"\nurl = "{sink.url}"\nlanguage = "zh"\n'
            f'[channels.wrong]\nkind = "wecom"\nurl = "{sink.url}x"\n',
            "utf-8",
        )
        listed, sent, refused = (
            paicha("channels", *words) for words in (("list",), ("test", "duty"), ("test", "wrong"))
        )
        missing = paicha("channels", "test", "nobody")

    assert "duty\twecom\t20\t-\nwrong\twecom\t20\t-\n" == listed.out
    assert (0, "Sent to duty (wecom); look into the chat\n") == (sent.code, sent.out)
    assert "这是通道 duty 的测试消息" in sink.posted[0].whole
    assert (1, 2) == (refused.code, missing.code)
    assert "code 93000: invalid webhook url" in refused.err
    assert sink.key not in refused.err
