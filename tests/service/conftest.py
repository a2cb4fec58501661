"""What tests of the service share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.harness import Servers, needs
from tests.servers.postgresql import new_database
from tests.service.desks import ready_desk

from paicha import facade
from paicha.service.desk import Desk


@pytest.fixture(scope="session")
def scenario_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the case of the reference scenario."""
    place = tmp_path_factory.mktemp("case") / "scenario.duckdb"
    facade.demo(language="en", case=place)
    return place


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs("postgresql"))])
def address(request: pytest.FixtureRequest) -> str:
    """Give the address of an empty database; "": SQLite in the folder."""
    if request.param == "sqlite":
        return ""
    servers: Servers = request.getfixturevalue("servers")
    return new_database(servers.running("postgresql"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give a desk that carries nothing out by itself."""
    made = ready_desk(tmp_path)
    yield made
    made.stop()
