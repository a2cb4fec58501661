"""Starting investigations, the list of them, signing in, and the static files."""

from __future__ import annotations

import secrets
from typing import get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from paicha.errors import PaichaError, UsageError
from paicha.interfaces.http.page.drawing import STATIC, static_file
from paicha.interfaces.http.page.forms import BASELINES, QUICK, Form, Offers, StartForm, language_of
from paicha.interfaces.http.page.runs import address_of, rows_of
from paicha.interfaces.http.page.shell import (
    LANGUAGE_COOKIE,
    LAST_COOKIE,
    REMEMBERED_S,
    House,
    Sent,
    Shell,
    acting,
    lines_of,
    open_shell,
    own_address,
    page,
    refusal_of,
    sent_back,
    shell_of,
)
from paicha.interfaces.http.page.words import OWN_NAMES
from paicha.locales import LANGUAGES
from paicha.model.service import STATES, State
from paicha.wiring.settings import LOG_TYPES, METRIC_TYPES

_RECENT = 8
_PER_PAGE = 50


def add_start(routes: APIRouter, house: House) -> None:
    """Add the first page and the list of runs."""

    @routes.get("/")
    def start(request: Request) -> Response:
        """Return the form, filled in as the address says or as it was sent the last time."""
        shell = shell_of(house, request, "start")
        if not request.query_params.get("window"):
            return _form(shell, StartForm.remembered(request.cookies.get(LAST_COOKIE, "")))
        filled = StartForm.of(Form.of(request.query_params.multi_items()))
        return _form(shell, filled, refusal_of(lambda: house.desk.check(filled.request(shell.who))))

    @routes.post("/runs")
    def begin(request: Request, form: Sent) -> Response:
        """Begin an investigation; what cannot be understood is said above the form."""
        shell = acting(house, request, form)
        filled = StartForm.of(form)
        if refusal_of(lambda: house.desk.check(filled.request(shell.who))):
            # An address of its own: going back to what a form answered is nothing a browser can do.
            return sent_back(f"/?{filled.query()}")
        try:
            run = house.desk.submit(filled.request(shell.who), _key(form, shell))
        except PaichaError as err:
            return _form(shell, filled, err)
        response = sent_back(address_of(run))
        _remember(response, request, LAST_COOKIE, filled.cookie())
        return response

    @routes.get("/runs")
    def history(request: Request, q: str = "", state: str = "", before: str = "") -> Response:
        """Return the list of runs, latest first."""
        shell = shell_of(house, request, "history")
        asked = q.strip()[:200]
        wanted = state_of(state)
        runs = house.desk.search(asked, wanted, before[:26], _PER_PAGE + 1)
        rows = rows_of(runs[:_PER_PAGE], shell.words)
        older = ""
        if len(runs) > _PER_PAGE:
            older = str(request.url.include_query_params(before=rows[-1].run.id).query)
        return page(
            "history.html.j2",
            shell,
            rows=rows,
            asked=asked,
            asked_state=wanted or "",
            states=STATES,
            older=f"/runs?{older}" if older else "",
        )


def add_session(routes: APIRouter, house: House) -> None:
    """Add signing in and out, the choice of a language, and the static files."""

    @routes.get("/sign-in")
    def ask(request: Request, next: str = "/") -> Response:  # noqa: A002 - its name in the address
        """Return the form for a token."""
        return page("sign_in.html.j2", open_shell(house, request), next=own_address(next))

    @routes.post("/sign-in")
    def sign_in(request: Request, form: Sent) -> Response:
        """Begin a session."""
        house.guard.check_csrf(request, form.one("csrf"))
        there = own_address(form.one("next"))
        response = sent_back(there)
        if house.guard.sign_in(request, form.one("token"), response) is None:
            shell = open_shell(house, request)
            wrong = (shell.words.say("sign_in.wrong"),)
            return page("sign_in.html.j2", shell, 401, next=there, trouble_lines=wrong)
        return response

    @routes.post("/sign-out")
    def sign_out(request: Request, form: Sent) -> Response:
        """End the session."""
        house.guard.check_csrf(request, form.one("csrf"))
        response = sent_back("/sign-in")
        house.guard.sign_out(request, response)
        return response

    @routes.get("/language/{language}")
    def choose(request: Request, language: str, next: str = "/") -> Response:  # noqa: A002
        """Remember a language and go back."""
        response = sent_back(own_address(next))
        _remember(response, request, LANGUAGE_COOKIE, language_of(language) or "")
        return response

    @routes.get("/static/{name}")
    def static(name: str) -> Response:
        """Return a static file; its address changes with its content, so it may be kept."""
        if name not in STATIC:
            return Response(status_code=404)
        kept = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(static_file(name), media_type=STATIC[name], headers=kept)


def state_of(name: str) -> State | None:
    """Return the state of that name; None: there is none."""
    return next((state for state in get_args(State) if state == name), None)


def offers_of(house: House) -> Offers:
    """Return what may be chosen: what the settings name."""
    settings = house.desk.settings
    logs = sorted(s.name for s in settings.sources if isinstance(s, LOG_TYPES))
    metrics = sorted(s.name for s in settings.sources if isinstance(s, METRIC_TYPES))
    profiles = sorted(profile.name for profile in settings.profiles)
    return Offers(tuple(profiles), tuple(logs), tuple(metrics), house.zones)


def _form(shell: Shell, filled: StartForm, err: PaichaError | None = None) -> Response:
    house, words = shell.house, shell.words
    recent = house.desk.search("", None, "", _RECENT)
    languages = [(language, OWN_NAMES[language]) for language in LANGUAGES]
    if not filled.language:
        languages.sort(key=lambda pair: pair[0] != words.language)
    return page(
        "start.html.j2",
        shell,
        400 if isinstance(err, UsageError) else err.http_status if err else 200,
        form=filled,
        offers=offers_of(house),
        quick=QUICK,
        baselines=BASELINES,
        languages=languages,
        zone=house.zone,
        key=secrets.token_urlsafe(12),
        rows=rows_of(recent, words),
        trouble_lines=lines_of(err, words),
    )


def _key(form: Form, shell: Shell) -> str:
    # A form that is sent twice (a double click, a reload) starts one run.
    key = form.one("key", 64)
    return f"page:{shell.who}:{key}" if key else ""


def _remember(response: Response, request: Request, name: str, value: str) -> None:
    if value:
        response.set_cookie(
            name,
            value,
            max_age=REMEMBERED_S,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
