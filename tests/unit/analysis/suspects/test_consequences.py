"""What came of a change: trouble of its own, names in errors, load that moved, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.analysis.suspects.test_interventions import NOON
from tests.unit.analysis.suspects.test_places import SHORT

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.consequences import Consequences, started_on
from paicha.analysis.suspects.facts import Facts
from paicha.analysis.suspects.interventions import Before, Intervention
from paicha.analysis.suspects.logged import Louder, Told
from paicha.analysis.suspects.places import add_housed
from paicha.analysis.suspects.scores import Clue, scored
from paicha.knowledge.interventions_loader import load_interventions

KINDS = {kind.id: kind for kind in load_interventions()}
BEGAN = NOON + timedelta(minutes=10)
END = NOON + timedelta(hours=1)


def change(name: str, kind: str = "release", minutes: float = 1) -> Intervention:
    return Intervention(BEGAN - timedelta(minutes=minutes), KINDS[kind], name, "done")


def trouble(late_s: float = 0, n: int = 300) -> tuple[Louder, ...]:
    problem: Any = SimpleNamespace(id="p")  # these rules ask for no more of it
    first = BEGAN + timedelta(seconds=late_s)
    return (Louder(problem, 0, n, first, 9.0, contradicted=False, severity=17, strength=1.0),)


def busy(concept: str, at: datetime) -> Moved:
    return Moved(concept, concept, "store", "h4", "", "%", 30, 2, 97, at, 30, 1.0, 60, 60)


def weighed(
    facts: Facts,
    louder: Mapping[str, Sequence[Louder]],
    rests: Mapping[str, set[str]] | None = None,
) -> Consequences:
    homes = {"cache": frozenset({"h3"}), "store": frozenset({"h4"})}
    return Consequences(facts, louder, rests or {}, homes, END)


@pytest.mark.parametrize(
    ("late_s", "n", "follows", "points"),
    [
        (0, 300, "first", 3.0),
        (100, 50, "first", 3.0),  # one a minute: the first may be late by chance
        (100, 3000, "later", 2.0),
    ],
)
def test_a_release_counts_by_what_came_first_of_it(
    late_s: float, n: int, follows: str, points: float
) -> None:
    """Where its own trouble is the first after it, all; else less, as far as the pace of its records can tell."""
    facts = Facts()
    weighed(facts, {"cart": trouble(late_s, n)}).add(change("cart"), "cart", BEGAN)
    (cart,) = scored((), facts.by_service, {})

    assert [points] == [round(clue.points, 6) for clue in cart.clues]
    assert follows == told(cart.clues[0]).follows


def test_a_release_that_nothing_follows_says_little() -> None:
    """Nobody names it and nothing of its own is new: a third is left, below what names anybody."""
    facts = Facts()
    found = weighed(facts, {"gate": trouble()}).add(change("cart"), "cart", BEGAN)

    assert "nothing" == found.follows
    assert (1 / 3) == facts.by_service["cart"]["intervention"][0]


def test_trouble_that_rests_on_another_is_no_consequence_of_a_release() -> None:
    """The ledger it calls is in trouble too: its errors may come from there."""
    facts = Facts()
    facts.add("ledger", "change", 1.0, SHORT)
    consequences = weighed(facts, {"cart": trouble()}, {"cart": {"ledger"}})

    assert "nothing" == consequences.add(change("cart"), "cart", BEGAN).follows


@pytest.mark.parametrize(
    ("kind", "concept", "after_min", "explained"),
    [
        ("purge", "cpu_usage", 1, True),
        ("purge", "disk_usage", 1, False),  # a disk does not fill up by being asked
        ("purge", "cpu_usage", 9, False),  # too late to be its consequence
        ("release", "cpu_usage", 1, False),  # shows at the service itself
    ],
)
def test_who_empties_a_cache_makes_the_store_behind_it_busy(
    kind: str, concept: str, after_min: int, *, explained: bool
) -> None:
    """Somebody asks both: what the store then uses up is explained by the cache, and counts as its consequence."""
    facts = Facts()
    one = change("cache", kind)
    facts.add("store", "resource", 1.0, busy(concept, one.at + timedelta(minutes=after_min)))
    facts.add("store", "change", 1.0, SHORT)
    facts.add("cache", "named", 0.5, SHORT)
    consequences = weighed(facts, {})
    found = [("cache", consequences.add(one, "cache", BEGAN))]
    shown = consequences.load_moved(found, {("shop", "p"): Told(("cache", "store"), every=True)})
    by = {"cache"} if explained else set()

    assert by == set(shown.values())
    assert explained == (("store", "resource") in shown)
    assert explained == (facts.by_service["cache"]["intervention"][0] == 1.0)


def test_a_load_of_somebody_unrelated_is_its_own() -> None:
    """Nobody asks both the cache and the store: that they moved at the same time is no more than that."""
    facts = Facts()
    one = change("cache", "purge")
    facts.add("store", "resource", 1.0, busy("cpu_usage", one.at + timedelta(minutes=1)))
    facts.add("cache", "named", 0.5, SHORT)
    consequences = weighed(facts, {})
    found = [("cache", consequences.add(one, "cache", BEGAN))]

    assert {} == consequences.load_moved(found, {})


def test_a_job_that_began_on_a_host_used_it_up() -> None:
    """The only service in trouble there suffers from it; what was busy before the job began is not its doing."""
    one = change("encoder", "job")
    homes = {"encoder": frozenset({"h4"}), "pay": frozenset({"h4"})}
    started = started_on([one], homes, BEGAN)
    after = Facts()
    after.add("h4", "resource", 1.0, busy("cpu_usage", one.at + timedelta(minutes=1)))
    before = Facts()
    before.add("h4", "resource", 1.0, busy("cpu_usage", one.at - timedelta(minutes=1)))
    rests: dict[str, set[str]] = {}
    for facts in (after, before):
        add_housed(facts, {"pay": trouble()}, homes, {"h4": "host"}, rests, started=started)

    assert "resource" in after.by_service["encoder"]
    assert {"pay": {"encoder"}} == rests
    assert "resource" in before.by_service["pay"]


def told(clue: Clue) -> Before:
    assert isinstance(clue.fact, Before)
    return clue.fact
