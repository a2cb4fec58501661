"""Who rests on whom: hosts under services, names in errors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.analysis.suspects.test_interventions import NOON

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.facts import Facts, add_moves
from paicha.analysis.suspects.logged import Housed, Louder, Named, Onset
from paicha.analysis.suspects.places import add_housed, add_named, resting
from paicha.analysis.suspects.scores import CAPS, scored

#: Stands in for what a host measured: these rules look at its strength alone.
SHORT = Onset(NOON, "", 0.0)
NAMES = ("gate", "order", "ledger")


def louder(
    severity: int = 17, second: int = 0, *, contradicted: bool = False
) -> tuple[Louder, ...]:
    problem: Any = None  # these rules do not ask which problem it is
    first = NOON.replace(second=second)
    return (Louder(problem, 0, 9, first, 9.0, contradicted, severity, 1.0),)


def test_services_in_trouble_on_one_host_rest_on_it() -> None:
    """Two of them have it in common; one that stands elsewhere as well is not explained by it."""
    facts, rests = Facts(), dict[str, set[str]]()
    facts.add("h2", "resource", 0.7, SHORT)
    homes = {
        "order": frozenset({"h2"}),
        "ledger": frozenset({"h2"}),
        "gate": frozenset({"h1", "h2"}),
    }
    add_housed(facts, dict.fromkeys(NAMES, louder()), homes, {"h2": "host"}, rests, started={})

    assert {"order": {"h2"}, "ledger": {"h2"}} == rests
    assert (1.0, Housed(("ledger", "order"))) == facts.by_service["h2"]["named"]


@pytest.mark.parametrize(
    ("level", "unit", "kind"),
    [(45.0, "%", "metric"), (55.0, "%", "resource"), (45.0, "", "resource")],
)
def test_of_a_share_less_than_half_is_no_shortage(level: float, unit: str, kind: str) -> None:
    """A processor at 45 % has room for as much again, wherever it came from."""
    facts = Facts()
    one = Moved("cpu_usage", "cpu", "gate", "", "", unit, 9.0, 1.0, level, NOON, 9.0, 1.0, 9, 9)
    add_moves(facts, [one], {"cpu_usage": "cpu"})

    assert [kind] == list(facts.by_service["gate"])


@pytest.mark.parametrize("others", [(), ("order",)])
def test_who_only_watches_did_not_use_up_what_a_host_measures(others: tuple[str, ...]) -> None:
    """A monitor that tells of it rests on the host, or on the only service in trouble there."""
    facts, rests = Facts(), dict[str, set[str]]()
    facts.add("h2", "resource", 0.7, SHORT)
    names = ("monitor", *others)
    homes = {name: frozenset({"h2"}) for name in names}
    add_housed(facts, dict.fromkeys(names, louder()), homes, {"h2": "host"}, rests, started={})

    holder = others[0] if others else "h2"
    assert {"monitor": {holder}} == rests
    assert (0.7, SHORT) == facts.by_service[holder]["resource"]
    assert "monitor" not in facts.by_service


def test_the_only_service_in_trouble_on_a_host_used_it_up() -> None:
    """What the host measured speaks for the service, and for the host no more."""
    facts, rests = Facts(), dict[str, set[str]]()
    facts.add("h4", "resource", 0.9, SHORT)
    add_housed(
        facts, {"db": louder()}, {"db": frozenset({"h4"})}, {"h4": "host"}, rests, started={}
    )

    assert ({}, {"resource": (0.9, SHORT)}, {}) == (
        rests,
        facts.by_service["db"],
        facts.by_service["h4"],
    )


def test_of_two_that_name_each_other_who_fails_rests_on_who_refuses() -> None:
    """The worse level, and at one level the later: not the alphabet."""
    named = {"a": ("b",), "b": ("a",)}

    assert {"a": (), "b": ("a",)} == resting(named, {"a": louder(13), "b": louder(17)})
    assert {"a": ("b",), "b": ()} == resting(named, {"a": louder(17), "b": louder(13)})
    assert {"a": ("b",), "b": ()} == resting(named, {"a": louder(second=9), "b": louder(second=2)})


def test_the_end_of_a_chain_of_names_is_named_by_all_of_it() -> None:
    """The gate names the order, the order the ledger: both lead to the ledger."""
    facts, rests = Facts(), dict[str, set[str]]()
    add_named(facts, {"gate": ("order",), "order": ("ledger",)}, rests)

    assert (1.0, Named(("order",), ("gate",))) == facts.by_service["ledger"]["named"]
    assert (0.5, Named(("gate",), ())) == facts.by_service["order"]["named"]


@settings(max_examples=50)
@given(
    strengths=st.fixed_dictionaries({name: st.floats(0.1, 1.0) for name in NAMES}),
    edges=st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))),
)
def test_what_another_explains_is_never_more_than_ones_own(
    strengths: dict[str, float], edges: set[tuple[str, str]]
) -> None:
    """Whoever rests on whom: points only fall by it, and nobody rests on a silence of its callee."""
    facts: dict[str, Any] = {
        name: {"change": (much, SHORT), "silence": (much, SHORT)}
        for name, much in strengths.items()
    }
    below = {name: tuple(sorted({b for a, b in edges if a == name} - {name})) for name in NAMES}
    above = {name: {a for a, b in edges if b == name} - {name} for name in NAMES}
    for one in scored(NAMES, facts, below):
        most = strengths[one.name] * (CAPS["change"] + CAPS["silence"])
        silence = next(clue for clue in one.clues if clue.kind == "silence")

        assert 0 < one.points <= most + 1e-9
        assert silence.explained_by in {"", *above[one.name]}
