"""The page on every screen and for every reader: axe, light and dark, phone width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.journeys.page.conftest import ROWS, Open

from paicha.locales import LANGUAGES, Language

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("page")]

#: Every kind of page, by name; {0} and {1} are the paths of two finished runs.
PAGES = {
    "start": "/",
    "history": "/runs",
    "report": "{0}",
    "problem": "{0}/problems/disk_space_low",
    "hostile": "{1}",
    "choose": "/compare",
    "compare": "/compare?run={a}&run={b}",
    "audit": "/audit",
    "sign-in": "/sign-in",
    "trouble": "/runs/01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "nowhere": "/no/such/page",
}


def _paths(finished: tuple[str, str]) -> Iterator[tuple[str, str]]:
    a, b = (path.rpartition("/")[2] for path in finished)
    for name, path in PAGES.items():
        yield name, path.format(*finished, a=a, b=b)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_serious(
    opened: Open, finished: tuple[str, str], language: Language, scheme: str
) -> None:
    """On every page, with a problem and the lines around a line open, in both colour schemes."""
    reader, found = opened(language, color_scheme=scheme), []
    for name, path in _paths(finished):
        page = reader.go(path)
        if name == "report":
            page.locator(ROWS).nth(6).locator("td").nth(3).click()
        if name == "problem":
            page.locator("a.context").first.click()
            page.wait_for_selector(".around li")
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                where = [node["html"][:120] for node in violation["nodes"][:3]]
                found.append((name, violation["id"], where))

    assert [] == found
    assert [] == reader.outside()


@pytest.mark.parametrize("width", [360, 768])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_the_screen(
    opened: Open, finished: tuple[str, str], language: Language, width: int
) -> None:
    """Down to a small phone; only tables scroll sideways, in boxes of their own."""
    reader, wide = opened(language, width), []
    for name, path in _paths(finished):
        page = reader.go(path)
        if name in ("report", "hostile"):
            page.locator(".tools .all").click()
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)

    assert [] == wide
