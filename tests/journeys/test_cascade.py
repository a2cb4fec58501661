"""One cause, one loud victim, one old harmless noise, one false claim: the cause comes first."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cascades import cascade_investigated

import paicha
from paicha.composition.compose import compose
from paicha.model.findings import Findings
from paicha.model.report import Callout
from paicha.model.suspects import SuspectReport
from paicha.testing.cascade import BEFORE, FAULTS, Cascade

#: The incident itself, and ten random variants of it.
SEEDS = range(11)


def ranked(findings: Findings) -> SuspectReport:
    assert findings.suspects is not None
    return findings.suspects


def test_the_variants_differ_in_all_that_may_differ() -> None:
    """Who, when, how loud, which fault, which language."""
    cascades = [Cascade(seed) for seed in SEEDS]

    assert {"en", "zh"} == {one.language for one in cascades}
    assert set(FAULTS) == {one.fault for one in cascades}
    assert len({one.cause for one in cascades}) > 5
    assert len({one.onset for one in cascades}) > 5
    assert len({one.loudness for one in cascades}) > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cause_is_first_whoever_is_louder(seed: int, tmp_path: Path) -> None:
    """The victim writes several lines for each of the cause's and is named as one; the noise is unchanged."""
    cascade = Cascade(seed)
    findings = cascade_investigated(cascade, tmp_path).findings
    report = ranked(findings)
    roles = {suspect.name: suspect.role for suspect in report.suspects}
    noise = [
        problem.change.kind
        for problem in findings.problems
        if problem.change and {share.name for share in problem.services} == {cascade.noise}
    ]

    assert (True, cascade.cause, "suspect") == (
        report.conclusive,
        report.suspects[0].name,
        report.suspects[0].role,
    )
    assert "symptom" == roles[cascade.victim]
    assert ["unchanged"] == noise
    assert cascade.noise not in roles
    assert "faint" == roles[cascade.claimant]


def test_a_false_claim_speaks_against_whoever_makes_it(tmp_path: Path) -> None:
    """The report says what contradicts it."""
    cascade = Cascade(0)
    report = ranked(cascade_investigated(cascade, tmp_path).findings)
    (claimant,) = (one for one in report.suspects if one.name == cascade.claimant)

    assert ["What its lines claim (Memory insufficient) is contradicted by the metrics."] == [
        text.en for text in claimant.against
    ]


def test_nothing_before_means_no_verdict(tmp_path: Path) -> None:
    """Without a baseline nothing can be called new or broken, and the report says why it names nobody."""
    cascade = Cascade(0)
    files = cascade.write(tmp_path)
    findings = paicha.investigate(
        files.log,
        metrics=files.metrics,
        traces=files.traces,
        start=cascade.start,
        end=cascade.end,
        baseline="none",
        zone="UTC",
    ).findings
    report = ranked(findings)

    assert not report.conclusive
    assert "There is nothing to compare with: no baseline was read." in [
        reason.en for reason in report.reasons
    ]


def test_the_fault_free_part_names_nobody(tmp_path: Path) -> None:
    """The last ten minutes before the window against the twenty before them."""
    cascade = Cascade(3)
    files = cascade.write(tmp_path)
    begin = cascade.start - BEFORE
    middle = begin + BEFORE * 2 / 3
    findings = paicha.investigate(
        files.log,
        metrics=files.metrics,
        traces=files.traces,
        start=middle,
        end=cascade.start,
        baseline=f"{begin.isoformat()}..{middle.isoformat()}",
        zone="UTC",
    ).findings

    assert not ranked(findings).conclusive


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    """A scenario that changed from run to run would test nothing twice."""
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    one, other = Cascade(4).write(first), Cascade(4).write(second)

    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_the_first_screen_names_the_suspect_and_the_services(tmp_path: Path) -> None:
    """Who may have started it, and in which services a problem shows, is read before anything is clicked."""
    findings = cascade_investigated(Cascade(0), tmp_path).findings
    suspect = ranked(findings).suspects[0].name
    lines = compose(findings, "en").sections[0].blocks[0]
    assert isinstance(lines, Callout)
    told = ["".join(span.text for span in line) for line in lines.lines]

    assert [f"First suspect: service {suspect}"] == [
        line.partition(" (")[0] for line in told if line.startswith("First suspect")
    ]
    urgent = next(p for p in findings.problems if p.priority == "P1")
    (said,) = (line for line in told if urgent.title.en in line and " to " in line)
    assert f"{len(urgent.services)} service" in said
