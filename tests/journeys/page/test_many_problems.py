"""A report with more problems than anybody reads, in the browsers of those who have to read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.laws.test_own_reports_audited import Shape, investigated

from paicha.locales import LANGUAGES, Language

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("page")]
#: More rows than a long list shows at once.
MANY = Shape(60, 3, 50, baseline=True, metrics=True, seed=7)
ROWS = "table.ranked > tbody > tr[data-target]"
SHOWN = 25


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    """Give the report as a file in each language."""
    folder = tmp_path_factory.mktemp("many")
    found = investigated(MANY, folder)
    assert len(found.findings.problems) > 45
    for language in LANGUAGES:
        (folder / f"{language}.html").write_bytes(found.render("html", language))
    return {language: folder / f"{language}.html" for language in LANGUAGES}


def opened(browser: Browser, report: Path, width: int = 1280) -> Page:
    """Open a report in a window of its own."""
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(report.as_uri())
    return page


def visible(page: Page) -> int:
    """Return how many problems stand in the table."""
    return page.locator(f"{ROWS}:visible").count()


def test_the_keyboard_reaches_every_problem(
    browser: Browser, reports: dict[Language, Path]
) -> None:
    """
    Down the rows, to the button behind them, to the first of the rest, into it and out again.
    """
    page = opened(browser, reports["en"])
    every = page.locator(ROWS).count()
    page.locator(f"{ROWS} a").first.focus()
    for _ in range(SHOWN + 5):
        page.keyboard.press("ArrowDown")
    focus = "document.activeElement"
    last = page.evaluate(f"{focus}.closest('tr').dataset.target")
    said = page.locator("#problems .bring").inner_text()
    page.keyboard.press("Tab")
    on_button = page.evaluate(f"{focus}.className")
    page.keyboard.press("Enter")
    after = page.evaluate(f"{focus}.closest('tr').dataset.target")
    page.keyboard.press("Enter")
    lines = page.locator(".slot ol.log li").count()
    page.keyboard.press("Escape")

    targets = [row.get_attribute("data-target") for row in page.locator(ROWS).all()]
    assert (targets[SHOWN - 1], targets[SHOWN]) == (last, after)
    assert (f"Show all {every} listed here", "bring") == (said, on_button)
    assert every == visible(page)
    assert lines > 0
    assert 0 == page.locator(".slot").count()
    assert page.evaluate(f"{focus}.closest('tr').dataset.target") == after


def test_what_is_looked_for_is_found_behind_the_first_rows(
    browser: Browser, reports: dict[Language, Path]
) -> None:
    """
    By the filter, and by a link from elsewhere in the report; on paper all rows stand there.
    """
    page = opened(browser, reports["zh"])
    every, shown = page.locator(ROWS).count(), visible(page)
    wanted = page.locator(f"{ROWS} td:nth-child(3) a").nth(every - 1).inner_text()
    page.locator(".tools input[type=search]").fill(wanted[:40])
    found = [row.inner_text() for row in page.locator(f"{ROWS}:visible").all()]
    page.locator(".tools input[type=search]").fill("")
    again = visible(page)
    target = page.locator(ROWS).nth(every - 2).get_attribute("data-target")
    page.evaluate(f"location.hash = '{target}'")
    page.wait_for_selector(".slot")
    page.emulate_media(media="print")

    assert (SHOWN, SHOWN) == (shown, again)
    assert any(wanted[:40] in row for row in found)
    assert every == visible(page)
    assert not page.locator(".bring").first.is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_shows_it_without_scrolling_sideways_and_axe_finds_nothing(
    browser: Browser, reports: dict[Language, Path], language: Language
) -> None:
    """
    At 360 pixels, the first rows and all of them; long lists are cut everywhere, each with its button.
    """
    page = opened(browser, reports[language], 360)
    cut = page.evaluate("document.documentElement.scrollHeight")
    width = page.evaluate("document.documentElement.scrollWidth")
    bad = [
        (violation["id"], violation["nodes"][0]["html"][:100])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    while page.locator(".bring:visible").count():
        page.locator(".bring:visible").first.click()
    whole = page.evaluate("document.documentElement.scrollHeight")

    assert [] == bad
    assert 360 == width == page.evaluate("document.documentElement.scrollWidth")
    assert cut < whole
