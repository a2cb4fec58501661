"""The page where tokens are needed: sessions, roles, and forms of somebody else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.journeys.page.conftest import LOCALES, PATIENCE, SETTINGS, Reader, Service, running

from paicha.locales import LANGUAGES, Language

Sent = dict[str, str | float | bool]
pytestmark = [pytest.mark.server, pytest.mark.xdist_group("page")]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run a service that wants a token from everybody."""
    folder = tmp_path_factory.mktemp("guarded")
    yield from running(folder, SETTINGS + '\n[service]\ndata = "data"\ntokens = "required"\n')


@pytest.fixture(scope="module")
def tokens(guarded: Service) -> dict[str, str]:
    """Make a token of each role on the command line."""
    made = {}
    for role in ("read", "run"):
        command = [sys.executable, "-m", "paicha", "tokens", "create", f"{role}er", "--role", role]
        done = subprocess.run(
            command,
            cwd=guarded.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        made[role] = next(word for word in done.stdout.split() if word.startswith("paicha_"))
    return made


def _reader(browser: Browser, service: Service, language: Language = "en") -> Reader:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=LOCALES[language])
    return Reader(context.new_page(), service)


def _sign_in(reader: Reader, token: str, path: str = "/") -> None:
    page = reader.go(path)
    page.fill("input[name=token]", token)
    page.click("form.sign-in button.main")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_signs_in_and_comes_to_where_one_wanted(
    browser: Browser, guarded: Service, tokens: dict[str, str], language: Language
) -> None:
    """A wrong token is said to be wrong; the right one leads on, and signing out ends it."""
    reader = _reader(browser, guarded, language)
    _sign_in(reader, "paicha_wrong", "/runs?q=x")
    assert reader.page.locator("[role=alert]").is_visible()
    assert 0 == reader.page.locator(".places").count()
    reader.page.fill("input[name=token]", tokens["run"])
    reader.page.click("form.sign-in button.main")
    reader.page.wait_for_url("**/runs?q=x")

    assert "runer" == reader.page.locator(".who .name").inner_text()
    reader.page.locator("form[action='/sign-out'] button").click()
    reader.page.wait_for_url("**/sign-in")
    reader.go("/runs")
    assert "/sign-in" in reader.page.url
    assert [] == reader.outside()
    reader.page.context.close()


def test_a_reader_reads_and_starts_nothing(
    browser: Browser, guarded: Service, tokens: dict[str, str]
) -> None:
    """There is no form to start, no button to delete, and a form of one's own making is refused."""
    runner = _reader(browser, guarded)
    _sign_in(runner, tokens["run"])
    path = runner.start(source="gateway-logs")
    assert "runer" in runner.page.locator(".scope").nth(1).inner_text()
    runner.page.context.close()

    reader = _reader(browser, guarded)
    _sign_in(reader, tokens["read"], path)
    reader.page.wait_for_selector("#problems", timeout=PATIENCE)
    assert 0 == reader.page.locator("form[action$='/delete'], form.again").count()
    assert 0 == reader.go("/").locator("form.start").count()
    csrf = reader.page.input_value("form[action='/sign-out'] input[name=csrf]")
    forms: list[Sent] = [{"csrf": csrf}, {"csrf": "wrong"}, {}]
    for sent in forms:
        answer = reader.page.request.post(f"{guarded.address}{path}/delete", form=sent)
        assert 403 == answer.status
    reader.page.context.close()


def test_a_form_of_somebody_else_is_refused(
    browser: Browser, guarded: Service, tokens: dict[str, str]
) -> None:
    """Neither without the session's own field, nor from another page, does anything change."""
    runner = _reader(browser, guarded)
    _sign_in(runner, tokens["run"])
    page = runner.go("/")
    csrf = page.input_value("form.start input[name=csrf]")
    fields: Sent = {"sources": "gateway-logs", "window": "15m"}
    bare = page.request.post(f"{guarded.address}/runs", form=fields)
    foreign = page.request.post(
        f"{guarded.address}/runs",
        form={**fields, "csrf": csrf},
        headers={"origin": "https://evil.example"},
    )

    assert (403, 403) == (bare.status, foreign.status)
    runner.page.context.close()
