"""Whole journeys over the web page, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from tests.journeys.page.conftest import END, HOST, PATIENCE, ROWS, START, Open, Reader

from paicha.locales import LANGUAGES, Language

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("page")]


def _clean(reader: Reader) -> None:
    """No console message (a breach of the policy is one), and nothing asked of anybody else."""
    assert [] == reader.complaints
    assert [] == reader.outside()


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_form_over_its_progress_to_the_report(opened: Open, language: Language) -> None:
    """What was chosen is investigated; the page follows by itself, and the figures are exact."""
    reader = opened(language)
    reader.fill("Nightly")
    heard: list[str] = []
    reader.page.on("request", lambda request: heard.append(request.url))
    reader.page.click("form.start button.main")
    reader.page.wait_for_url("**/runs/*")
    reader.page.wait_for_selector("#problems", timeout=PATIENCE)

    assert any(url.endswith("/events") for url in heard)
    assert ["1,800", "527", "12", "2"] == reader.page.locator("#verdict dd").all_inner_texts()[:4]
    assert "Nightly" == reader.page.locator("h1").inner_text()
    assert {"zh": "zh-CN", "en": "en"}[language] == reader.page.locator("html").get_attribute(
        "lang"
    )
    assert f"{START} – 10:47:32" in reader.page.locator(".scope").first.inner_text()
    _clean(reader)


def test_the_form_is_filled_in_as_the_last_time(opened: Open, finished: tuple[str, str]) -> None:
    """Source, host and zone come back; the times of one incident do not."""
    reader = opened()
    reader.start("Once", "gateway-logs")
    page = reader.go("/")

    assert HOST == page.input_value("input[name=hosts]")
    assert page.locator("input[value=gateway-logs]").is_checked()
    assert not page.locator("input[value=payment-logs]").is_checked()
    assert ("", "") == (
        page.input_value("input[name=title]"),
        page.input_value("input[name=start]"),
    )
    assert 2 <= page.locator(".runs tbody tr").count()


def test_a_run_that_fails_says_why_and_can_be_begun_again(opened: Open) -> None:
    """Its page names what was missing, and one thing to try."""
    reader = opened("zh")
    reader.fill("", "gone-logs")
    reader.page.click("form.start button.main")
    reader.page.wait_for_selector(".s-failed", timeout=PATIENCE)

    assert "logs/gone.log" in reader.page.locator(".callout.e-bad").inner_text()
    assert reader.page.locator("form[action$='/retry'] button").is_visible()
    _clean(reader)


def test_a_run_can_be_asked_again_otherwise(opened: Open, finished: tuple[str, str]) -> None:
    """A window without records stays one however often it is run again: its form opens as it was filled in."""
    reader = opened("en")
    for path in finished:
        page = reader.go(path)
        page.click("a.button:has-text('Change and run')")

        assert START == page.input_value("input[name=start]")
        assert END == page.input_value("input[name=end]")
        assert "Asia/Shanghai" == page.input_value("input[name=zone]")
        assert HOST == page.input_value("input[name=hosts]")
        assert not page.locator("[role=alert]").is_visible()
    assert page.is_checked("input[name=sources][value=gateway-logs]")


def test_the_list_of_runs_names_what_they_found(opened: Open, finished: tuple[str, str]) -> None:
    """Six problems are six problems everywhere: a list that names them says which run is whose."""
    reader = opened("zh")
    row = reader.go("/runs").locator(f"tr:has(a[href='{finished[0]}'])")
    assert ["支付系统不可用\xa0103", "数据库连接失败\xa0214"] == (
        row.locator(".top span").all_inner_texts()[:2]
    )
    assert [] == reader.complaints


def test_a_wrong_address_is_answered_with_a_page(opened: Open) -> None:
    """In the language of the reader; programs get what they can read."""
    reader = opened("zh")
    page = reader.go("/no/such/page")
    plain = page.request.get(f"{reader.service.address}/no/such/page")

    assert "操作未成功" == page.locator("h1").inner_text()
    assert (404, "application/json") == (plain.status, plain.headers["content-type"])


def test_a_mistake_is_said_above_the_form_and_nothing_is_lost(opened: Open) -> None:
    """What cannot be understood is named, and stays in its field."""
    reader = opened("zh")
    reader.fill()
    reader.page.fill("input[name=zone]", "Nowhere/Land")
    reader.page.click("form.start button.main")

    assert reader.page.locator("[role=alert]").is_visible()
    assert "Nowhere/Land" in reader.page.locator("[role=alert]").inner_text()
    assert "Nowhere/Land" == reader.page.input_value("input[name=zone]")
    assert START == reader.page.input_value("input[name=start]")
    assert "--" not in reader.page.locator("[role=alert]").inner_text()


def test_the_way_back_leads_to_the_mistake_and_what_was_typed(opened: Open) -> None:
    """A browser cannot go back to what a form answered; each mistake has an address of its own."""
    reader = opened("en")
    reader.fill()
    page = reader.page
    page.fill("input[name=end]", "2025-12-19 10:00")
    page.click("form.start button.main")
    said = page.locator("[role=alert]").inner_text()
    page.locator("a[href='/runs']").first.click()
    page.go_back()

    assert "Swap “From” and “To”." in said
    assert said == page.locator("[role=alert]").inner_text()
    assert "2025-12-19 10:00" == page.input_value("input[name=end]")
    assert page.is_checked("input[name=sources][value=payment-logs]")


def test_a_marked_stretch_that_makes_no_sense_is_refused_under_an_address(
    opened: Open, finished: tuple[str, str]
) -> None:
    """The report stays, the reason stands above it, and going back and forth works."""
    reader = opened("zh")
    page = reader.go(finished[0])
    page.fill("form.again input[name=start]", "nonsense")
    page.fill("form.again input[name=end]", START)
    page.click("form.again button")
    said = page.locator("[role=alert]").inner_text()
    page.locator("a[href='/runs']").first.click()
    page.go_back()

    assert "nonsense" in said
    assert said == page.locator("[role=alert]").inner_text()
    assert page.locator("#problems").is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_shows_its_lines_and_what_stands_around_them(
    opened: Open, finished: tuple[str, str], language: Language
) -> None:
    """From the report to the problem, through its pages, to one line and its neighbours."""
    reader = opened(language)
    page = reader.go(finished[0])
    page.locator(ROWS).nth(1).locator("td").nth(3).click()
    page.locator(".slot .more a").click()
    page.wait_for_selector("ol.kept")

    assert 50 == page.locator("ol.kept > li").count()
    page.locator("nav.pages a").last.click()
    page.wait_for_url("**start=50*")
    assert "51" == page.locator("ol.kept .place").first.inner_text()
    page.locator("ol.kept a.context").first.click()
    page.wait_for_selector(".around li[aria-current]")
    assert 11 == page.locator(".around li").count()
    page.locator(".around a.widen").first.click()
    page.locator(".around li").nth(30).wait_for()
    assert 31 == page.locator(".around li").count()
    _clean(reader)


def test_lines_of_a_problem_can_be_searched(opened: Open, finished: tuple[str, str]) -> None:
    """How many fit is exact, and a line that does not fit is not there."""
    page = opened().go(f"{finished[0]}/problems/database_connection?q=TIMEOUT&module=auth")

    said = page.locator(".shown").inner_text()
    assert re.fullmatch(r"1–(\d+) of \1", said)
    bodies = page.locator("ol.kept pre").all_inner_texts()
    assert len(bodies) == int(said.rpartition(" ")[2])
    assert all("timeout" in body.lower() for body in bodies)


def test_the_claimed_metric_stands_on_the_axis_of_the_counts(
    opened: Open, finished: tuple[str, str]
) -> None:
    """The problem that claims a full disk shows the measured disk, and what its lines claim."""
    page = opened().go(f"{finished[0]}/problems/disk_space_low")
    legend = page.locator(".plot figcaption").inner_text()

    assert "Disk space usage [%]" in legend
    assert "37 records claim 70 – 90 %" in legend
    assert page.locator(".plotted circle.found").count() >= 12
    page.click(".figures summary")
    counts = page.locator(".figures td.k-number").all_inner_texts()
    assert 37 == sum(map(int, counts))
    assert 1 == page.locator(".plotted rect.claimed").count()


def test_problems_are_filtered_by_priority_module_host_and_text(
    opened: Open, finished: tuple[str, str]
) -> None:
    """With the script at once, without it by the button; both leave the same problems."""
    page = opened().go(finished[0])
    page.select_option("select[name=priority]", "P2")
    page.fill("form.tools input[name=module]", "cache_manager")
    page.fill("form.tools input[name=host]", HOST)
    left = [row.get_attribute("data-target") for row in page.locator(f"{ROWS}:visible").all()]
    said = page.locator(".shown b").inner_text()
    asked = f"{finished[0]}?priority=P2&module=cache_manager&host={HOST}"
    plain = opened(java_script_enabled=False).go(asked)

    assert str(len(left)) == said
    assert 0 < len(left) < 6
    assert left == [r.get_attribute("data-target") for r in plain.locator(f"{ROWS}:visible").all()]
    page.fill("form.tools input[name=q]", "no such problem")
    assert 0 == page.locator(f"{ROWS}:visible").count()


def test_a_marked_stretch_is_investigated_again(opened: Open, finished: tuple[str, str]) -> None:
    """Dragging over the curve fills in both times; the new report is about them."""
    reader = opened()
    page = reader.go(finished[0])
    box = page.locator(".plot .canvas").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=4)
    page.mouse.up()
    start, end = (
        page.input_value("form.again [name=start]"),
        page.input_value("form.again [name=end]"),
    )
    assert START < start < end < END
    page.click("form.again button.main")
    page.wait_for_url(lambda url: not url.endswith((finished[0], "/again")))
    page.wait_for_selector("#problems", timeout=PATIENCE)

    assert f"{start} – {end[11:]}" in page.locator(".scope").first.inner_text()
    _clean(reader)


def test_two_runs_are_compared(opened: Open, finished: tuple[str, str]) -> None:
    """Ticked in the history; the other way round with one click."""
    reader = opened()
    page = reader.go("/runs")
    for path in finished:
        page.check(f"input[value='{path.rpartition('/')[2]}']")
    page.click("button.compare-two")
    page.wait_for_url("**/compare?*")

    scope = page.locator("header .scope").first.inner_text()
    assert "payment-logs" in scope
    assert "gateway-logs" in scope
    assert page.locator("main section").count() >= 2
    page.click("text=Other way round")
    assert scope != page.locator("header .scope").first.inner_text()
    with page.expect_download() as download:
        page.locator(".acts a[download]").first.click()
    assert "gateway-logs" in download.value.path().read_text("utf-8")
    _clean(reader)


def test_the_report_is_copied_and_downloaded(opened: Open, finished: tuple[str, str]) -> None:
    """The clipboard holds the Markdown that the file holds; every file is what it says."""
    reader = opened("zh", permissions=["clipboard-read", "clipboard-write"])
    page = reader.go(finished[0])
    page.click("a.copy")
    page.locator(".said:not(:empty)").wait_for()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    files = {}
    for link in page.locator(".acts a[download]").all():
        with page.expect_download() as download:
            link.click()
        files[download.value.suggested_filename.partition(".")[2]] = (
            download.value.path().read_bytes()
        )

    assert {"md", "html", "json", "case.duckdb"} == set(files)
    assert files["md"].decode() == copied
    assert copied.startswith("# ")
    assert files["html"].startswith(b"<!doctype html>")
    assert b"DUCK" == files["case.duckdb"][8:12]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_lines_are_only_text(
    opened: Open, finished: tuple[str, str], language: Language
) -> None:
    """In the report, on the problem's page, in its context, its filters: written out, never acting."""
    reader = opened(language)
    page = reader.go(finished[1])
    page.locator(ROWS).first.locator("td").nth(3).click()
    page.locator(".slot .more a").click()
    page.wait_for_selector("ol.kept")
    page.locator("a.context").first.click()
    page.wait_for_selector(".around li")
    page.mouse.move(300, 500)

    assert page.evaluate("window.broken") is None
    assert 0 == page.locator("main img, main script, a[href^='javascript']").count()
    line = page.locator("ol.kept pre").first.inner_text()
    for words in (
        "<script>window.broken=1</script>",
        "onerror=",
        "{{7*7}}",
        "\\x1b]0;owned",
        "\\u202e",
    ):
        assert words in line
    _clean(reader)


def test_hostile_words_in_the_address_are_only_text(
    opened: Open, finished: tuple[str, str]
) -> None:
    """What somebody sends as a link is text too."""
    reader = opened()
    bad = "%22%3E%3Cscript%3Ewindow.broken%3D1%3C%2Fscript%3E"
    for path in (
        f"/runs?q={bad}",
        f"{finished[0]}?q={bad}&module={bad}&metric={bad}",
        f"{finished[0]}/problems/{bad}",
        f"{finished[0]}/context?at={bad}",
        f"/runs/{bad}",
        f"/compare?run={bad}&run=x",
        f"/sign-in?next={bad}",
    ):
        page = reader.go(path)
        assert page.evaluate("window.broken") is None
        assert 0 == page.locator("main script").count()
    assert [] == reader.outside()


def test_the_keyboard_alone_starts_reads_and_opens(opened: Open, finished: tuple[str, str]) -> None:
    """The first stop skips to the content; every stop is seen; Enter starts and opens."""
    reader = opened()
    page = reader.go("/")
    page.keyboard.press("Tab")
    assert "Skip to the content" == page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    unseen = _walk(page, 40)
    assert [] == unseen
    reader.fill("By keyboard", "gateway-logs")
    page.locator("input[name=title]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#problems", timeout=PATIENCE)
    page.locator(f"{ROWS} a").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".slot .more a").is_visible()
    page.locator(".slot .more a").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("ol.kept")
    page.locator("a.context").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".around li")
    assert "true" == page.locator("a.context").first.get_attribute("aria-expanded")
    page.fill("form.again [name=start]", "2025-12-19 10:40:00")
    page.fill("form.again [name=end]", "2025-12-19 10:40:06")
    page.keyboard.press("Enter")
    page.wait_for_selector("#problems", timeout=PATIENCE)
    assert "10:40:00 – 10:40:06" in page.locator(".scope").first.inner_text()


def _walk(page: Page, steps: int) -> list[str]:
    """Press Tab again and again; return what has the focus without showing it."""
    unseen = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        shown, name = page.evaluate(
            """() => {
              const it = document.activeElement;
              const seen = it.matches('.quick input') ? it.nextElementSibling : it;
              const style = getComputedStyle(seen);
              return [it === document.body || style.outlineStyle !== 'none', it.outerHTML.slice(0, 80)];
            }"""
        )
        if not shown:
            unseen.append(name)
    return unseen


def test_without_scripts_one_can_start_and_read(opened: Open) -> None:
    """The page looks again by itself, and everything in the report can be opened."""
    reader = opened(java_script_enabled=False)
    reader.fill("No script")
    reader.page.uncheck("input[name=sources][value=payment-logs]")
    reader.page.select_option("select[name=profile]", "payments")
    reader.page.click("form.start button.main")
    reader.page.wait_for_selector("#problems", timeout=PATIENCE)

    assert 12 == reader.page.locator("details.detail").count()
    reader.page.locator("details.detail summary").first.click()
    assert reader.page.locator("details.detail ol.log li").first.is_visible()
    reader.page.locator("details.detail .more a").first.click()
    reader.page.locator("a.context").first.click()
    reader.page.wait_for_selector("li[aria-current]", timeout=PATIENCE)
    assert 1 == reader.page.locator("li[aria-current]").count()


def test_progress_comes_by_asking_where_events_do_not_come_through(opened: Open) -> None:
    """A proxy that cuts event streams costs two seconds, no more."""
    reader = opened()
    reader.page.route("**/events", lambda route: route.abort())
    reader.start("Asked for", "gateway-logs")

    assert any(url.endswith("/progress") for url in reader.requests)


def test_a_reload_goes_on_following_and_a_run_can_be_cancelled_and_deleted(opened: Open) -> None:
    """Its page says that it was cancelled and by which way; deleting asks first."""
    reader = opened()
    page = reader.page
    page.route("**/events", lambda route: route.abort())
    reader.fill("To be cancelled")
    page.click("form.start button.main")
    page.wait_for_url("**/runs/*")
    page.reload()
    here = page.url
    page.click("text=Cancel")
    page.wait_for_selector(".s-cancelled, #problems", timeout=PATIENCE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[action$='/delete'] button").click()
    page.wait_for_url("**/runs")

    answer = page.goto(here)
    assert answer is not None
    assert 404 == answer.status
    assert page.locator("[role=alert]").is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pasted_report_is_audited_against_a_run(
    opened: Open, finished: tuple[str, str], language: Language
) -> None:
    """Its own text comes back annotated; what is wrong is named with both numbers."""
    reader = opened(language)
    page = reader.go(f"/audit?run={finished[0].rpartition('/')[2]}")
    page.fill(
        "textarea",
        "# Incident report\n\nWindow: 2025-12-19 10:32:32 ~ 10:47:32 (last 5 minutes)\n\n"
        "Log records: 1800, of them 999 abnormal.\n\nPayment system unavailable: 103\n<b>bold</b>\n",
    )
    page.locator("form.audit button.main").click()
    page.wait_for_selector("#annotated")

    text = page.locator("#annotated").inner_text()
    assert "<b>bold</b>" in text
    assert "999" in page.locator("#contradicted").inner_text()
    assert "527" in page.locator("#contradicted").inner_text()
    assert page.locator("#verdict .t-bad, #verdict .e-bad").count()
    _clean(reader)


def test_a_language_is_remembered(opened: Open, finished: tuple[str, str]) -> None:
    """The link in the bar changes this page and every later one."""
    reader = opened("en")
    page = reader.go(f"{finished[0]}?priority=P1")
    page.click("text=中文")

    assert page.url.endswith("?priority=P1")
    assert "zh-CN" == page.locator("html").get_attribute("lang")
    assert "历史记录" == reader.go("/runs").locator("h1").inner_text()


def test_a_form_that_is_sent_twice_starts_one_run(opened: Open) -> None:
    """A double click, or a reload of what was sent, is not a second investigation."""
    reader = opened()
    reader.fill("Sent twice", "gateway-logs")
    sent = reader.page.evaluate(
        """async () => {
          const form = document.querySelector('form.start');
          const body = new URLSearchParams(new FormData(form));
          const one = await fetch('/runs', { method: 'POST', body });
          const two = await fetch('/runs', { method: 'POST', body });
          return [one.url, two.url];
        }"""
    )

    assert sent[0] == sent[1]
    reader.go(sent[0].removeprefix(reader.service.address)).wait_for_selector(
        "#problems", timeout=PATIENCE
    )
