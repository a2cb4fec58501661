"""Of whom an error speaks: who writes it, or whom it names."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.analysis.suspects.test_interventions import NOON

from paicha.analysis.suspects.logged import Louder, Said, Told
from paicha.analysis.suspects.testimony import blaming, waiting, witnesses
from paicha.knowledge.problems_loader import load_problems

CLASSES = {one.id: one for one in load_problems()}


def says(problem_class: str, strength: float = 1.0) -> Louder:
    problem: Any = SimpleNamespace(id=problem_class, class_id=problem_class)
    return Louder(problem, 0, 9, NOON, 9.0, contradicted=False, severity=17, strength=strength)


@pytest.mark.parametrize(
    ("problem_class", "every", "witness"),
    [
        ("certificate_expired", True, {"pay": "ledger"}),
        ("connection_refused", True, {"pay": "ledger"}),
        ("connection_timeout", True, {"pay": "ledger"}),
        ("certificate_expired", False, {}),  # one of its lines names nobody
        ("code_exception", True, {}),  # its own, whomever it names
    ],
)
def test_who_says_that_anothers_certificate_ran_out_is_a_witness(
    problem_class: str, witness: dict[str, str], *, every: bool
) -> None:
    """The line speaks of whom it names, where its class does and each of its lines names one."""
    said: Said = {("pay", problem_class): Told(("ledger",), every)}

    assert witness == witnesses({"pay": (says(problem_class),)}, said, CLASSES, {})


def test_who_has_trouble_of_its_own_beside_it_is_none() -> None:
    """A second problem as strong that blames nobody is its own; a faint one changes nothing."""
    said: Said = {("pay", "certificate_expired"): Told(("ledger",), every=True)}
    blames = says("certificate_expired")

    assert {} == witnesses({"pay": (blames, says("slow_query", 0.9))}, said, CLASSES, {})
    assert {"pay": "ledger"} == witnesses(
        {"pay": (blames, says("slow_query", 0.2))}, said, CLASSES, {}
    )


def test_a_callee_that_names_its_caller_blames_nobody() -> None:
    """The gate calls the ledger: what the ledger says of the gate is an answer, no testimony."""
    said: Said = {("ledger", "http_server_error"): Told(("gate",), every=True)}
    louder = {"ledger": (says("http_server_error"),)}

    assert {} == witnesses(louder, said, CLASSES, {"gate": ("ledger",)})
    assert {"ledger": "gate"} == witnesses(louder, said, CLASSES, {})


def test_who_waits_for_a_lock_rests_on_who_knows_by_whom_it_is_held() -> None:
    """The order names nobody, the database names the job: the order's waiting leads there."""
    louder = {
        "order": (says("database_lock_wait"),),
        "database": (says("database_lock_wait"),),
        "gate": (says("http_server_error"),),
    }
    said: Said = {("database", "database_lock_wait"): Told(("job",), every=True)}

    assert {"order": {"database"}} == waiting(louder, said, CLASSES)
    assert {} == waiting(louder, {}, CLASSES)


def test_a_name_that_was_only_looked_up_is_blamed_by_nobody() -> None:
    """The name server names every service whose lookup fails: none of them rests on another for that."""
    said: Said = {
        ("coredns", "dns_failure"): Told(("cart",), every=True),
        ("ship", "connection_refused"): Told(("cart",), every=True),
    }
    louder = {"coredns": (says("dns_failure"),), "ship": (says("connection_refused"),)}

    assert {("ship", "connection_refused")} == set(blaming(said, louder, CLASSES))


@pytest.mark.parametrize(
    ("name", "problem_class", "found"),
    [
        ("coredns", "dns_failure", {("cart", "dns_failure"): Told(("coredns",), every=True)}),
        ("coredns", "slow_query", {("cart", "dns_failure"): Told(("coredns",), every=True)}),
        (
            "kube-dns-7f9",
            "dns_failure",
            {("cart", "dns_failure"): Told(("kube-dns-7f9",), every=True)},
        ),
        ("renamed", "dns_failure", {}),  # no word of its name is one of a name server's
        ("ship", "dns_failure", {}),
    ],
)
def test_failed_lookups_speak_of_a_name_server_with_errors_of_its_own(
    name: str, problem_class: str, found: dict[tuple[str, str], Told]
) -> None:
    """Their lines name an address of the cluster, or who was looked up; and never the name server of itself."""
    louder = {"cart": (says("dns_failure"),), name: (says(problem_class),)}
    said: Said = {("cart", "dns_failure"): Told(("ledger",), every=True)}

    assert found == blaming(said, louder, CLASSES)


def test_failed_lookups_speak_of_no_name_server_that_works() -> None:
    """What is wrong may be the name."""
    said: Said = {("cart", "dns_failure"): Told(("coredns",), every=True)}

    assert {} == blaming(
        said, {"cart": (says("dns_failure"),), "ship": (says("disk_full"),)}, CLASSES
    )
