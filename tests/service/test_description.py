"""The description of the API is true: requests made from it at random find no error of the service's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks
from tests.service.desks import INCIDENT, finish, ready_desk

from paicha.interfaces.http.app import create_app
from paicha.service.tokens import create

#: So many requests that the description allows, and as many that it does not, to each route.
EACH = 10
#: An answer may refuse what the description allows (a name that is not configured), and passes over
#: query parameters that nobody declared.
_NOT_OURS = [checks.positive_data_acceptance, checks.negative_data_rejection]


@dataclass(frozen=True, slots=True)
class Described:
    """A service and the header that opens it."""

    operations: tuple[tuple[str, Callable[..., SearchStrategy[Any]]], ...]
    headers: dict[str, str]


@pytest.fixture
def described(tmp_path: Path, scenario_case: Path) -> Described:
    """Give a service with a finished and a waiting run in it."""
    desk = ready_desk(tmp_path, tokens="required", queue=5)
    finish(desk, desk.submit(INCIDENT), scenario_case)
    desk.submit(INCIDENT)
    token = create(desk.ledger.tokens, "admin", "admin", desk.clock())[1]
    headers = {"Authorization": f"Bearer {token}", "Host": "localhost"}
    app = create_app(desk, running=False)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=headers)
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    asked = tuple((one.label, one.as_strategy) for one in found if one.label not in _WITHOUT_INPUT)
    return Described(asked, headers)


#: Nothing can be varied, and here nothing is carried out, so that it is not ready.
_WITHOUT_INPUT = ("GET /healthz", "GET /readyz")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_finds_an_error_of_the_service(
    described: Described, mode: GenerationMode
) -> None:
    """
    No 500, no status, media type or body that the description does not name.
    """
    asked = {
        label: _asked(strategy(generation_mode=mode), described)
        for label, strategy in described.operations
    }

    assert len(described.operations) >= 14
    assert all(asked.values()), asked


def _asked(cases: SearchStrategy[Any], described: Described) -> int:
    """Ask and check, and return how often."""
    seen: list[Any] = []

    @settings(
        max_examples=EACH,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=cases)
    def ask(case: Any) -> None:  # schemathesis' case of a type of its own
        seen.append(case)
        case.call_and_validate(headers=described.headers, excluded_checks=_NOT_OURS)

    ask()
    return len(seen)
