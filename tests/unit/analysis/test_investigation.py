"""The whole analysis on the reference scenario: every figure of its truth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pyarrow as pa
import pytest

from paicha.analysis.investigation import investigate
from paicha.analysis.tables import Context
from paicha.locales import Text
from paicha.model.findings import Findings, Problem

_CLASSES = {
    "payment_unavailable": ("payment_unavailable",),
    "database_connection": ("db_connection_failed", "db_connection_timeout_retry"),
    "service_crashed": ("core_service_crashed",),
    "database_replication": ("db_replication_failed",),
    "security_intrusion": ("security_abnormal_access",),
    "memory_insufficient": ("memory_insufficient",),
    "disk_space_low": ("disk_space_low",),
    "cache_space": ("cache_space_insufficient",),
    "call_frequency_high": ("api_frequency_high",),
    "external_service_slow": ("external_service_slow",),
    "payment_call_error": ("payment_interface_exception",),
    "user_authentication_failed": ("user_auth_failed",),
}


def problem(findings: Findings, name: str) -> Problem:
    return next(one for one in findings.problems if one.id == name)


def texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def test_every_message_of_the_scenario_has_its_exact_count_and_modules(
    reference: Findings, truth: dict[str, Any]
) -> None:
    """
    Twelve problems hold the thirteen messages, each with its count in every file.
    """
    messages = truth["messages"]
    expected = {
        name: (
            sum(messages[m]["count"] for m in parts),
            {
                file: sum(messages[m]["files"].get(file, 0) for m in parts)
                for m in parts
                for file in messages[m]["files"]
            },
        )
        for name, parts in _CLASSES.items()
    }

    actual = {p.id: (p.n, {share.name: share.n for share in p.modules}) for p in reference.problems}

    assert expected == actual


def test_levels_and_modules_add_up_to_the_truth(reference: Findings, truth: dict[str, Any]) -> None:
    """
    1800 records, 527 of them abnormal, by level and by file.
    """
    assert truth["records"] == reference.totals.records
    assert truth["abnormal_records"] == reference.totals.abnormal
    assert truth["levels"] == {level.level: level.n for level in reference.levels}
    assert truth["files"] == {module.name: module.abnormal for module in reference.modules}


def test_modules_come_in_falling_order_with_curves_that_add_up(reference: Findings) -> None:
    """
    The most troubled module stands first, and its curve holds all its records.
    """
    counts = [module.abnormal for module in reference.modules]

    assert sorted(counts, reverse=True) == counts
    assert counts == [sum(module.curve) for module in reference.modules]


def test_payment_is_first_and_urgent_problems_come_before_wear(reference: Findings) -> None:
    """
    Six P1, led by payment; then four P2 in any order with the two single messages.
    """
    order = [p.id for p in reference.problems]
    urgent = {p.id for p in reference.problems if p.priority == "P1"}
    wear = {"disk_space_low", "cache_space", "call_frequency_high", "external_service_slow"}

    assert "payment_unavailable" == order[0]
    assert set(order[:6]) == urgent
    assert {"P2"} == {problem(reference, name).priority for name in wear}
    assert list(range(1, 13)) == [p.number for p in reference.problems]


def test_the_payment_problem_names_all_ten_files(reference: Findings) -> None:
    """
    Also the one that the report we replace forgot.
    """
    names = {share.name for share in problem(reference, "payment_unavailable").modules}

    assert 10 == len(names)
    assert "file_uploader.py" in names


def test_ranges_and_words_are_exact(reference: Findings) -> None:
    """
    Disk 70 to 90 %, 248 to 547 calls a minute, three services, three errors.
    """
    found = {(p.id, r.name): r for p in reference.problems for v in p.variants for r in v.ranges}
    disk, calls = found["disk_space_low", "usage"], found["call_frequency_high", ""]
    errors = {v.name: v.n for v in found["database_connection", "error"].values}

    assert (70, 90, "%") == (disk.minimum, disk.maximum, disk.unit)
    assert (248, 547) == (calls.minimum, calls.maximum)
    assert {"notification", "payment", "storage"} == {
        v.name for v in found["external_service_slow", "service"].values
    }
    assert {"network error": 62, "invalid credentials": 58, "connection timeout": 47} == errors


def test_memory_and_disk_are_contradicted_with_numbers(reference: Findings) -> None:
    """
    The host measured 2.62 % and 21.04 % while the logs claim too much and 70 to 90 %.
    """
    found = {
        claim.concept: (
            claim.claimed_min,
            claim.claimed_max,
            round(claim.verdict.measured_max or 0, 2),
        )
        for claim in reference.contradictions
    }

    assert {"memory_usage": (None, None, 2.62), "disk_usage": (70.0, 90.0, 21.04)} == found
    assert all("30.189.38.149" in claim.verdict.reason.en for claim in reference.contradictions)
    assert all(claim.both_true for claim in reference.contradictions)


def test_curves_shares_and_examples_belong_to_their_problem(reference: Findings) -> None:
    """
    A curve holds all records, shares add up to one, examples come earliest first.
    """
    for one in reference.problems:
        assert one.n == sum(one.curve)
        assert one.peak_n == max(one.curve)
        assert min(3, one.n) == len(one.examples)
        assert one.first == one.examples[0].timestamp
    assert 1.0 == pytest.approx(sum(one.share for one in reference.problems))


def test_the_timeline_lies_inside_the_window_and_names_every_problem(
    reference: Findings,
) -> None:
    """
    Each problem's first record is on it, in order of time, with its locator.
    """
    times = [entry.timestamp for entry in reference.timeline]

    assert sorted(times) == times
    assert all(reference.question.extent.holds(moment) for moment in times)
    assert {p.id for p in reference.problems} == {e.problem_id for e in reference.timeline}
    assert {"payment_call_error", "user_authentication_failed"} == {
        e.problem_id for e in reference.timeline if e.kind == "single"
    }
    assert all(entry.locator for entry in reference.timeline)


def test_the_scenario_is_flagged_as_generated_by_all_indications(reference: Findings) -> None:
    """
    Three records in every second, no burst, problems in modules of other trades.
    """
    assert reference.generated is not None
    assert reference.generated.suspected
    assert {"pace": 0.0} == {
        one.name: one.value for one in reference.generated.indications if one.name == "pace"
    }
    assert "generated" in {n.kind for n in reference.quality if n.severity == "warning"}


def test_the_empty_first_minutes_of_the_window_are_told(reference: Findings) -> None:
    """
    The window asks for 15 minutes, the records cover ten.
    """
    note = next(n for n in reference.quality if n.kind == "coverage" and n.severity == "info")

    assert (
        "The window asked for lasts 15 min, its records cover 10 min: 10:37:32 to 10:47:31"
        == note.text.en
    )
    assert ["时间窗开头的 5 分钟内没有日志"] == [detail.zh for detail in note.details]


def test_no_text_is_vague_and_every_placeholder_is_filled(reference: Findings) -> None:
    """
    Counts everywhere: no "several", no "多次", no brace left over.
    """
    ours = list(texts(reference))
    vague = re.compile(r"\bseveral\b|\bmany times\b|多次|若干|大量")
    knowledge = {
        text
        for p in reference.problems
        for text in (*p.causes, *texts(p.actions), p.risk or p.title)
    }

    assert len(ours) > 200
    assert [] == [t for t in ours if t not in knowledge and vague.search(t.en + t.zh)]
    assert [] == [t for t in ours if t not in knowledge and re.search(r"\{[a-z_]+\}", t.en + t.zh)]


def test_the_same_case_gives_the_same_findings(reference: Findings, reference_case: Any) -> None:
    """
    Rows of the tables in another order change nothing.
    """
    tables = reference_case.tables()
    order = pa.array(range(tables.counts.num_rows - 1, -1, -1))
    shuffled = {
        name: getattr(tables, name).take(
            pa.array(range(getattr(tables, name).num_rows - 1, -1, -1))
        )
        for name in ("counts", "templates", "template_shapes", "template_slots", "series")
    }
    assert len(order) == shuffled["counts"].num_rows
    reference_case.changes = shuffled

    again = reference_case.findings()
    reference_case.changes = {}

    assert reference == again


def test_a_case_without_records_says_so_and_is_never_calm(new_case: Any) -> None:
    """
    No record is a warning with the window, not good news.
    """
    findings = new_case().findings()

    assert ["warning"] == [statement.kind for statement in findings.statements]
    assert "2025-03-04 16:00:00 – 16:15:00 (Asia/Shanghai)" in findings.statements[0].text.zh
    assert () == findings.problems
    assert findings.generated is None


def test_reproduction_carries_context_and_queries(reference_case: Any) -> None:
    """
    What it takes to get the report again stands in it.
    """
    findings = investigate(
        reference_case.tables(),
        reference_case.question(),
        reference_case.coverage(),
        reference_case.knowledge,
        Context("case-7", "1.2.3", "abc", ("paicha investigate app.log",)),
    )

    assert ("case-7", "1.2.3", "abc") == (
        findings.reproduction.case_id,
        findings.reproduction.product_version,
        findings.reproduction.configuration,
    )
    assert ("read app.log",) == findings.reproduction.queries


def test_a_message_without_words_has_a_title_all_the_same(new_case: Any) -> None:
    """A row of the table had no title at all, and one was called after its asterisks."""
    case = new_case()
    for second, said in enumerate(("", "*****", "*** stopped ***")):
        case.line(second, "WARNING", "a.py", said)

    titles = {problem.title.en for problem in case.findings().problems}

    assert {"(an empty message)", "(no words: *****)", "*** stopped ***"} == titles
