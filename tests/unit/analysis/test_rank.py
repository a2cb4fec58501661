"""The rank: terms that add up, and an order that holds beyond one scenario."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from paicha.analysis.gathering import Gathered, LevelUse
from paicha.analysis.rank import as_urgent, priority_of, rank, why
from paicha.knowledge.problems_loader import load_problems
from paicha.locales import Text
from paicha.model.change import Change, ChangeKind
from paicha.model.findings import Findings, VerdictKind


def priorities(findings: Findings) -> dict[str, str]:
    return {problem.title.en: problem.priority for problem in findings.problems}


def test_the_points_add_up_to_the_score(reference: Findings) -> None:
    """
    What is shown is what was added.
    """
    for problem in reference.problems:
        assert problem.score == round(sum(factor.points for factor in problem.factors), 1)
        assert ["severity", "level", "count", "spread", "novelty", "metric"] == [
            factor.name for factor in problem.factors
        ]


def test_a_critical_class_that_happened_once_is_urgent(new_case: Any) -> None:
    """
    One replication failure among 5,000 warnings stands first.
    """
    case = new_case()
    for second in range(5000):
        case.line(second / 10, "WARNING", f"worker_{second % 9}.py", "Retry queue is getting long")
    case.line(10, "ERROR", "database.py", "Database master-slave sync failed")

    first, second_ = case.findings().problems

    assert ("database_replication", "P1", 1) == (first.id, first.priority, first.n)
    assert "P1" != second_.priority


def test_that_a_process_was_killed_is_no_less_urgent_on_a_host_with_memory_left() -> None:
    """A container's limit was reached: what was done happened. That memory is short is a claim, and loses points."""
    classes = {one.id: one for one in load_problems()}

    def metric_points(problem_class: str) -> float:
        problem = replace(gathered(), problem_class=classes[problem_class])
        return rank(problem, frozenset({"contradicted"})).factors[5].points

    assert 0 == metric_points("container_oom_killed") == metric_points("oom_killer")
    assert 0 > metric_points("memory_insufficient")


def test_an_unknown_error_rises_with_count_and_spread(new_case: Any) -> None:
    """
    Once is P3, three times is P2, ten thousand times in ten modules is P1.
    """
    once = new_case().line(1, "ERROR", "a.py", "flux capacitor misaligned").findings()
    case = new_case()
    for second in range(3):
        case.line(second, "ERROR", "a.py", "flux capacitor misaligned")
    thrice = case.findings()
    case = new_case()
    for second in range(10_000):
        case.line(second / 100, "ERROR", f"m{second % 10}.py", "flux capacitor misaligned")
    everywhere = case.findings()

    assert ["P3", "P2", "P1"] == [
        findings.problems[0].priority for findings in (once, thrice, everywhere)
    ]


def test_a_confirmed_claim_ranks_above_a_contradicted_one(new_case: Any) -> None:
    """
    The same lines with a full and with an empty disk.
    """
    full = new_case().line(60, "WARNING", "disk.py", "Disk space low: usage=90%")
    full.metric("disk_usage", [95.0] * 5)
    empty = new_case().line(60, "WARNING", "disk.py", "Disk space low: usage=90%")
    empty.metric("disk_usage", [5.0] * 5)

    confirmed, contradicted = (case.findings().problems[0] for case in (full, empty))

    assert confirmed.score > contradicted.score
    assert contradicted.score >= 26  # the points of its severity: major
    assert "contradict" in contradicted.why.en
    assert "矛盾" in contradicted.why.zh


def test_why_names_counts_and_what_it_means(reference: Findings) -> None:
    """
    One sentence in both languages, with records, modules and hosts.
    """
    why = reference.problems[0].why

    assert "103 records in 10 modules (score" in why.en
    assert "共 103 条，涉及 10 个模块（得分" in why.zh


def test_a_log_without_levels_is_not_taken_for_harmless(new_case: Any) -> None:
    """
    The same lines: ERROR above no level, no level above WARN.
    """
    scores = []
    for level in ("ERROR", "", "WARNING"):
        case = new_case().line(1, level, "a.py", "Core service crashed, restarting")
        scores.append(case.findings().problems[0].score)

    assert sorted(scores, reverse=True) == scores
    assert 3 == len(set(scores))


def gathered(
    n: int = 1,
    level: int = 17,
    modules: tuple[str, ...] = ("a.py",),
    hosts: int = 1,
    klass: str = "",
) -> Gathered:
    """Return the counts of a problem; *klass*: the id of its class."""
    known = next((one for one in load_problems() if one.id == klass), None)
    return Gathered(
        id="one",
        problem_class=known,
        n=n,
        first=None,
        last=None,
        levels=(LevelUse(level, "ERROR" if level else "", n),),
        modules=tuple((module, n) for module in modules),
        services=(),
        hosts=tuple((f"10.0.0.{host}", n) for host in range(hosts)),
        templates=(),
    )


def test_of_two_levels_with_as_many_records_neither_is_the_most_frequent() -> None:
    """
    "Most often at ERROR" was said of 19 at ERROR and 19 at WARN. The rank takes the worse of them.
    """
    even = replace(gathered(38), levels=(LevelUse(17, "ERROR", 19), LevelUse(13, "WARN", 19)))
    silent = replace(even, levels=(LevelUse(17, "ERROR", 19), LevelUse(0, "", 19)))
    ranked = rank(even, frozenset())

    said = why(even, ranked, frozenset())
    assert "; at ERROR as often as at WARN; 38 records" in said.en
    assert "；ERROR 与 WARN 一样多；" in said.zh
    assert 8.0 == ranked.factors[1].points
    assert "at ERROR as often as without a level;" in why(silent, ranked, frozenset()).en


def changed(kind: ChangeKind, ratio: float = 1.0, *, firm: bool = True) -> Change:
    """Return what a baseline says of a problem."""
    same = Text.same("x")
    return Change("problem", "one", same, kind, firm, 10, 10, 1.0, ratio, 2.0, 1.0, 0.1, 0.1, "")


def points(problem: Gathered, *verdicts: VerdictKind, change: Change | None = None) -> list[float]:
    """Return the points of each term."""
    return [factor.points for factor in rank(problem, frozenset(verdicts), change).factors]


SIXTEEN = tuple(f"{module}.py" for module in range(16))


@pytest.mark.parametrize(
    ("problem", "severity", "level", "count", "spread"),
    [
        (gathered(), 14, 8, 1.2, 0),
        (gathered(level=21), 26, 12, 1.2, 0),
        (gathered(level=13), 6, 0, 1.2, 0),
        (gathered(level=9), 4, 0, 1.2, 0),
        (gathered(level=0), 4, 4, 1.2, 0),
        (gathered(klass="database_replication"), 40, 8, 1.2, 0),
        (gathered(n=99_999), 14, 8, 20, 0),
        (gathered(n=10**6), 14, 8, 20, 0),
        (gathered(n=9, modules=("", "a.py", "b.py")), 14, 8, 4, 3),
        (gathered(modules=SIXTEEN), 14, 8, 1.2, 10),
        (gathered(hosts=4), 14, 8, 1.2, 6),
        (gathered(hosts=16), 14, 8, 1.2, 6),
    ],
)
def test_each_term_has_the_points_of_the_formula(
    problem: Gathered, severity: float, level: float, count: float, spread: float
) -> None:
    """
    As the head of `paicha.analysis.rank` says it, with its caps; no module is none.
    """
    assert [severity, level, count, spread, 0, 0] == points(problem)


def test_what_a_baseline_says_is_half_where_it_is_not_sure() -> None:
    """
    New, louder up to its cap, known already.
    """
    said = [changed("new"), changed("louder", 4), changed("louder", 100), changed("unchanged")]
    said += [changed("quieter"), changed("gone"), changed("new", firm=False)]

    assert [8, 4, 6, -4, -4, 0, 4] == [points(gathered(), change=one)[4] for one in said]


def test_what_a_baseline_never_held_is_not_lowered_as_if_it_went_on() -> None:
    """
    Too few to call it new is not "as before", neither in points nor in words.
    """
    unseen = replace(changed("unchanged", firm=False), before=0, during=2)
    few = replace(unseen, before=1)
    told = [rank(gathered(), frozenset(), one).factors[4] for one in (unseen, few)]

    assert [0, -2] == [one.points for one in told]
    assert (
        "too few to call it new: 0 records in the baseline, 2 records in the window, so not counted"
        == told[0].text.en
    )
    assert told[1].text.en.startswith("too few to tell: 1 record in the baseline")
    assert told[1].text.zh.startswith("条数太少，无法判断：基线 1 条")


def test_no_term_takes_more_than_the_others_gave() -> None:
    """
    A known, contradicted warning of one record keeps the points of its severity.
    """
    one, two = gathered(level=13), gathered(level=13, n=99)
    known, new = changed("unchanged"), changed("new")

    assert [-1.2, 0] == points(one, "contradicted", change=known)[4:]
    assert [-4, -4] == points(two, "contradicted", change=known)[4:]
    assert [8, -1.2] == points(one, "contradicted", change=new)[4:]
    assert [0, 8] == points(one, "contradicted", "confirmed")[4:]


def test_each_priority_begins_at_its_score() -> None:
    """
    48 is P1, 24 is P2.
    """
    scores = (48.0, math.nextafter(48, 0), 24.0, math.nextafter(24, 0))

    assert ["P1", "P2", "P2", "P3"] == [priority_of(score) for score in scores]


def test_a_cause_is_lifted_to_what_it_explains() -> None:
    """
    The seventh term makes up the difference, names three and counts the rest.
    """
    ranked = rank(gathered(), frozenset())
    titles = [Text.same(name) for name in ("one", "two", "three", "four")]

    lifted = as_urgent(ranked, 50.5, titles)

    assert (50.5, "P1") == (lifted.score, lifted.priority)
    assert ("cause", 4, 27.3) == (
        lifted.factors[-1].name,
        lifted.factors[-1].value,
        lifted.factors[-1].points,
    )
    assert "three" in lifted.factors[-1].text.en
    assert "four" not in lifted.factors[-1].text.en


def test_why_counts_only_modules_that_are_named() -> None:
    """
    Records without a module are of none.
    """
    problem = gathered(modules=("", "a.py", "b.py"))
    nowhere = gathered(modules=("",), hosts=0)

    assert "2 modules" in why(problem, rank(problem, frozenset()), frozenset()).en
    assert "module" not in why(nowhere, rank(nowhere, frozenset()), frozenset()).en
