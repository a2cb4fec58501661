"""The audit of one report, from its text to everything that was decided about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from paicha.analysis.audit.checks_names import name_objections
from paicha.analysis.audit.checks_sums import sum_objections
from paicha.analysis.audit.checks_time import time_objections
from paicha.analysis.audit.checks_words import word_objections
from paicha.analysis.audit.declarations import declaration_objections, declared_statements
from paicha.analysis.audit.evidence import AuditEvidence
from paicha.analysis.audit.extract import extract
from paicha.analysis.audit.judge import judge
from paicha.analysis.audit.lexicon import Lexicon
from paicha.analysis.audit.omissions import omissions
from paicha.analysis.audit.reading import Reading
from paicha.analysis.audit.rendering import Comparison, compare
from paicha.model.audit import Audit, Judgement, Objection, Stated
from paicha.model.declared import Declaration, read_declaration

#: Writes the report of the evidence in a language and zone, as Paicha's Markdown.
Writer = Callable[[str, str], str]


def audit(
    name: str,
    text: str,
    lexicon: Lexicon,
    evidence: AuditEvidence | None = None,
    write: Writer | None = None,
) -> Audit:
    """
    Return what is wrong with a report, and what can be said of each of its statements.

    Args:
        name: How the report is called.
        text: The report.
        lexicon: What its words mean.
        evidence: What it is held against; None: it is checked against itself only.
        write: Writes the evidence's own report, for reports that Paicha wrote of this very case.

    Cost:
        Linear in the text, times the words known.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    declaration = read_declaration(lines)
    reading, stated = extract(text, lexicon)
    objections = tuple(_objections(reading, stated, lines, declaration))
    if evidence is None:
        return Audit(name, len(lines), stated, objections)
    if isinstance(declaration, Declaration):
        stated = (*stated, *declared_statements(declaration))
    own = _own_lines(declaration, evidence, write)
    beside = None if own is None else compare(lines, own)
    judgements = tuple(judge(reading, stated, evidence))
    if beside is not None:
        # On a line of the evidence's own report a statement was understood amiss: it is none.
        amiss = [one.stated for one in judgements if _is_amiss(one, beside)]
        stated = tuple(one for one in stated if one not in amiss)
        judgements = tuple(one for one in judgements if not _is_amiss(one, beside))
        judgements += tuple(beside.differing)
        # Whatever stands in the evidence's own report is borne out by the evidence.
        objections = tuple(
            o for o in objections if not all(p.line in beside.same for p in o.places)
        )
    left = () if own is not None else tuple(omissions(reading, stated, evidence))
    case_id = evidence.findings.reproduction.case_id
    return Audit(name, len(lines), stated, objections, judgements, left, case_id)


def _objections(
    reading: Reading,
    stated: Sequence[Stated],
    lines: Sequence[str],
    declaration: Declaration | str | None,
) -> Iterator[Objection]:
    yield from time_objections(stated)
    yield from sum_objections(reading, stated)
    yield from name_objections(reading, stated)
    yield from word_objections(reading, stated)
    yield from declaration_objections(lines, declaration)


def _own_lines(
    declaration: Declaration | str | None, evidence: AuditEvidence, write: Writer | None
) -> list[str] | None:
    """Return the evidence's own report, where the report says that it is one of this very case."""
    if not isinstance(declaration, Declaration) or not declaration.of_paicha or write is None:
        return None
    made = evidence.findings.reproduction
    if (declaration.case, declaration.version) != (made.case_id, made.product_version):
        return None
    if declaration.language not in ("zh", "en"):
        return None
    return write(declaration.language, declaration.zone).rstrip("\n").split("\n")


def _is_amiss(judged: Judgement, beside: Comparison) -> bool:
    return judged.judged == "contradicted" and judged.stated.place.line in beside.same
