"""Problems: counted, classified, checked against metrics, ranked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from paicha.analysis.actions import actions_of
from paicha.analysis.change.course import CourseTeller
from paicha.analysis.claims import ClaimReader
from paicha.analysis.evidence import evidence_of
from paicha.analysis.gathering import Gathered, shares
from paicha.analysis.outages import Outage, outage_words
from paicha.analysis.rank import Rank, as_outage, as_urgent, outage_in, rank, why
from paicha.analysis.records import Buckets, in_order
from paicha.analysis.spread import unrelated_modules
from paicha.analysis.suspects.urgency import Lift
from paicha.analysis.timeline import has_stopped
from paicha.analysis.told import Teller
from paicha.analysis.variants import Variants
from paicha.analysis.wording import shortened
from paicha.locales import Text, text
from paicha.model.change import Change, Course
from paicha.model.findings import Action, Claim, Example, Occurrences, Problem, Variant
from paicha.model.question import Question
from paicha.values import dataclass

#: A title longer than this is a line, not a name.
_TITLE_CHARACTERS = 120
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class ProblemMaker:
    """
    Makes problems out of counts.

    Args:
        variants: The templates with their ranges.
        claims: Reads and checks what a problem's lines claim.
        curves: Records per bucket of each problem.
        buckets: The steps of the curves.
        examples: Lines of each problem, earliest first.
        whole: All records that belong to a problem.
        changes: What the baseline says of each problem.
        courses: Tells how a problem went on.
        teller: Tells whom a problem happened to.
        occurrences: What records say of how often a problem happened.
    """

    variants: Variants
    claims: ClaimReader
    curves: Mapping[str, tuple[int, ...]]
    buckets: Buckets
    examples: Mapping[str, tuple[Example, ...]]
    whole: int
    changes: Mapping[str, Change]
    courses: CourseTeller
    teller: Teller
    occurrences: Mapping[str, Occurrences]

    def ranked(self, gathered: Sequence[Gathered]) -> tuple[Problem, ...]:
        """Return the problems by score falling, then count falling, without a time by their first lines, then id."""
        drafts = [self._draft(one) for one in gathered]
        drafts.sort(
            key=lambda d: (
                -d.rank.score,
                -d.gathered.n,
                self._place(d.gathered),
                d.gathered.id,
            )
        )
        return tuple(self._problem(draft, number) for number, draft in enumerate(drafts, start=1))

    def _place(self, one: Gathered) -> tuple[object, ...]:
        """Return where a problem without any time stands: nothing else says which of two came first."""
        examples = self.examples.get(one.id, ())
        if one.first is not None or not examples:
            return ()
        return in_order(None, examples[0].locator)

    def _draft(self, gathered: Gathered) -> _Draft:
        variants = self.variants.of(gathered.templates)
        claims = self.claims.claims(gathered, variants)
        verdicts = frozenset(claim.verdict.kind for claim in claims)
        return _Draft(
            gathered, variants, claims, rank(gathered, verdicts, self.changes.get(gathered.id))
        )

    def _problem(self, draft: _Draft, number: int) -> Problem:
        one, klass = draft.gathered, draft.gathered.problem_class
        curve = self.curves.get(one.id, (0,) * self.buckets.number)
        peak, peak_n = peak_of(curve, self.buckets)
        verdicts = frozenset(claim.verdict.kind for claim in draft.claims)
        return Problem(
            id=one.id,
            number=number,
            class_id=klass.id if klass else "",
            title=klass.title if klass else self._own_title(one),
            category=klass.category if klass else "",
            priority=draft.rank.priority,
            why=why(one, draft.rank, verdicts),
            score=draft.rank.score,
            factors=draft.rank.factors,
            n=one.n,
            share=one.n / self.whole,
            levels=shares([(level.text, level.n) for level in one.levels], one.n),
            first=one.first,
            last=one.last,
            curve=curve,
            peak=peak,
            peak_n=peak_n,
            variants=draft.variants,
            modules=shares(one.modules, one.n),
            services=shares(one.services, one.n),
            hosts=shares(one.hosts, one.n),
            unrelated_modules=unrelated_modules(klass, one.modules),
            claims=draft.claims,
            risk=klass.risk if klass else None,
            causes=klass.causes if klass else (),
            actions=_actions(one, draft.rank),
            examples=self.examples.get(one.id, ()),
            evidence=evidence_of(one.id),
            course=self._course(one, curve),
            change=self.changes.get(one.id),
            told=self.teller.told(one.id, klass, one.n, one.first),
            occurrences=self.occurrences.get(one.id),
            without_time=one.without_time,
        )

    def _course(self, one: Gathered, curve: Sequence[int]) -> Course:
        return self.courses.course(
            curve,
            one.first,
            one.last,
            self.changes.get(one.id),
            over=self.courses.end is not None and has_stopped(one, self.courses.end),
        )

    def _own_title(self, one: Gathered) -> Text:
        words = shortened(" ".join(self.variants.text(one.id, one.id).split()), _TITLE_CHARACTERS)
        if not words:
            return text("analysis.name.empty_message")
        # A line of asterisks is no name of a problem.
        return (
            Text.same(words) if _WORD.search(words) else text("analysis.name.wordless", said=words)
        )


def ranked_again(
    problems: Sequence[Problem], gathered: Sequence[Gathered], parted_at: str
) -> tuple[Problem, ...]:
    """
    Return problems in the order of what their changes say, which were not known before.

    Args:
        problems: With their changes.
        gathered: Their counts and classes.
        parted_at: When the later part of the window begins, as it is written.
    """
    by_id = {one.id: one for one in gathered}
    again = [_weighed(problem, by_id[problem.id], parted_at) for problem in problems]
    again.sort(key=lambda p: (-p.score, -p.n, p.id))
    return tuple(replace(p, number=number) for number, p in enumerate(again, start=1))


def _weighed(problem: Problem, one: Gathered, parted_at: str) -> Problem:
    verdicts = frozenset(claim.verdict.kind for claim in problem.claims)
    ranked, outage = rank(one, verdicts, problem.change, parted_at), outage_in(problem.factors)
    if outage is not None:
        ranked = as_outage(ranked, int(outage.value), outage.text, outage.moments)
    return _with_rank(problem, one, ranked)


def with_outages(
    problems: Sequence[Problem],
    gathered: Sequence[Gathered],
    outages: Mapping[str, Outage],
    question: Question,
) -> tuple[Problem, ...]:
    """
    Return the problems in order again, total outages as urgent as that is.

    Of those of one unit the most urgent alone: a request that fails is often told by several lines.

    Args:
        problems: In the order of rank.
        gathered: Their counts and classes.
        outages: By the id of their problem.
        question: Tells how times are written.
    """
    by_id = {one.id: one for one in gathered}
    told: set[str] = set()
    found = []
    for problem in problems:
        one, outage = problem, outages.get(problem.id)
        if outage is not None and outage.unit not in told:
            told.add(outage.unit)
            before = Rank(problem.score, problem.priority, problem.factors)
            words = outage_words(outage, question)
            ranked = as_outage(before, outage.n, words, outage.moments)
            one = _with_rank(problem, by_id[problem.id], ranked)
        found.append(one)
    found.sort(key=lambda p: -p.score)
    return tuple(replace(p, number=number) for number, p in enumerate(found, start=1))


def lifted(
    problems: Sequence[Problem], gathered: Sequence[Gathered], lift: Lift
) -> tuple[Problem, ...]:
    """
    Return the problems in order again, one of them as urgent as what it explains.

    Args:
        problems: In the order of rank.
        gathered: Their counts and classes.
        lift: Which one, and why.
    """
    by_id = {problem.id: problem for problem in problems}
    one = next(one for one in gathered if one.id == lift.problem_id)
    first = _raised(by_id[one.id], one, lift, [by_id[name].title for name in lift.explained])
    # Sorting keeps the order of equals: the cause stands before those of its own score.
    ordered = sorted([first, *(p for p in problems if p.id != one.id)], key=lambda p: -p.score)
    return tuple(replace(p, number=number) for number, p in enumerate(ordered, start=1))


def _raised(problem: Problem, one: Gathered, lift: Lift, titles: Sequence[Text]) -> Problem:
    before = Rank(problem.score, problem.priority, problem.factors)
    return _with_rank(problem, one, as_urgent(before, lift.score, titles))


def _with_rank(problem: Problem, one: Gathered, ranked: Rank) -> Problem:
    verdicts = frozenset(claim.verdict.kind for claim in problem.claims)
    return replace(
        problem,
        score=ranked.score,
        priority=ranked.priority,
        factors=ranked.factors,
        why=why(one, ranked, verdicts),
        actions=_actions(one, ranked),
    )


def _actions(one: Gathered, ranked: Rank) -> tuple[Action, ...]:
    services = [name for name, _ in one.services]
    return actions_of(one.id, one.problem_class, ranked.priority, one.n, services)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A problem before it has its number."""

    gathered: Gathered
    variants: tuple[Variant, ...]
    claims: tuple[Claim, ...]
    rank: Rank


def peak_of(curve: Sequence[int], buckets: Buckets) -> tuple[datetime | None, int]:
    """Return the start of the fullest bucket (the first of equals) and its count."""
    highest = max(curve, default=0)
    if not highest:
        return None, 0
    step = timedelta(seconds=buckets.width_s)
    return buckets.start + list(curve).index(highest) * step, highest
