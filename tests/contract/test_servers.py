"""The harness starts what the tests ask, and a server that cannot start says why."""

from __future__ import annotations

import sys

import httpx
import pytest
from tests.servers.catalogue import entries
from tests.servers.harness import RECIPES, Servers, needs
from tests.servers.process import Start, free_port, new_folder, start

ELASTIC = ("elasticsearch_7", "elasticsearch_8", "opensearch_2")


def test_every_recipe_is_for_a_pinned_server() -> None:
    """What can be started stands in servers.toml."""
    assert set() == set(RECIPES) - set(entries())


def test_a_server_that_ends_at_once_shows_what_it_wrote() -> None:
    """Its last words are in the failure."""
    port = free_port()
    how = Start([sys.executable, "-c", "print('no such option')"], port, lambda _: False, {})
    with pytest.raises(AssertionError, match="no such option"):
        start("broken", new_folder("broken"), how)


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in ELASTIC])
def test_a_shared_server_stays_the_same(name: str, servers: Servers) -> None:
    """Asking twice gives the one that runs, and it answers."""
    first, second = servers.running(name), servers.running(name)

    assert first is second
    assert 200 == httpx.get(f"{first.url}/_cluster/health").status_code
