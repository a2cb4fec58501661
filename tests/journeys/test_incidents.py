"""Invented incidents that are unlike each other: the cause first, its victims behind it."""

from __future__ import annotations

from pathlib import Path

from evaluation.incident_writer import KINDS, POSTMORTEMS, Incident, investigated, kinds

from paicha.model.findings import Findings
from paicha.model.suspects import Suspect


def drawn(name: str, folder: Path, where: Path = KINDS) -> tuple[Incident, Findings]:
    incident = Incident(name, kinds(where)[name], 20)
    return incident, investigated(incident, folder)


def suspects(findings: Findings) -> tuple[Suspect, ...]:
    assert findings.suspects is not None
    assert findings.suspects.conclusive
    return findings.suspects.suspects


def test_a_service_that_stops_writing_is_the_first_suspect(tmp_path: Path) -> None:
    """Nothing it says tells of it: its pace ends, and others name it."""
    incident, findings = drawn("queue_lag", tmp_path)
    (silent,) = incident.truth("cause")
    first = suspects(findings)[0]
    said = [one.text.en for one in findings.statements if "is silent" in one.text.en]

    assert silent == first.name
    assert {"silence", "named"} <= {clue.kind for clue in first.clues}
    assert first.first is not None
    assert abs((first.first - incident.onset).total_seconds()) < 60
    assert [f"{silent} is silent"] == [text.partition(":")[0] for text in said]


def test_services_in_trouble_on_one_host_rest_on_it(tmp_path: Path) -> None:
    """The disk of the host is full: what it measured, and the two services that have it in common."""
    incident, findings = drawn("disk_full", tmp_path)
    first, *others = suspects(findings)
    roles = {one.name: one.role for one in others}

    assert ("host", *incident.truth("cause")) == (first.unit, first.name)
    assert {"resource", "named"} <= {clue.kind for clue in first.clues}
    assert {"symptom"} == {roles[incident.names[who]] for who in ("order", "ledger", "gate")}


def test_the_problem_of_the_cause_is_as_urgent_as_what_it_explains(tmp_path: Path) -> None:
    """Its victims complain louder and in graver words; it stands before them, and says why."""
    incident, findings = drawn("half_config", tmp_path)
    first, second = findings.problems[:2]
    lift = first.factors[-1]

    assert ["price", "gate"] == [
        next(role for role, name in incident.names.items() if name == problem.services[0].name)
        for problem in (first, second)
    ]
    assert (first.score, first.priority) == (second.score, second.priority)
    assert ("cause", 1.0) == (lift.name, lift.value)
    assert first.score == round(sum(factor.points for factor in first.factors), 1)
    assert second.title.en in lift.text.en


def test_a_job_of_each_hour_is_not_blamed(tmp_path: Path) -> None:
    """Its disk is as busy as an hour ago; the release that broke something is named."""
    incident, findings = drawn("hourly_job", tmp_path)
    blamed = [one.name for one in suspects(findings) if one.role == "suspect"]

    assert list(incident.truth("cause")) == blamed


def test_hosts_to_which_the_same_happened_are_named_together(tmp_path: Path) -> None:
    """Two hosts lose packets since the same minute: one answer, not two that stand too close to each other."""
    incident, findings = drawn("zone_loss", tmp_path)
    first, second = suspects(findings)[:2]
    assert findings.suspects is not None

    assert set(incident.truth("cause")) == {first.name, second.name}
    assert findings.suspects.text.en.startswith("First suspect: hosts ")


def test_a_backup_that_does_no_harm_names_nobody(tmp_path: Path) -> None:
    """A disk is busier than ever, below its threshold, and nobody suffers."""
    _, findings = drawn("null_backup", tmp_path, POSTMORTEMS)
    report = findings.suspects
    assert report is not None

    assert not report.conclusive
    assert "No suspect to name: nothing shows that a service or host suffers." == report.text.en
    assert {"faint"} == {one.role for one in report.suspects}


def test_who_only_blames_another_is_not_called_the_suspect(tmp_path: Path) -> None:
    """One pair of hosts cannot talk: the caller's errors blame a callee that shows nothing; both are named, nobody is sure."""
    incident, findings = drawn("partition", tmp_path, POSTMORTEMS)
    report = findings.suspects
    assert report is not None
    caller, callee = incident.names["orders"], incident.names["stock"]

    assert not report.conclusive
    assert report.text.en.startswith(f"Undecided: the errors of {caller} blame {callee}, which")


def test_what_is_busy_all_the_time_is_told_as_such(tmp_path: Path) -> None:
    """One host's processors are beyond their threshold since before the baseline: no news, and said to be none."""
    incident, findings = drawn("null_backup", tmp_path, POSTMORTEMS)
    beyond = [one.text.en for one in findings.statements if "beyond its threshold" in one.text.en]

    assert 1 == len(beyond)
    assert incident.names["h5"] in beyond[0]
    assert "of 95 %, as in the baseline already (average 9" in beyond[0]


def test_half_a_fleet_is_told_by_its_hosts(tmp_path: Path) -> None:
    """A release reached two of four hosts, and just these fail."""
    incident, findings = drawn("fleet_half", tmp_path, POSTMORTEMS)
    first, *_ = suspects(findings)
    three, four = incident.truth("only_on")
    said = [clue.text.en for clue in first.clues if clue.kind == "change"]

    assert incident.truth("cause") == (first.name,)
    assert said[0].endswith(f"; only on {three} and {four}, of the 4 hosts on which it writes")
