"""Two investigations, or the two windows of one, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from paicha.analysis.change.cases import CaseCounts, compare_cases
from paicha.errors import CaseError, QuestionError
from paicha.locales import Text
from paicha.model.change import Comparison, Side
from paicha.model.coverage import SourceCoverage
from paicha.model.findings import Findings
from paicha.model.knowledge import ProblemClass
from paicha.model.schema import SLOT_VALUES, SLOTS
from paicha.ports import CaseStore
from paicha.version import __version__


def compare(
    before: CaseStore,
    during: CaseStore,
    problems: Sequence[ProblemClass],
    commands: tuple[str, ...] = (),
) -> Comparison:
    """
    Return what differs between two cases.

    Args:
        before: The one to compare with.
        during: The other.
        problems: The classes of the knowledge base.
        commands: How to ask the same again.

    Raises:
        CaseError: If a case cannot be read, or holds no counts.
    """
    earlier, later = before.get_findings(), during.get_findings()
    counts = _counts(before, earlier), _counts(during, later)
    if counts[0].untimed != counts[1].untimed and all(side.records for side in counts):
        without = (before if counts[0].untimed else during).path
        raise CaseError("case.one_untimed", path=without)
    names = _names(before.path, during.path)
    found = compare_cases(*counts, problems, names[0])
    return Comparison(
        before=_side(names[0], earlier, counts[0]),
        during=_side(names[1], later, counts[1]),
        change=found,
        zone=later.question.zone,
        product_version=__version__,
        commands=commands,
    )


def change_of(findings: Findings) -> Comparison:
    """
    Return the window of an investigation against its baseline.

    Raises:
        QuestionError: If it had none.
    """
    found, question = findings.change, findings.question
    if found is None:
        raise QuestionError("baseline.without_window", baseline=question.baseline_choice or "-")
    case_id, inputs = findings.reproduction.case_id, question.inputs
    before = Side(
        name=found.baseline.choice,
        case_id=case_id,
        inputs=inputs,
        window=found.baseline.window,
        records=found.baseline.records,
        incomplete=_incomplete(findings.coverage.baseline),
    )
    during = Side(
        name="",
        case_id=case_id,
        inputs=inputs,
        window=question.extent,
        records=found.records,
        incomplete=_incomplete(findings.coverage.logs),
    )
    commands = findings.reproduction.commands
    return Comparison(before, during, found, question.zone, __version__, commands)


def _names(before: Path, during: Path) -> tuple[str, str]:
    """Return what the files are called: with as many folders as it takes to tell them apart."""
    parts = before.absolute().parts, during.absolute().parts
    for n in range(1, max(map(len, parts))):
        first, second = (str(Path(*path[-n:])) for path in parts)
        if first != second:
            return first, second
    return before.name, during.name


def _counts(case: CaseStore, findings: Findings) -> CaseCounts:
    counts = case.get("counts")
    if counts is None:
        raise CaseError("case.damaged", path=case.path, reason="it holds no counts")
    slots, values = case.get("slots"), case.get("slot_values")
    return CaseCounts(
        findings.question,
        counts,
        SLOTS.empty_table() if slots is None else slots,
        SLOT_VALUES.empty_table() if values is None else values,
        _incomplete(findings.coverage.logs),
    )


def _side(name: str, findings: Findings, counts: CaseCounts) -> Side:
    question = findings.question
    return Side(
        name=name,
        case_id=findings.reproduction.case_id,
        inputs=question.inputs,
        window=None if counts.untimed else question.window,
        records=counts.records,
        incomplete=counts.incomplete,
    )


def _incomplete(coverage: Sequence[SourceCoverage]) -> tuple[Text, ...]:
    return tuple(reason for source in coverage for reason in source.incomplete)
