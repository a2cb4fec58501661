"""Findings in the words of one message: what a person on call reads first on a telephone."""

from __future__ import annotations

from collections.abc import Iterator

from paicha.composition.draft import Draft
from paicha.composition.words import window_words
from paicha.locales import Language, Text, message
from paicha.model.findings import Findings, Problem, Statement
from paicha.model.messages import Digest, DigestProblem, DigestTone

_PROBLEMS, _CONTRADICTIONS, _MISSING, _HOSTS = 3, 3, 3, 3
#: A problem that spares all but one in so many hosts is said to be on these.
_SPARED = 2
#: Which statement leads, and what its tone is. A source that was cut short comes before any calm.
_LEAD: tuple[tuple[str, DigestTone], ...] = (
    ("immediate", "bad"),
    ("change", "warn"),
    ("incomplete", "unknown"),
    ("contradiction", "bad"),
    ("warning", "warn"),
    ("calm", "good"),
)


def compose_digest(findings: Findings, language: Language, zone: str | None = None) -> Digest:
    """
    Return what a message says of *findings*; title, origin and link are its sender's to fill in.

    Args:
        findings: What was decided.
        language: The reader's.
        zone: The reader's; None: the question's.
    """
    draft = Draft.of(findings, language, zone or findings.question.zone)
    verdict, tone = _verdict(draft)
    findings, words = draft.findings, draft.words
    left = len(findings.problems) - _PROBLEMS
    suspects = findings.suspects
    return Digest(
        title=words.say("title"),
        verdict=verdict,
        tone=tone,
        language=language,
        scope=_scope(draft),
        problems=tuple(_problems(draft)),
        more=words.say("brief.more_problems", n=words.count(left)) if left > 0 else "",
        contradictions=tuple(_told(draft, "contradiction", _CONTRADICTIONS, verdict)),
        suspect=_suspect(draft, suspects.text) if suspects and findings.problems else "",
        missing=tuple(_told(draft, "incomplete", _MISSING, verdict)),
        figures=_figures(draft),
    )


def failed_digest(title: str, reason: str, language: Language) -> Digest:
    """Return what a message says of a run that came to nothing: never that all is well."""
    said = message("messages.failed", language, reason=reason)
    return Digest(title=title, verdict=said, tone="unknown", language=language)


def _verdict(draft: Draft) -> tuple[str, DigestTone]:
    findings, words = draft.findings, draft.words
    if not findings.totals.records:
        return words.say("verdict.nothing_read"), "unknown"
    for kind, tone in _LEAD:
        for statement in findings.statements:
            if statement.kind == kind:
                return _with_lead(draft, statement), tone
    said = words.say(
        "verdict.no_statement",
        records=words.count(findings.totals.records),
        abnormal=words.count(findings.totals.abnormal),
    )
    return said, "plain"


def _with_lead(draft: Draft, statement: Statement) -> str:
    words = draft.words
    lead, said = words.say(f"statement.{statement.kind}"), _plain(draft, statement.text)
    return said if said.startswith(lead) else f"{lead}{words.say('statement.separator')}{said}"


def _suspect(draft: Draft, text: Text) -> str:
    """Return who is suspected, without the lead that a message's own label says."""
    words = draft.words
    lead = words.say("statement.suspect") + words.say("statement.separator")
    return _plain(draft, text).removeprefix(lead)


def _told(draft: Draft, kind: str, most: int, verdict: str) -> Iterator[str]:
    """Yield the sentences of one kind that the verdict does not say already, and how many more there are."""
    of_kind = [one for one in draft.findings.statements if one.kind == kind]
    said = [_plain(draft, one.text) for one in of_kind if not one.more]
    others = [words for words in said if not verdict.endswith(words)]
    yield from others[:most]
    more = len(others[most:]) + sum(one.more for one in of_kind)
    if more:
        yield message("messages.more", draft.words.language, n=more)


def _problems(draft: Draft) -> Iterator[DigestProblem]:
    words = draft.words
    for problem in draft.findings.problems[:_PROBLEMS]:
        yield DigestProblem(
            problem.number,
            problem.priority,
            words.title(problem.title),
            message("messages.count", words.language, n=words.count(problem.n)),
            _where(draft, problem) + (words.read(problem.course.text) if problem.course else ""),
        )


def _where(draft: Draft, problem: Problem) -> str:
    """Return the hosts a problem is on, where it spares most of them: it is where somebody looks first."""
    words, hosts = draft.words, [share.name for share in problem.hosts]
    of = draft.findings.totals.hosts
    if not all(hosts) or not 0 < _SPARED * len(hosts) <= of:
        return ""
    names = words.join(hosts[:_HOSTS])
    facts = {"names": names, "n": words.count(len(hosts)), "of": words.count(of)}
    return message("messages.hosts", words.language, **facts)


def _scope(draft: Draft) -> str:
    words, question = draft.words, draft.findings.question
    parts = [window_words(words, question)]
    scope = question.scope
    if scope.hosts:
        parts.append(words.say("scope.hosts", names=words.join(scope.hosts[:5])))
    if scope.services:
        parts.append(words.say("scope.services", names=words.join(scope.services[:5])))
    return " · ".join(parts)


def _figures(draft: Draft) -> str:
    totals, words = draft.findings.totals, draft.words
    return message(
        "messages.figures",
        words.language,
        records=words.count(totals.records),
        problems=words.count(len(draft.findings.problems)),
    )


def _plain(draft: Draft, text: Text) -> str:
    # Backticks mark names in texts of ours; a message has its own markup or none.
    return draft.words.read(text).replace("`", "")
