"""Whom the ranking names: one, several who stand there together, or nobody, and why nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.facts import ERROR, Facts
from paicha.analysis.suspects.logged import Louder
from paicha.analysis.suspects.scores import RESOURCES, Clue, Explained, Kind, Scored
from paicha.analysis.wording import clock, listed
from paicha.locales import Text, text
from paicha.model.findings import Problem
from paicha.model.knowledge import MetricConcept, ProblemClass
from paicha.model.question import Question
from paicha.model.suspects import Suspect, UnitKind

#: Points from which on somebody stands out: more than chance gave on stretches without a fault
#: (evaluation/README.md).
LEAST = 1.2
#: A second one with this part of the first one's points stands beside it, not behind it.
MARGIN = 0.85
#: More than so many are no answer but a list.
_TOGETHER = 4
#: What happened to several at the same time happened within so long.
_SAME_TIME = timedelta(minutes=2)
#: What shows that somebody suffers, and how large a move of latency or success shows it too.
_SUFFERS: frozenset[Kind] = frozenset(("change", "silence", "sequence", "calls", "own_time"))
_MUCH = 0.5
#: What a witness shows as well: its errors, who names it, when it began.
HEARSAY: frozenset[Kind] = frozenset(("change", "named", "onset", "metric", "mix"))
#: Severities of classes whose first record already means that something broke.
_GRAVE = ("outage", "critical")
#: Victims named in the answer.
_NAMED = 4


def leaders_of(shown: Sequence[Scored], units: Mapping[str, UnitKind]) -> tuple[Scored, ...]:
    """
    Return who stands out: one alone, or several of one kind to whom the same happened.

    Two hosts that lose packets since the same minute are one answer; two that stand side by side for different
    reasons are none.

    Args:
        shown: Best first, only those for whom anything speaks.
        units: What each of them is.
    """
    if not shown or shown[0].points < LEAST:
        return ()
    beside = tuple(one for one in shown if one.points >= MARGIN * shown[0].points)
    if len(beside) == 1:
        return beside
    same = len({units[one.name] for one in beside}) == 1
    alike = all(_alike(beside[0].clues[0], one.clues[0]) for one in beside[1:])
    return beside if same and alike and len(beside) <= _TOGETHER else ()


def _alike(one: Clue, other: Clue) -> bool:
    """Return whether the strongest clues of two tell of the same."""
    match one.fact, other.fact:
        case Moved() as moved, Moved() as too:
            up = moved.level > moved.usual, too.level > too.usual
            return (
                (moved.concept or moved.metric) == (too.concept or too.metric)
                and up[0] == up[1]
                and abs(moved.at - too.at) <= _SAME_TIME
            )
        case Louder() as louder, Louder() as too:
            return louder.problem.id == too.problem.id and not one.explained_by
        case _:
            return False


def nobody_suffers(
    facts: Facts,
    moves: Iterable[Moved],
    groups: Mapping[str, str],
    concepts: Mapping[str, MetricConcept],
    harmless: Collection[Explained] = (),
) -> bool:
    """
    Return whether nothing shows that anybody suffers, and nothing measured is beyond its threshold.

    A series that moved is then a fact and no trouble: a backup reads the disk and does no harm.

    Args:
        facts: What speaks for each.
        moves: The series that moved.
        groups: The group of each metric concept.
        concepts: What is known to be measured, by id.
        harmless: Signs that nobody suffers from: who was stopped on purpose is silent, a notice is new.
    """
    for name, kinds in facts.by_service.items():
        if any((name, kind) not in harmless for kind in _SUFFERS & kinds.keys()):
            return False
    for moved in moves:
        concept = concepts.get(moved.concept)
        shown = groups.get(moved.concept, "") not in RESOURCES and moved.strength >= _MUCH
        if shown or (concept is not None and _beyond(moved.level, concept)):
            return False
    return True


def unsure_of(
    problems: Iterable[Problem], tagged: pa.Table, classes: Iterable[ProblemClass]
) -> bool:
    """
    Return whether a problem that is new, or louder if not for sure, holds errors, or is grave by what it means.

    A few, all in one burst, or against a baseline that is too thin may be chance: they say for sure neither that
    somebody suffers nor that nobody does.

    Args:
        problems: All problems.
        tagged: The rows of `COUNTS` that belong to a problem.
        classes: Problem classes.
    """
    grave = {one.id for one in classes if one.severity in _GRAVE}
    failing = tagged.filter(pc.greater_equal(tagged["severity_number"], ERROR))
    errors = set(failing["problem"].unique().to_pylist())
    return any(
        one.change is not None
        and (not one.change.before or (one.change.kind == "louder" and not one.change.firm))
        and (one.class_id in grave or one.id in errors)
        for one in problems
    )


def _beyond(level: float, concept: MetricConcept) -> bool:
    if concept.threshold is None:
        return False
    above = concept.comparison == "above"
    return level >= concept.threshold if above else level <= concept.threshold


def answer_of(
    suspects: Sequence[Suspect],
    leaders: Sequence[Scored],
    blamed: str,
    *,
    victims: Sequence[str],
    calm: bool,
) -> Text:
    """
    Return the answer in one sentence.

    Args:
        suspects: All that are told of.
        leaders: Who stands out.
        blamed: Whom the first one only blames; "": nobody.
        victims: Whose signs the first one explains.
        calm: Whether nobody suffers.
    """
    if calm:
        return text("suspects.answer.calm")
    if not leaders:
        return _undecided(suspects, blamed)
    first, names = suspects[0], [one.name for one in leaders]
    facts = {
        "unit": text(f"suspects.unit.{first.unit}"),
        "name": first.name,
        "points": f"{first.points:.1f}",
    }
    if len(names) > 1:
        unit = text(f"suspects.units.{first.unit}")
        facts = {"unit": unit, "names": listed(names, _TOGETHER), "name": first.name}
        what = first.clues[0].text
        what = Text(zh=what.zh.replace("`", ""), en=what.en.replace("`", ""))
        return text("suspects.answer.together", what=what, **facts)
    if not victims:
        return text("suspects.answer.alone", **facts)
    key = "with_victims" if len(victims) > 1 else "with_victim"
    return text(f"suspects.answer.{key}", victims=listed(victims, _NAMED), **facts)


def nameless_first(hidden: Louder, name: str, question: Question, kind: UnitKind) -> Text:
    """
    Return that something began before anything that the first one shows, and that nobody knows whose it is.

    Args:
        hidden: What began first.
        name: The first one.
        question: For times in the reader's zone.
        kind: What those are called that records name: where it is services, records of none may well name a module.
    """
    assert hidden.first is not None
    title, at = hidden.problem.title, clock(hidden.first, question)
    key = "nameless_service" if kind == "service" else "nameless"
    return text(f"suspects.answer.{key}", title=title, name=name, n=f"{hidden.during:,}", at=at)


def elsewhere(answer: Text, stranger: Louder) -> Text:
    """
    Return an answer that says that what speaks for the first one is wrong with another, of whom nothing was read.

    Args:
        answer: Who is suspected.
        stranger: The problem whose lines speak of another one.
    """
    told = text("suspects.answer.elsewhere", title=stranger.problem.title)
    return Text(zh=answer.zh + told.zh, en=f"{answer.en} {told.en}")


def right_before(
    answer: Text,
    began: datetime | None,
    problems: Iterable[Problem],
    classes: Iterable[ProblemClass],
    question: Question,
) -> Text:
    """
    Return an answer that says what was wrong with a machine or its network right before the trouble began.

    A link that goes down is one line: too few to be called new, and yet the first thing to look at where all errors speak of others.

    Args:
        answer: Who is suspected.
        began: The first sign of trouble.
        problems: All problems.
        classes: Problem classes.
        question: For times in the reader's zone.
    """
    of_machine = {one.id for one in classes if one.of_machine}
    near = [
        one
        for one in problems
        if one.class_id in of_machine and one.first is not None and began is not None
        if timedelta() <= began - one.first <= _SAME_TIME
    ]
    for one in sorted(near, key=lambda one: (one.first, one.number)):
        assert one.first is not None
        hosts = [share.name for share in one.hosts if share.name]
        whose = text("suspects.answer.right_before_of", names=listed(hosts, _NAMED))
        told = text(
            "suspects.answer.right_before",
            at=clock(one.first, question),
            title=one.title,
            n=f"{one.n:,}",
            whose=whose if hosts else Text.same(""),
        )
        return Text(zh=answer.zh + told.zh, en=f"{answer.en} {told.en}")
    return answer


def inside(answer: Text, question: Question, *, unsuited: bool = False) -> Text:
    """
    Return an answer that says what was compared where no baseline was, or where it does not do.

    Args:
        answer: Who is suspected, or that nobody is.
        question: The later part of the window, and the zone of the reader.
        unsuited: Whether a baseline was read.
    """
    key = "inside_all_the_same" if unsuited else "inside"
    told = text(f"suspects.answer.{key}", at=clock(question.extent.start, question))
    return Text(zh=answer.zh + told.zh, en=f"{answer.en} {told.en}")


def _undecided(suspects: Sequence[Suspect], blamed: str) -> Text:
    """Return between whom it is not decided; that nobody stands out where the first one does not either."""
    if not suspects or suspects[0].points < LEAST:
        return text("suspects.answer.inconclusive")
    if blamed:
        return text("suspects.answer.blames", name=suspects[0].name, other=blamed)
    beside = [one for one in suspects if one.points >= MARGIN * suspects[0].points]
    earliest = next((one for one in beside if any(c.kind == "onset" for c in one.clues)), None)
    names = listed([one.name for one in beside], _TOGETHER)
    if earliest is None:
        return text("suspects.answer.between", names=names)
    return text("suspects.answer.between_earliest", names=names, name=earliest.name)


def reasons_of(
    ranked: Sequence[Scored], leaders: Sequence[Scored], blamed: str, *, calm: bool
) -> list[Text]:
    """Return why nobody can be named; empty when somebody can; arguments as of `answer_of`."""
    if calm:
        return [text("suspects.reason.calm")]
    if leaders:
        return []
    if not ranked or ranked[0].points < LEAST:
        best = f"{ranked[0].points:.1f}" if ranked else "0"
        return [text("suspects.reason.nobody", best=best, least=f"{LEAST:.1f}")]
    one = ranked[0]
    if blamed:
        points = f"{one.points:.1f}"
        return [text("suspects.reason.blames", name=one.name, other=blamed, points=points)]
    other = ranked[1]
    return [
        text(
            "suspects.reason.equal",
            first=one.name,
            second=other.name,
            points=f"{one.points:.1f}",
            other=f"{other.points:.1f}",
        )
    ]
