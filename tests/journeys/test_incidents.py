"""Invented incidents that are unlike each other: the cause first, its victims behind it."""

from __future__ import annotations

from pathlib import Path

from evaluation.incident_writer import Incident, investigated, kinds

from paicha.model.findings import Findings
from paicha.model.suspects import Suspect


def drawn(name: str, folder: Path) -> tuple[Incident, Findings]:
    incident = Incident(name, kinds()[name], 20)
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
