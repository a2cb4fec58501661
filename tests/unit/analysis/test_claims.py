"""What logs claim and what the machine measured: confirmed, contradicted, or why not verifiable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from paicha.model.knowledge import ClaimRule, Comparison, Knowledge
from paicha.testing.records import InMemoryRecords

_DISK = "Disk space low: usage={}%"


def disk_claims(case: Any, **metric: Any) -> Any:
    for second, usage in ((30, 86), (200, 90)):
        case.line(second, "WARNING", "disk_watch.py", _DISK.format(usage))
    if metric:
        case.metric("disk_usage", **metric)
    return case.findings()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([86.0, 87.0, 88.0, 90.0, 91.0], "confirmed"),
        ([20.0, 21.0, 21.0, 21.0, 22.0], "contradicted"),
        ([80.0, 81.0, 81.0, 80.0, 80.0], "not_verifiable"),
    ],
)
def test_a_number_is_compared_with_the_same_minutes(
    new_case: Any, values: list[float], kind: str
) -> None:
    """
    Reached, clearly below, and so close that a peak between two samples could reach it.
    """
    (claim,) = disk_claims(new_case(), values=values).claims

    assert kind == claim.verdict.kind
    assert (86.0, 90.0) == (claim.claimed_min, claim.claimed_max)
    assert (min(values), max(values), 5) == (
        claim.verdict.measured_min,
        claim.verdict.measured_max,
        claim.verdict.points,
    )
    assert bool(claim.both_true) == (kind == "contradicted")


@pytest.mark.parametrize(
    ("comparison", "value", "kind"),
    [
        ("above", 86.0, "confirmed"),
        ("above", 85.9, "not_verifiable"),
        ("above", 77.4, "not_verifiable"),
        ("above", 77.3, "contradicted"),
        ("below", 90.0, "confirmed"),
        ("below", 90.1, "not_verifiable"),
        ("below", 99.0, "not_verifiable"),
        ("below", 99.1, "contradicted"),
    ],
)
def test_the_bar_is_the_number_easiest_to_reach_and_a_tenth_of_it_the_margin(
    knowledge: Knowledge, new_case: Any, comparison: Comparison, value: float, kind: str
) -> None:
    """
    Lines say 86 and 90 %: above 86, or below 90.
    """
    rule = ClaimRule("disk_usage", comparison, 50.0, ("usage",))
    classes = tuple(replace(one, claims=(rule,)) for one in knowledge.problems)
    case = new_case()
    case.knowledge = replace(knowledge, problems=classes)

    (claim,) = disk_claims(case, values=[value] * 5).claims

    assert kind == claim.verdict.kind


def test_a_number_of_another_unit_is_no_claim(new_case: Any) -> None:
    """
    The words imply the threshold of the class instead.
    """
    case = new_case().line(60, "WARNING", "disk_watch.py", "Disk space low: usage=90GB")

    (claim,) = case.findings().claims

    assert (None, None) == (claim.claimed_min, claim.claimed_max)


@pytest.mark.parametrize(
    ("line", "claimed"),
    [
        ("Disk space low: {}%", (86.0, 90.0)),  # the only number of the line
        ("磁盘空间不足，当前使用率 {}%", (86.0, 90.0)),
        ("Disk space low: disk_usage={}%, days=12%", (86.0, 90.0)),
        ("Disk space low: {}% of 97% allowed", (None, None)),  # two: nobody knows which
        ("Disk space low: build_usage={}%", (None, None)),  # of something else
        ("Disk space low: only 5% of {} GB left", (None, None)),  # of what is free
    ],
)
def test_a_number_is_claimed_however_the_line_names_it(
    new_case: Any, line: str, claimed: tuple[float | None, float | None]
) -> None:
    """
    Where a line says 86 %, no words are asked what they imply.
    """
    case = new_case()
    for second, usage in ((30, 86), (200, 90)):
        case.line(second, "WARNING", "disk_watch.py", line.format(usage))

    (claim,) = case.findings().claims

    assert claimed == (claim.claimed_min, claim.claimed_max)


def test_words_that_a_measurement_confirms_are_no_number_of_the_log(new_case: Any) -> None:
    """
    The logs never spoke of 85 %: their words imply it.
    """
    case = new_case().line(60, "WARNING", "disk_watch.py", "Disk space low")

    (claim,) = case.metric("disk_usage", [91.0] * 5).findings().claims

    assert "confirmed" == claim.verdict.kind
    assert "达到按日志字面推定的 85%" in claim.verdict.reason.zh
    assert "the 85 % that the words of the logs imply" in claim.verdict.reason.en


def test_a_share_of_one_is_no_percentage(new_case: Any) -> None:
    """
    usage=0.94 claimed 0.94 %, and a disk that is 30 % full confirmed it.
    """
    case = new_case()
    for second, usage in ((30, "0.91"), (200, "0.94")):
        case.line(second, "WARNING", "disk_watch.py", f"Disk space low: usage={usage}")
    (claim,) = case.metric("disk_usage", [30.0] * 5).findings().claims

    assert (None, None, "contradicted") == (
        claim.claimed_min,
        claim.claimed_max,
        claim.verdict.kind,
    )


def test_records_without_a_time_speak_of_no_minute(new_case: Any) -> None:
    """
    Those beside them do.
    """
    case = new_case().line(None, "WARNING", "disk_watch.py", _DISK.format(92))
    (untimed,) = case.metric("disk_usage", [15.0] * 5).findings().claims
    (timed,) = case.line(60, "WARNING", "disk_watch.py", _DISK.format(92)).findings().claims

    assert ("not_verifiable", "contradicted") == (untimed.verdict.kind, timed.verdict.kind)
    assert "carry no time" in untimed.verdict.reason.en


def test_without_metrics_a_claim_is_not_normal_but_unknown(new_case: Any) -> None:
    """
    No metric says nothing.
    """
    (claim,) = disk_claims(new_case()).claims

    assert "not_verifiable" == claim.verdict.kind
    assert "that is not the same as normal" in claim.verdict.reason.en
    assert "不等于正常" in claim.verdict.reason.zh


def test_metrics_of_another_host_prove_nothing(new_case: Any) -> None:
    """
    The reason names both hosts, and so does the quality of the evidence.
    """
    findings = disk_claims(new_case(), values=[20.0] * 10, host="10.9.9.9")

    (claim,) = findings.claims
    assert "not_verifiable" == claim.verdict.kind
    assert "there are no metrics of 10.0.0.1, only of 10.9.9.9" == claim.verdict.reason.en
    assert "scope" in {note.kind for note in findings.quality if note.severity == "warning"}


def test_hosts_that_were_measured_instead_are_named_up_to_three(new_case: Any) -> None:
    """
    Series without a host are none of them.
    """
    case = new_case()
    for host in ("", "10.9.9.1", "10.9.9.2", "10.9.9.3", "10.9.9.4"):
        case.metric("disk_usage", [20.0] * 5, host=host)

    (claim,) = disk_claims(case).claims

    assert "only of 10.9.9.1, 10.9.9.2, 10.9.9.3" in claim.verdict.reason.en
    assert "10.9.9.4" not in claim.verdict.reason.en


def test_a_gap_in_the_series_is_no_contradiction(new_case: Any) -> None:
    """
    Samples of other minutes do not speak for these.
    """
    case = new_case().line(870, "WARNING", "disk_watch.py", _DISK.format(92))
    case.metric("disk_usage", [20.0, 20.0, 20.0])

    (claim,) = case.findings().claims

    assert "not_verifiable" == claim.verdict.kind
    assert "no sample in the minutes of these records" in claim.verdict.reason.en


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([20.0] * 3 + [None] * 7, "not_verifiable"),  # what measures ended with what it measured
        ([20.0] * 9 + [None], "contradicted"),
        ([20.0] * 2 + [95.0] + [None] * 7, "confirmed"),
    ],
    ids=["most of it unmeasured", "nearly all measured", "reached before it ended"],
)
def test_minutes_in_which_nothing_was_measured_contradict_nothing(
    new_case: Any, values: list[float | None], kind: str
) -> None:
    """
    A disk that fills up stops its own agent: what was measured before says nothing of then.
    """
    case = new_case()
    for minute in range(10):
        case.line(60 * minute + 30, "WARNING", "disk_watch.py", "Disk space low: usage=90%")
    (claim,) = case.metric("disk_usage", values).findings().claims

    assert kind == claim.verdict.kind
    if kind == "not_verifiable":
        assert "in 6 of the 10 stretches of time in which" in claim.verdict.reason.en


def test_a_sample_of_another_time_of_day_is_no_measurement(new_case: Any) -> None:
    """
    Where a point comes every quarter of an hour, one ten minutes off says nothing of these minutes.
    """
    case = new_case().line(450, "WARNING", "disk_watch.py", _DISK.format(92))
    rare = [20.0, *[None] * 13, 20.0]

    (claim,) = case.metric("disk_usage", rare).findings().claims

    assert ("not_verifiable", 0) == (claim.verdict.kind, claim.verdict.points)
    assert "has no sample in the minutes of these records" in claim.verdict.reason.en


def test_null_points_are_not_zero(new_case: Any) -> None:
    """
    A source that says "no value here" measured nothing.
    """
    (claim,) = disk_claims(new_case(), values=[None] * 8).claims

    assert "not_verifiable" == claim.verdict.kind


def test_one_full_file_system_of_two_confirms(new_case: Any) -> None:
    """
    The partition that speaks most for the claim decides.
    """
    case = new_case()
    case.metric("disk_usage", [10.0] * 5, labels='{"mount": "/"}')
    case.metric("disk_usage", [95.0] * 5, labels='{"mount": "/data"}')

    (claim,) = disk_claims(case).claims

    assert "confirmed" == claim.verdict.kind
    assert 95.0 == claim.verdict.measured_max
    assert "mount=/data" == claim.verdict.labels


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ([None] * 10, "not_verifiable"),  # never measured
        (
            [5.0] * 3 + [None] * 7,
            "not_verifiable",
        ),  # it ended: a disk that is gone is not measured either
        ([20.0] * 9 + [None], "contradicted"),
        ([95.0] + [None] * 9, "confirmed"),
    ],
)
def test_a_file_system_that_was_not_measured_may_be_the_one_that_lines_speak_of(
    new_case: Any, other: list[float | None], kind: str
) -> None:
    """That another one had room proves nothing about it."""
    case = new_case()
    for minute in range(10):
        case.line(60 * minute + 30, "WARNING", "disk_watch.py", "Disk space low: usage=90%")
    case.metric("disk_usage", [10.0] * 10, labels='{"mount": "/"}')
    case.metric("disk_usage", other, labels='{"mount": "/data"}')

    (claim,) = case.findings().claims

    assert kind == claim.verdict.kind
    if kind == "not_verifiable":
        assert "of mount=/data there is no sample in " in claim.verdict.reason.en


def test_every_host_gets_its_own_verdict(new_case: Any) -> None:
    """
    One host is full, the other is not.
    """
    case = new_case()
    for host in ("10.0.0.1", "10.0.0.2"):
        case.line(60, "WARNING", "disk_watch.py", _DISK.format(92), host=host)
    case.metric("disk_usage", [93.0] * 5, host="10.0.0.1")
    case.metric("disk_usage", [15.0] * 5, host="10.0.0.2")

    verdicts = {c.verdict.host: c.verdict.kind for c in case.findings().claims}

    assert {"10.0.0.1": "confirmed", "10.0.0.2": "contradicted"} == verdicts


def two_hosts(case: Any) -> Any:
    """One host says 95 and 97 %, the other 70 %; both measure 80 %."""
    for second, usage, host in ((30, 95, "10.0.0.1"), (60, 70, "10.0.0.2"), (90, 97, "10.0.0.1")):
        case.line(second, "WARNING", "disk_watch.py", _DISK.format(usage), host=host)
    for host in ("10.0.0.1", "10.0.0.2"):
        case.metric("disk_usage", [80.0] * 5, host=host)
    return case


def test_a_host_claims_what_its_own_lines_say(new_case: Any) -> None:
    """
    What another host says is neither its range nor what its metrics are held against.
    """
    claims = two_hosts(new_case()).findings().claims

    told = {c.verdict.host: (c.claimed_min, c.claimed_max, c.n, c.verdict.kind) for c in claims}
    assert {
        "10.0.0.1": (95.0, 97.0, 2, "contradicted"),
        "10.0.0.2": (70.0, 70.0, 1, "confirmed"),
    } == told
    assert "Disk space usage is 95–97 % according to 2 records" in {c.text.en for c in claims}


def test_numbers_that_cannot_be_told_apart_are_those_of_all_hosts(new_case: Any) -> None:
    """
    Where the case keeps some of the records only; then only what reaches the largest of them confirms.
    """
    case = two_hosts(new_case())
    case.changes = {"records": InMemoryRecords(case.tables().records.records.slice(0, 2))}

    claims = case.findings().claims

    assert {(70.0, 97.0, 3, "not_verifiable")} == {
        (c.claimed_min, c.claimed_max, c.n, c.verdict.kind) for c in claims
    }
    assert "Disk space usage is 70–97 % according to 3 records on 2 hosts" == claims[0].text.en
    assert "which of these values are this host's is not known" in claims[0].verdict.reason.en


def test_logs_without_a_host_are_not_guessed_among_two(new_case: Any) -> None:
    """
    With one measured host the comparison says so; with two there is none.
    """
    case = new_case().line(60, "WARNING", "disk_watch.py", _DISK.format(92), host="")
    case.metric("disk_usage", [15.0] * 5, host="10.0.0.1")
    (alone,) = case.findings().claims
    case.metric("disk_usage", [15.0] * 5, host="10.0.0.2")
    (among_two,) = case.findings().claims

    assert ("contradicted", "10.0.0.1") == (alone.verdict.kind, alone.verdict.host)
    assert "compared with the only known one" in alone.verdict.reason.en
    assert "not_verifiable" == among_two.verdict.kind


def test_hosts_are_matched_by_their_id_too(new_case: Any) -> None:
    """
    Logs that name an id and metrics that name address and id speak of one host.
    """
    case = new_case().line(60, "WARNING", "disk_watch.py", _DISK.format(92), host="96568")
    case.metric("disk_usage", [15.0] * 5, host="10.0.0.1", labels='{"bk_host_id": "96568"}')

    findings = case.findings()

    assert ["contradicted"] == [claim.verdict.kind for claim in findings.claims]
    assert 1 == len(findings.devices)


def test_who_repeats_what_the_database_said_is_not_contradicted(new_case: Any) -> None:
    """
    The disk of the database's host is full; those of its clients are not, and their lines do not say so.
    """
    case = new_case()
    for host, full in (("db-1", 100.0), ("web-1", 40.0)):
        case.line(30, "ERROR", "orders.py", "could not extend file: No space left on device", host)
        case.metric("disk_usage", values=[full] * 5, host=host)

    verdicts = {one.verdict.host: one.verdict for one in case.findings().claims}

    assert "confirmed" == verdicts["db-1"].kind
    assert "not_verifiable" == verdicts["web-1"].kind
    assert "db-1" in verdicts["web-1"].reason.en


def test_where_nobody_confirms_it_the_words_of_clients_are_contradicted(new_case: Any) -> None:
    """
    No full disk anywhere: whoever says so, and of whomever, the figures say otherwise.
    """
    case = new_case()
    for host in ("db-1", "web-1"):
        case.line(30, "ERROR", "orders.py", "could not extend file: No space left on device", host)
        case.metric("disk_usage", values=[40.0] * 5, host=host)

    assert ["contradicted"] * 2 == [one.verdict.kind for one in case.findings().claims]


@pytest.mark.parametrize(
    ("inodes", "concept", "kind"),
    [
        (100.0, "inode_usage", "confirmed"),
        (30.0, "disk_usage", "contradicted"),
        (None, "disk_usage", "contradicted"),
    ],
)
def test_no_space_left_may_mean_inodes(
    new_case: Any, inodes: float | None, concept: str, kind: str
) -> None:
    """
    Where space is left and inodes are not, the words are true; where both are left, they are not.
    """
    case = new_case()
    case.line(30, "ERROR", "sessions.py", "session not saved: No space left on device")
    case.metric("disk_usage", values=[39.0] * 5)
    if inodes is not None:
        case.metric("inode_usage", values=[inodes] * 5)

    (claim,) = case.findings().claims

    assert (concept, kind) == (claim.concept, claim.verdict.kind)
