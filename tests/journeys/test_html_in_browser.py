"""The HTML report in a real browser: it asks for nothing, nothing in it acts, everything opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.cascades import cascade_investigated
from tests.journeys.chromium import started
from tests.unit.renderers import sample

from paicha.composition.compose import compose
from paicha.locales import LANGUAGES, Language, Text
from paicha.model.findings import Findings, Share
from paicha.renderers.html import HtmlRenderer
from paicha.testing.cascade import Cascade

pytestmark = pytest.mark.server

_ROWS = "table.ranked > tbody > tr[data-target]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of this file."""
    yield from started("the HTML report")


class Visit:
    """One open report and what the browser complained about or asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.goto(address)
        self.address = address

    def outside(self) -> list[str]:
        """Return every address asked for beside the page's own."""
        return [url for url in self.requests if url != self.address and not url.startswith("data:")]


def _visit(
    browser: Browser,
    folder: Path,
    findings: Findings,
    language: Language,
    *,
    width: int = 1280,
    script: bool = True,
) -> Visit:
    place = folder / f"report.{language}.html"
    place.write_bytes(HtmlRenderer().render(compose(findings, language)))
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script
    )
    return Visit(context.new_page(), place.as_uri())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["reference_findings", "hostile_findings", "empty_findings"])
def test_the_page_opens_without_a_complaint_and_asks_for_nothing(
    browser: Browser, tmp_path: Path, language: Language, name: str
) -> None:
    """No console message, no request beside the page itself."""
    visit = _visit(browser, tmp_path, getattr(sample, name)(), language)
    visit.page.wait_for_timeout(200)

    assert [] == visit.complaints
    assert [] == visit.outside()


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_is_only_text(browser: Browser, tmp_path: Path, language: Language) -> None:
    """Scripts, handlers and links out of the log do not run, and the reader sees them written out."""
    visit = _visit(browser, tmp_path, sample.hostile_findings(), language)
    visit.page.locator(_ROWS).first.click()

    assert visit.page.evaluate("window.broken") is None
    assert 0 == visit.page.locator("main img, main script, a[href^='javascript']").count()
    line = visit.page.locator(".slot ol.log pre").first.inner_text()
    for words in (
        "<script>window.broken=1</script>",
        "[x](javascript:",
        "\\x1b[31m",
        "\\u202e",
        "{{7*7}}",
    ):
        assert words in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_click_on_a_problem_opens_its_lines(
    browser: Browser, tmp_path: Path, language: Language
) -> None:
    """The detail stands right under its row, with three lines and their places; again closes it."""
    page = _visit(browser, tmp_path, sample.reference_findings(), language).page
    row = page.locator(_ROWS).nth(7)
    row.locator("td").nth(3).click()

    assert 3 == page.locator(".slot ol.log li").count()
    assert page.locator(".slot ol.log li").first.is_visible()
    assert "app.log:" in page.locator(".slot .locator").first.inner_text()
    assert "21.04%" in page.locator(".slot").inner_text().replace(" ", "")
    row.locator("td").nth(3).click()
    assert 0 == page.locator(".slot").count()


def test_the_keyboard_opens_moves_and_closes(browser: Browser, tmp_path: Path) -> None:
    """Enter opens the focused problem, an arrow goes to the next, Escape closes and stays there."""
    page = _visit(browser, tmp_path, sample.reference_findings(), "en").page
    page.locator(f"{_ROWS} a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    link = page.locator(f"{_ROWS} a").nth(1)
    assert "true" == link.get_attribute("aria-expanded")
    assert page.locator(".slot ol.log li").first.is_visible()
    page.keyboard.press("Escape")
    assert 0 == page.locator(".slot").count()
    assert link.evaluate("link => link === document.activeElement")


def test_the_first_tab_offers_to_skip_to_the_report(browser: Browser, tmp_path: Path) -> None:
    """A keyboard user need not walk through the contents."""
    page = _visit(browser, tmp_path, sample.reference_findings(), "en").page
    page.keyboard.press("Tab")

    assert "Skip to the report" == page.evaluate("document.activeElement.textContent")


def test_an_action_leads_to_its_problem(browser: Browser, tmp_path: Path) -> None:
    """A link anywhere in the report opens the detail it names."""
    page = _visit(browser, tmp_path, sample.reference_findings(), "en").page
    page.locator("#actions a").nth(2).click()
    page.wait_for_selector(".slot ol.log li")

    assert page.locator(".slot ol.log li").first.is_visible()


def test_problems_can_be_filtered(browser: Browser, tmp_path: Path) -> None:
    """By priority and by text; how many are left is said."""
    page = _visit(browser, tmp_path, sample.reference_findings(), "en").page
    page.locator(".tools [data-priority=P2]").click()
    assert 4 == page.locator(f"{_ROWS}:visible").count()
    page.locator(".tools input").fill("disk")

    assert 1 == page.locator(f"{_ROWS}:visible").count()
    assert "1" == page.locator(".shown b").inner_text()


@pytest.mark.parametrize("name", ["reference_findings", "hostile_findings"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_is_never_wider_than_the_screen(
    browser: Browser, tmp_path: Path, language: Language, width: int, name: str
) -> None:
    """With every problem open, only tables scroll sideways, in a box of their own."""
    page = _visit(browser, tmp_path, getattr(sample, name)(), language, width=width).page
    page.locator(".tools .all").click()

    assert 12 == page.locator(".slot").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 390])
def test_a_phone_shows_suspects_without_scrolling_sideways(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    """Who, in which role, and why stand in one card each."""
    findings = cascade_investigated(Cascade(7), tmp_path).findings
    page = _visit(browser, tmp_path, findings, "en", width=width).page
    box = page.locator("#suspects > .callout + .scroll")

    assert findings.suspects is not None
    assert len(findings.suspects.suspects) == box.locator("tbody > tr").count()
    assert box.evaluate("box => box.scrollWidth") <= box.evaluate("box => box.clientWidth")


def test_without_scripts_everything_can_be_opened(browser: Browser, tmp_path: Path) -> None:
    """The details stand below the table, and a click opens them."""
    page = _visit(browser, tmp_path, sample.reference_findings(), "en", script=False).page
    assert 12 == page.locator("details.detail").count()
    page.locator("details.detail summary").first.click()

    assert page.locator("details.detail ol.log li").first.is_visible()
    assert not page.locator(".tools").is_visible()


def test_print_shows_every_line(browser: Browser, tmp_path: Path) -> None:
    """On paper nothing can be clicked, so everything is open."""
    page = _visit(browser, tmp_path, sample.reference_findings(), "zh").page
    page.locator(_ROWS).nth(2).click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    shown = [line.is_visible() for line in page.locator("ol.log li").all()]
    assert 32 == len(shown)
    assert all(shown)
    assert not page.locator("nav").is_visible()


def test_a_figure_beside_letters_from_right_to_left_stays_behind_them(
    browser: Browser, tmp_path: Path
) -> None:
    """Arabic takes digits that follow it along to its left, where they would belong to another name."""
    findings = sample.reference_findings()
    module = replace(
        findings.problems[1].variants[0], modules=(Share("\u062e\u0627\u062f\u0645", 7, 1.0),)
    )
    problem = replace(findings.problems[1], variants=(module, *findings.problems[1].variants[1:]))
    problems = (findings.problems[0], problem, *findings.problems[2:])
    page = _visit(browser, tmp_path, replace(findings, problems=problems), "en").page
    page.locator(_ROWS).nth(1).click()
    name = page.locator("code", has_text="\u062e\u0627\u062f\u0645").first
    figure = name.locator("xpath=following-sibling::*[1]")
    places = [found.bounding_box() for found in (name, figure)]

    assert all(places)
    assert places[1]["x"] >= places[0]["x"] + places[0]["width"] - 1  # type: ignore[index]  # not None


def test_no_text_takes_a_page_of_the_ranked_table(browser: Browser, tmp_path: Path) -> None:
    """Marks that stand on one letter are written out: a title of 160 of them was eighteen lines high."""
    findings = sample.reference_findings()
    marks = Text.same("a" + "\u0301" * 200)
    problem = replace(findings.problems[1], title=marks, class_id="")
    problems = (findings.problems[0], problem, *findings.problems[2:])
    page = _visit(browser, tmp_path, replace(findings, problems=problems), "en").page
    place = page.locator(_ROWS).nth(1).bounding_box()

    assert place is not None
    assert place["height"] < 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_paper(
    browser: Browser, tmp_path: Path, language: Language
) -> None:
    """A table of devices that is 87 pixels wider than a sheet of A4 makes all of it an eighth smaller."""
    page = _visit(browser, tmp_path, sample.reference_findings(), language, width=703).page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert 703 == page.evaluate("document.documentElement.scrollWidth")


def test_figures_are_apart_on_paper(browser: Browser, tmp_path: Path) -> None:
    """A gap of one pixel is not printed, a border is."""
    page = _visit(browser, tmp_path, sample.reference_findings(), "en").page
    page.emulate_media(media="print")
    borders = page.locator("#verdict .facts > div").evaluate_all(
        "them => them.map(one => getComputedStyle(one).borderLeftWidth)"
    )

    assert ["0px", "1px", "1px", "1px", "1px"] == borders
