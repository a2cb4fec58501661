"""The verdict on top: urgent things with counts, calm only when nothing is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

import paicha
from paicha.locales import Text
from paicha.model.findings import Findings
from paicha.model.schema import STORE_COUNTS


def kinds(findings: Findings) -> list[str]:
    return [statement.kind for statement in findings.statements]


def store_counts(**totals: int) -> pa.Table:
    rows = [{"source": "bk", "dimension": "total", "value": "", "n": sum(totals.values())}]
    rows += [
        {"source": "bk", "dimension": "severity_text", "value": level, "n": n}
        for level, n in totals.items()
    ]
    return pa.Table.from_pylist(rows, schema=STORE_COUNTS)


def test_calm_needs_complete_data_and_nothing_abnormal(new_case: Any) -> None:
    """
    The same quiet records with an incomplete source are not calm.
    """
    case = new_case()
    for second in range(5):
        case.line(second, "INFO", "a.py", "all fine")
    calm = case.findings()
    case.incomplete = (Text(zh="只读到一半", en="only half was read"),)
    incomplete = case.findings()

    assert ["calm"] == kinds(calm)
    assert "all 5 records" in calm.statements[0].text.en
    assert ["incomplete"] == kinds(incomplete)
    assert "app.log is incomplete: only half was read" == incomplete.statements[0].text.en


def test_urgent_problems_come_first_with_counts_and_modules(reference: Findings) -> None:
    """
    Six P1 with their records and share, then the first three by name.
    """
    urgent = [s.text for s in reference.statements if s.kind == "immediate"]

    assert "6 problems of priority P1: 400 records, 75.9 % of the records in problems" == (
        urgent[0].en
    )
    assert urgent[1].zh.startswith("支付系统不可用：103 条，涉及 10 个模块（")
    assert 4 == len(urgent)
    assert "immediate" == reference.statements[0].kind


def test_without_a_p1_the_next_best_is_named(new_case: Any) -> None:
    """
    Problems, but none urgent: a warning that counts them.
    """
    findings = new_case().line(1, "WARNING", "a.py", "flux capacitor misaligned").findings()

    assert ["warning"] == kinds(findings)
    assert (
        "No P1. One problem, P3: flux capacitor misaligned (1 record)"
        == findings.statements[0].text.en
    )


def test_the_summary_counts_the_modules_that_have_a_problem(new_case: Any) -> None:
    """
    Modules that are well are in no problem; a share that is not nothing is not said to be.
    """
    case = new_case().line(1, "WARNING", "a.py", "flux capacitor misaligned")
    for second in range(2500):
        case.line(second / 10, "INFO", f"b{second % 3}.py", "all fine")

    summary = case.findings().summary[0]

    assert "1 of them at WARN or above (<0.1 %); 1 problem in 1 module" in summary.en
    assert "（<0.1%）；1 个问题，涉及 1 个模块" in summary.zh


def test_of_several_problems_without_a_p1_the_first_is_named_with_its_priority(
    new_case: Any,
) -> None:
    """
    How many, how many records, and which stands first; it does not say to mend that one first.
    """
    case = new_case().line(1, "WARNING", "a.py", "flux capacitor misaligned")
    for second in range(3):
        case.line(second, "ERROR", "b.py", "warp core rattles")

    (statement,) = case.findings().statements

    assert (
        "No P1 among 2 problems (4 records). Ranked first, P2: warp core rattles (3 records)"
        == statement.text.en
    )


def test_many_gaps_are_counted_after_the_third(new_case: Any) -> None:
    """
    Fifty metric files of other hosts fill no first screen; all of them stand in the coverage.
    """
    case = new_case().line(1, "INFO", "a.py", "all fine")
    case.incomplete = tuple(Text.same(f"gap {number}") for number in range(50))
    findings = case.findings()
    said = [s.text.en for s in findings.statements if s.kind == "incomplete"]

    assert ["app.log is incomplete: gap 2", "and 47 more gaps"] == [
        said[2],
        said[3].partition(";")[0],
    ]
    assert 4 == len(said)
    assert 50 == len(findings.coverage.logs[0].incomplete)


def test_records_that_name_no_module_and_no_host_are_not_said_to_be_in_some(
    new_case: Any,
) -> None:
    """
    Neither in "unnamed modules" nor in 0 of them.
    """
    case = new_case()
    for second in range(10):
        case.line(second, "CRITICAL", "", "Payment system completely unavailable", host="")
    findings = case.findings()
    said = [s.text.en for s in findings.statements] + [t.en for t in findings.summary]
    said.append(findings.problems[0].why.en)

    assert "Payment system unavailable: 10 records, 16:00:00 to 16:00:09" == said[1]
    assert [] == [sentence for sentence in said if "module" in sentence or "host" in sentence]


def test_what_the_store_counted_stands_beside_what_was_read(new_case: Any) -> None:
    """
    Both numbers, and the levels as the store counted them.
    """
    case = new_case().line(1, "ERROR", "a.py", "flux capacitor misaligned")
    case.changes = {"store_counts": store_counts(error=40, info=60)}

    findings = case.findings()

    statement = next(s for s in findings.statements if s.kind == "incomplete")
    assert "The store holds 100 records in the window (40 at WARN and above)" in statement.text.en
    assert "read and analysed: 1 record (1 at WARN and above)" in statement.text.en
    assert [("ERROR", 40, True), ("INFO", 60, False)] == [
        (level.level, level.n, level.abnormal) for level in findings.store_levels
    ]


def test_a_store_that_counted_no_more_than_was_read_adds_nothing(new_case: Any) -> None:
    """
    Everything was read: one set of levels is enough.
    """
    case = new_case().line(1, "ERROR", "a.py", "flux capacitor misaligned")
    case.changes = {"store_counts": store_counts(error=1)}

    assert () == case.findings().store_levels


def test_the_summary_counts_every_priority(reference: Findings) -> None:
    """
    How much, what, and where the metrics disagree.
    """
    summary = [text.en for text in reference.summary]

    assert "1,800 records over 10 min, 527 of them at WARN or above (29.3 %)" in summary[0]
    assert ["P1", "P2"] == [line[:2] for line in summary[1:3]]
    assert any("measured 21.04 %" in line for line in summary)


def test_a_metric_beyond_its_threshold_is_never_calm(new_case: Any) -> None:
    """
    Quiet logs on a full disk: the first screen says so, and how full.
    """
    case = new_case()
    for second in range(5):
        case.line(second, "INFO", "a.py", "all fine")
    case.metric("disk_usage", [50.0, 96.0, 97.5, 97.0])
    findings = case.findings()

    assert ["warning"] == kinds(findings)
    assert "of 10.0.0.1 reached 97.50 %, beyond its threshold of 95 %" in (
        findings.statements[0].text.en
    )
    assert findings.statements[0].text in findings.summary


def test_what_a_metric_proves_is_named_beside_it(new_case: Any) -> None:
    """
    The log said the disk is full, and it is.
    """
    case = new_case()
    for second in range(0, 200, 10):
        case.line(second, "ERROR", "a.py", "Disk space low: usage=97%")
    case.metric("disk_usage", [96.0, 97.0, 97.5, 97.0, 97.0])

    (said,) = [s.text.en for s in case.findings().statements if "reached" in s.text.en]

    assert said.endswith("beyond its threshold of 95 %; this confirms: Disk space low")


def test_quiet_records_without_levels_are_not_calm(new_case: Any) -> None:
    """
    Who states no level cannot be called fine: the first screen warns instead of calming.
    """
    case = new_case()
    for second in range(5):
        case.line(second, "", "a.py", "something happened here")

    findings = case.findings()

    assert ["warning"] == kinds(findings)
    assert "Of 5 records, 5 state no level" in findings.statements[0].text.en


def test_records_at_debug_alone_are_not_calm(new_case: Any) -> None:
    """
    Where a program writes nothing above DEBUG, its errors are written elsewhere, or nowhere.
    """
    case = new_case()
    for second in range(5):
        case.line(second, ("DEBUG", "TRACE")[second % 2], "a.py", "poll returned 7 items")
    only = case.findings()
    case.line(6, "INFO", "a.py", "started")

    assert ["warning"] == kinds(only)
    assert only.statements[0].text.en.startswith("All 5 records are at DEBUG or below.")
    assert ["calm"] == kinds(case.findings())


def test_records_that_name_no_service_are_counted_beside_those_that_do(new_case: Any) -> None:
    """
    "In 1 service" is followed by that one, and by how many records name none.
    """
    case = new_case()
    for second in range(6):
        service = "pay" if second < 4 else ""
        case.line(second, "FATAL", "", "Payment system completely unavailable", service=service)
    case.line(7, "INFO", "", "order 7 taken", service="cart")
    said = case.findings().statements[1].text

    assert (
        "Payment system unavailable: 6 records in 1 service (pay; 2 name none), 16:00:00 to 16:00:05"
        == said.en
    )
    assert "涉及 1 个服务（pay；另有 2 条未标明）" in said.zh


def test_a_calm_window_says_which_metrics_moved_that_nobody_judges(new_case: Any) -> None:
    """
    A load that went from 1.5 to 60 has no threshold; quiet logs beside it are no all-clear.
    """
    case = new_case()
    for second in range(5):
        case.line(second, "INFO", "a.py", "all fine")
    case.metric("load5", [1.5] * 9 + [60.0] * 6)
    moved = case.findings()

    assert ["warning"] == kinds(moved)
    assert (
        "5 分钟平均负载（10.0.0.1）：16:09:00 起从 1.50 变为 60.00" in moved.statements[0].text.zh
    )
    assert "went from 1.50 to 60.00" in moved.statements[0].text.en


def test_what_moved_on_one_host_is_one_sentence(new_case: Any) -> None:
    """
    Three percentiles of one service must not hide the others behind "3 more".
    """
    case = new_case()
    for second in range(5):
        case.line(second, "INFO", "a.py", "all fine")
    for host in ("10.0.0.1", "10.0.0.2"):
        for concept in ("load5", "load1", "load15"):
            case.metric(concept, [1.5] * 9 + [60.0] * 6, host=host)
    said = [one.text.en for one in case.findings().statements]

    assert 2 == len(said)
    assert all(words.endswith("; 2 more of its metrics moved too") for words in said)
    assert all(
        any(f" of {host} went" in words for words in said) for host in ("10.0.0.1", "10.0.0.2")
    )


def test_a_calm_window_says_how_many_metrics_nobody_judges(new_case: Any) -> None:
    """
    A metric without threshold that stays where it is leaves the window calm, but is not called normal.
    """
    case = new_case()
    for second in range(5):
        case.line(second, "INFO", "a.py", "all fine")
    case.metric("load5", [1.5] * 15)
    still = case.findings()

    assert ["calm"] == kinds(still)
    assert "1 metric has no threshold and is not judged" in still.statements[0].text.en


def test_hosts_whose_clocks_are_hours_apart_stand_on_the_first_screen(tmp_path: Path) -> None:
    """
    The same file of two hosts, three hours apart: the window and its curve mix two clocks.
    """
    for host, hour in (("web-1", 20), ("web-2", 23)):
        (tmp_path / host).mkdir()
        text = "".join(
            f"2026-11-25 {hour}:{minute:02d}:00 ERROR order - Redis timeout\n"
            for minute in range(60)
        )
        (tmp_path / host / "app.log").write_text(text, "utf-8")

    found = paicha.investigate(tmp_path, zone="Asia/Shanghai").findings

    (told,) = [one.text for one in found.statements if "才开始" in one.text.zh]
    assert f"{tmp_path}/web-1/app.log" in told.en
    assert "请核对两者的时区" in told.zh


def test_records_without_a_level_are_counted_beside_those_that_have_one(tmp_path: Path) -> None:
    """
    "0 abnormal" beside a killed process would look like peace.
    """
    log = tmp_path / "messages.log"
    log.write_text(
        "Nov 25 20:22:07 app-07 kernel: Out of memory: Killed process 20000 (java) total-vm:12582912kB\n"
        "2026-11-25 20:22:08,000 INFO [main] shop.Order - taken\n",
        "utf-8",
    )

    told = paicha.investigate(log, zone="Asia/Shanghai").render("md", "zh").decode()

    assert (
        "**0** 条异常（WARN 及以上），占全部 0%；另有 1 条级别较低或没有级别，按内容识别为问题"
        in told
    )
