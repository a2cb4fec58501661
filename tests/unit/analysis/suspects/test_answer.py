"""Whom the ranking names: one, several together, or nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.analysis.suspects.test_interventions import NOON

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.answer import leaders_of, nobody_suffers
from paicha.analysis.suspects.facts import Facts, Stretch, add_moves
from paicha.analysis.suspects.logged import Onset
from paicha.analysis.suspects.ranking import Ranking
from paicha.analysis.suspects.scores import Scored, scored
from paicha.knowledge.metrics_loader import load_concepts
from paicha.model.suspects import UnitKind

CONCEPTS = {concept.id: concept for concept in load_concepts()}
GROUPS = {concept.id: concept.group for concept in CONCEPTS.values()}


def moved(host: str, concept: str = "cpu_usage", minutes: int = 0, level: float = 80) -> Moved:
    at = NOON + timedelta(minutes=minutes)
    return Moved(concept, concept, host, host, "", "%", 30, 2, level, at, 25, 1.0, 60, 60)


def ranked(*moves: Moved) -> tuple[Scored, ...]:
    facts = Facts()
    add_moves(facts, moves, GROUPS)
    return scored((), facts.by_service, {})


@pytest.mark.parametrize(
    ("second", "together"),
    [
        (moved("h4", minutes=1), ["h3", "h4"]),
        (moved("h4", minutes=9), []),  # not at the same time
        (moved("h4", "memory_usage"), []),  # not the same
    ],
)
def test_two_to_whom_the_same_happened_are_one_answer(second: Moved, together: list[str]) -> None:
    """Side by side for one reason they are named together; for two reasons nobody is."""
    units: dict[str, UnitKind] = {"h3": "host", "h4": "host"}

    assert together == [one.name for one in leaders_of(ranked(moved("h3"), second), units)]


def test_a_host_and_a_service_are_not_named_together() -> None:
    """What they have in common is that one stands on the other, or nothing."""
    units: dict[str, UnitKind] = {"h3": "host", "h4": "service"}

    assert () == leaders_of(ranked(moved("h3"), moved("h4")), units)


def test_many_are_no_answer() -> None:
    """Five hosts with the same clue say that something larger happened, and not what."""
    names = [f"h{n}" for n in range(5)]
    units: dict[str, UnitKind] = dict.fromkeys(names, "host")

    assert () == leaders_of(ranked(*(moved(name) for name in names)), units)


@pytest.mark.parametrize(
    ("move", "calm"),
    [
        (moved("h3", level=80), True),  # 95 % is the threshold
        (moved("h3", level=97), False),
        (moved("h3", "request_latency_p99"), False),
    ],
)
def test_a_series_that_moved_is_no_trouble_by_itself(move: Moved, *, calm: bool) -> None:
    """Below its threshold, and nobody suffers: a backup reads the disk and does no harm."""
    facts = Facts()
    add_moves(facts, [move], GROUPS)

    assert calm == nobody_suffers(facts, [move], GROUPS, CONCEPTS)


def test_who_has_a_new_problem_suffers() -> None:
    """Then what moved may be why."""
    facts = Facts()
    facts.add("cart", "change", 1.0, Onset(NOON, "", 0.0))

    assert not nobody_suffers(facts, [], GROUPS, CONCEPTS)


def test_nobody_suffers_from_what_is_harmless() -> None:
    """Who was stopped on purpose is silent; the same silence unasked is trouble."""
    facts = Facts()
    facts.add("cart", "silence", 1.0, Onset(NOON, "", 0.0))

    assert nobody_suffers(facts, [], GROUPS, CONCEPTS, {("cart", "silence")})
    assert not nobody_suffers(facts, [], GROUPS, CONCEPTS, {("pay", "silence")})


def ranking(below: dict[str, tuple[str, ...]]) -> Ranking:
    """Return three services with a problem each, the gate's the strongest."""
    facts = Facts()
    for name, strength in (("gate", 1.0), ("ledger", 0.9), ("till", 0.8)):
        facts.add(name, "change", strength, Onset(NOON, "", 0.0))
    stretches = (Stretch(), Stretch())
    return Ranking(scored((), facts.by_service, below), {}, {}, (), stretches)


@pytest.mark.parametrize(
    ("below", "victims"),
    [
        ({"till": ("ledger",)}, ()),
        ({"till": ("gate",)}, ("till",)),
        ({"till": ("ledger",), "ledger": ("gate",)}, ("ledger", "till")),
    ],
)
def test_who_rests_on_another_is_no_victim_of_the_first(
    below: dict[str, tuple[str, ...]], victims: tuple[str, ...]
) -> None:
    """The till failed because of the ledger, and the report said that it only suffered from the gate."""
    found = ranking(below)

    assert "gate" == found.shown[0].name
    assert victims == found.victims
