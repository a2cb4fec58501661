"""The public format of machine-checkable statements."""

from __future__ import annotations

import json

import paicha
from paicha.model.declared import CLOSING, OPENING, Declaration, Declared, declare, read_declaration

REPORT = "Disk space low happened 37 times.\n\n"


def block(*statements: dict[str, object]) -> str:
    """Return a declaration as another writer would embed it."""
    lead = {"writer": "somebody", "language": "en", "zone": "UTC", "case": "", "version": "1"}
    return "\n".join([OPENING, *(json.dumps(each) for each in (lead, *statements)), CLOSING])


def test_what_is_declared_is_read_back() -> None:
    """Writing and reading give the same statements, whatever the names hold."""
    findings = paicha.demo(language="en").findings
    said = (
        Declared("problem.count", "a --> b <!-- c \u202e\U000e0001", "1,800", 1800.0),
        Declared("level.count", "错误", "3", 3.0),
    )

    text = declare(findings, "en", "UTC", said)
    found = read_declaration(text.split("\n"))

    assert isinstance(found, Declaration)
    assert said == found.statements
    assert found.of_paicha
    assert 1 == text.count(CLOSING)


def test_a_declared_figure_that_no_line_says_is_an_objection() -> None:
    """Another writer's declared figure must stand on a line that names its subject."""
    good = block(
        {"measure": "problem.count", "subject": "Disk space low", "says": "37", "number": 37}
    )
    bad = good.replace('"37"', '"38"')

    assert () == paicha.audit(REPORT + good).found.objections
    (objection,) = paicha.audit(REPORT + bad).found.objections
    assert "embedded" == objection.check
    assert "“38”" in objection.text.en
    assert 1 == objection.places[0].line


def test_a_part_of_a_longer_figure_is_not_the_figure() -> None:
    """37 does not stand in 137, in 37.5 or in 3,700."""
    said = block({"measure": "problem.count", "subject": "Disk", "says": "37", "number": 37})

    for line in ("Disk 137", "Disk 37.5", "Disk 37,000", "Disk 1.37"):
        assert paicha.audit(f"{line}\n\n{said}").found.objections, line
    assert () == paicha.audit(f"Disk 37, and more\n\n{said}").found.objections


def test_a_broken_declaration_is_said_and_does_no_harm() -> None:
    """Text that is no declaration, or never ends, is an objection with its reason."""
    for text in (
        f"{OPENING}\nnot json\n{CLOSING}",
        f"{OPENING}\n{{}}\n",
        f"{OPENING}\n[1]\n{CLOSING}",
    ):
        (objection,) = paicha.audit(text).found.objections

        assert "cannot be read" in objection.text.en


def test_what_is_declared_is_held_against_the_evidence() -> None:
    """A declared figure is supported or contradicted on its own line, whether the text says it or not."""
    found = paicha.demo(language="en")
    good = {"measure": "metric.maximum", "subject": "CPU usage", "says": "", "number": 0.5}
    bad = {"measure": "level.count", "subject": "ERROR", "says": "", "number": 170}

    audited = paicha.audit(REPORT + block(good, bad), found).found
    judged = {each.stated.measure: each for each in audited.judgements}

    assert "supported" == judged["metric.maximum"].judged
    assert "contradicted" == judged["level.count"].judged
    assert (5, "169") == (
        judged["metric.maximum"].stated.place.line,
        judged["level.count"].text.en.rpartition(" ")[2],
    )
    assert audited.failed


def test_a_measure_that_nobody_knows_is_said() -> None:
    """A misspelt measure is no statement, and is not passed over."""
    said = block({"measure": "problem.cuont", "subject": "Disk", "says": "37", "number": 37})

    (objection,) = paicha.audit(f"Disk 37\n\n{said}").found.objections

    assert "'problem.cuont' is no measure" in objection.text.en
