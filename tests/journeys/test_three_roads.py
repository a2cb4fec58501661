"""Files, gateway and Python give the same figures, and they are the true ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from tests.journeys.conftest import HOST, SCENARIO, WINDOW, CommandLine, gateway_settings

import paicha as library
from paicha.testing.blueking import BluekingStandIn
from paicha.testing.blueking.faults import Faults
from paicha.testing.blueking.lucene import compile_query
from paicha.testing.blueking.scenario import load

Report = Mapping[str, Any]
TRUTH: dict[str, Any] = json.loads((SCENARIO / "truth.json").read_text("utf-8"))
#: The text of each message of the truth, as its template begins.
MESSAGES = {
    "api_frequency_high": "API call frequency too high",
    "cache_space_insufficient": "Cache space insufficient",
    "core_service_crashed": "Core service crashed",
    "db_connection_failed": "Database connection failed",
    "db_connection_timeout_retry": "Database connection timeout",
    "db_replication_failed": "Database master-slave sync failed",
    "disk_space_low": "Disk space low",
    "external_service_slow": "External service response slow",
    "memory_insufficient": "System memory insufficient",
    "payment_interface_exception": "Payment interface call exception",
    "payment_unavailable": "Payment system completely unavailable",
    "security_abnormal_access": "Security vulnerability detected",
    "user_auth_failed": "User authentication failed",
}


@pytest.fixture(scope="module", params=["files", "gateway", "python"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Give the JSON report, made on each of the three roads."""
    folder = tmp_path_factory.mktemp(request.param)
    made = {"files": through_files, "gateway": through_gateway, "python": through_python}
    return made[request.param](folder)


def through_files(folder: Path) -> Report:
    """Investigate the log file and the metric file."""
    files = (SCENARIO / "app.log", "--metrics", SCENARIO / "metrics.json")
    return asked(folder, *files)


def through_gateway(folder: Path) -> Report:
    """Investigate an index set of the stand-in gateway over HTTP."""
    with BluekingStandIn(SCENARIO) as server:
        page = 'type = "blueking_logs"\npage_url = "https://bklog.example.com/"\n'
        settings = gateway_settings(server).replace('type = "blueking_logs"\n', page)
        (folder / "paicha.toml").write_text(settings, "utf-8")
        return asked(folder, "--source", "logs", "--metrics", "host", "--host", HOST)


def asked(folder: Path, *arguments: str | Path) -> Report:
    """Return the JSON that the command line writes to stdout."""
    options = (*WINDOW, "--tz", "Asia/Shanghai", "--format", "json")
    said = CommandLine(folder)("investigate", *arguments, *options)
    assert (0, True) == (said.code, said.out.startswith("{")), said.err
    found: Report = json.loads(said.out)
    return found


def through_python(folder: Path) -> Report:
    """Investigate from a script."""
    found = library.investigate(
        SCENARIO / "app.log",
        metrics=SCENARIO / "metrics.json",
        start=WINDOW[1],
        end=WINDOW[3],
        zone="Asia/Shanghai",
        language="zh",
        case=folder / "x.case.duckdb",
    )
    told: Report = json.loads(found.render("json"))
    return told


def problems(report: Report) -> dict[str, Report]:
    """Return the problems by id."""
    return {problem["id"]: problem for problem in report["problems"]}


def variants(report: Report) -> dict[str, Report]:
    """Return the variant that holds each message of the truth."""
    found = {}
    for problem in report["problems"]:
        for variant in problem["variants"]:
            for name, start in MESSAGES.items():
                if variant["text"].startswith(start):
                    assert name not in found
                    found[name] = variant
    return found


def test_every_total_is_the_true_one(report: Report) -> None:
    """
    1,800 records, 527 abnormal, and each level's count.
    """
    totals = report["totals"]

    assert TRUTH["records"] == totals["records"]
    assert TRUTH["abnormal_records"] == totals["abnormal"]
    assert TRUTH["levels"] == {level["level"]: level["n"] for level in report["levels"]}


def test_every_file_has_its_true_count(report: Report) -> None:
    """
    Each code file's abnormal records, in descending order.
    """
    counts = [(module["name"], module["abnormal"]) for module in report["modules"]]

    assert TRUTH["files"] == dict(counts)
    assert sorted((n for _, n in counts), reverse=True) == [n for _, n in counts]


def test_every_message_has_its_true_count_level_and_files(report: Report) -> None:
    """
    Each of the thirteen messages, with the files it comes from.
    """
    found = variants(report)

    for name, truth in TRUTH["messages"].items():
        assert truth["count"] == found[name]["n"], name
        assert truth["level"] == found[name]["level"], name
        files = {module["name"]: module["n"] for module in found[name]["modules"]}
        assert truth["files"] == files, name
    assert len(TRUTH["messages"]) == len(found)


def test_every_range_is_the_true_one(report: Report) -> None:
    """
    Percentages, rates and the words that stood in the lines.
    """
    found = variants(report)
    for name, truth in TRUTH["ranges"].items():
        message, _, slot = name.partition(".")
        ranges = found[message]["ranges"]
        if isinstance(truth[0], str):
            [words] = [r for r in ranges if r["name"] == slot]
            assert sorted(truth) == sorted(value["name"] for value in words["values"]), name
            assert words["complete"]
        else:
            assert truth in [[r["minimum"], r["maximum"]] for r in ranges], name


def test_every_metric_is_the_true_one(report: Report) -> None:
    """
    Average, maximum and minimum to the precision of the truth; IO utilisation as 1.3 %.
    """
    found = {metric["metric"]: metric for metric in report["metrics"]}

    for name, truth in TRUTH["metrics"].items():
        scale = 100 if truth["unit"] == "0-1" else 1
        digits = len(str(truth["avg"]).partition(".")[2]) - (2 if scale == 100 else 0)
        for key, column in (("avg", "mean"), ("max", "maximum"), ("min", "minimum")):
            assert pytest.approx(truth[key] * scale) == round(found[name][column], digits), name
        assert HOST == found[name]["host"]
        assert 0 == found[name]["null_points"]
    assert "%" == found["bkmonitor:system:io:util"]["unit"]
    assert 1.3 == round(found["bkmonitor:system:io:util"]["mean"], 1)


def test_memory_and_disk_are_contradicted_with_the_numbers(report: Report) -> None:
    """
    What the lines claim and what the machine measured stand side by side.
    """
    contradicted = [c for c in report["claims"] if c["verdict"]["kind"] == "contradicted"]

    assert ["disk_space_low", "memory_insufficient"] == sorted(
        c["problem_id"] for c in contradicted
    )
    measured = {
        c["problem_id"]: (c["claimed_min"], c["claimed_max"], c["verdict"]["measured_max"])
        for c in contradicted
    }
    assert (70, 90, 21.04) == pytest.approx(measured["disk_space_low"], abs=0.005)
    assert pytest.approx(2.62, abs=0.005) == measured["memory_insufficient"][2]
    assert all(c["both_true"] for c in contradicted)


def test_the_order_of_problems_is_the_expected_one(report: Report) -> None:
    """
    Payment first, with all ten files; then what threatens the service; single messages stand alone.
    """
    ranked = list(problems(report))
    payment = report["problems"][0]
    place = {name: ranked.index(name) for name in ranked}

    assert "payment_unavailable" == payment["id"]
    assert sorted(TRUTH["files"]) == sorted(module["name"] for module in payment["modules"])
    grave = ["database_connection", "database_replication", "memory_insufficient"]
    grave += ["service_crashed", "security_intrusion"]
    light = ["disk_space_low", "cache_space", "call_frequency_high", "external_service_slow"]
    assert max(place[name] for name in grave) < min(place[name] for name in light)
    singles = {p["variants"][0]["text"] for p in report["problems"] if p["n"] == 1}
    starts = (MESSAGES["payment_interface_exception"], MESSAGES["user_auth_failed"])
    assert len(starts) == len([text for text in singles if text.startswith(starts)])


def test_the_timeline_lies_inside_the_window(report: Report) -> None:
    """
    No turning point is outside what was asked.
    """
    start, end = (datetime.fromisoformat(moment) for moment in TRUTH["window"])
    moments = [datetime.fromisoformat(entry["timestamp"]) for entry in report["timeline"]]

    assert moments == sorted(moments)
    assert moments
    assert all(start <= moment < end for moment in moments)


def test_every_event_of_the_true_timeline_is_a_line_of_the_case(tmp_path: Path) -> None:
    """
    The report tells turning points; each of the 27 events is one query away.
    """
    found = library.demo(case=tmp_path / "x.case.duckdb")
    lines = found.sql("select timestamp, code_file_path, body from records").to_pylist()

    def happened(event: Mapping[str, str]) -> bool:
        at, start = datetime.fromisoformat(event["time"]), MESSAGES[event["message"]]
        return any(
            (at, event["file"])
            == (line["timestamp"].replace(microsecond=0), line["code_file_path"])
            and line["body"].startswith(start)
            for line in lines
        )

    assert 27 == len(TRUTH["timeline"])
    assert [] == [event for event in TRUTH["timeline"] if not happened(event)]


def test_the_log_is_flagged_as_looking_generated(report: Report) -> None:
    """
    The scenario is a made-up log, and the report says that it looks like one.
    """
    assert report["generated"]["suspected"]


def test_coverage_says_present_read_and_kept(report: Report) -> None:
    """
    Nothing vanished on the way.
    """
    [logs] = report["coverage"]["logs"]

    assert [1800] * 3 == [logs["present"], logs["read"], logs["kept"]]
    assert [] == logs["incomplete"]


def test_each_problem_has_a_page_of_the_log_platform_that_shows_its_records_and_no_others(
    report: Report,
) -> None:
    """
    Its own words in its own time; of files there is no such page.
    """
    scenario = load(SCENARIO, Faults())
    gateway = any(log["kind"] == "blueking_logs" for log in report["coverage"]["logs"])
    shown = {}
    for problem in report["problems"]:
        for page in problem["pages"]:
            place, _, words = page["address"].partition("?")
            assert place == "https://bklog.example.com/#/retrieve/2545"
            asked = dict(parse_qsl(words))
            test = compile_query(asked["keyword"], scenario.names, scenario.texts)
            times = range(int(asked["start_time"]), int(asked["end_time"]) + 1)
            shown[problem["id"]] = sum(
                int(str(row["dtEventTimeStamp"])) in times and test(row) for row in scenario.rows
            )
    assert shown == ({p["id"]: p["n"] for p in report["problems"]} if gateway else {})
