"""What every page has around it: who reads it, in which language, and what may be done."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from paicha.errors import Forbidden, PaichaError, TooLarge
from paicha.interfaces.http.page.drawing import draw
from paicha.interfaces.http.page.forms import Form
from paicha.interfaces.http.page.guard import Caller, Guard
from paicha.interfaces.http.page.words import OWN_NAMES, PageWords, chosen_language
from paicha.interfaces.http.turns import in_turn
from paicha.locales import LANGUAGES, Language, has
from paicha.model.service import ROLES, Role
from paicha.renderers.html import LANGUAGE_TAGS
from paicha.service.desk import Desk
from paicha.values import dataclass

LANGUAGE_COOKIE = "paicha_language"
LAST_COOKIE = "paicha_last"
#: How long a choice is remembered [s].
REMEMBERED_S = int(timedelta(days=365).total_seconds())
#: A sent form is no longer than this [bytes]: a pasted report of a million characters, encoded.
LONGEST_FORM = 10 << 20
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    # Not "no-referrer": a browser would send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


#: Pages that are drawn from a case.
_DRAWN = frozenset(
    {
        "/runs/{run_id}",
        "/runs/{run_id}/problems/{problem}",
        "/runs/{run_id}/context",
        "/runs/{run_id}/report.{kind}",
        "/compare",
        "/compare.{kind}",
    }
)


class SignInNeededError(Exception):
    """Whoever asks has no session."""


@dataclass(frozen=True, slots=True)
class House:
    """
    What the routes of the page share.

    Args:
        desk: Where runs are asked for.
        guard: Who knows callers.
        language: For readers whose browser names none of ours.
        zone: IANA name: what times outside of reports are told in.
        zones: Names offered for a report's zone.
    """

    desk: Desk
    guard: Guard
    language: Language
    zone: str
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shell:
    """
    What the layout shows of the reader.

    Args:
        house: What the routes share.
        words: The reader's words.
        caller: Who reads; None: nobody is signed in.
        csrf: What forms bring along.
        path: This page, as a link back to it.
        active: Which place of the bar this is.
    """

    house: House
    words: PageWords
    caller: Caller | None
    csrf: str
    path: str
    active: str = ""

    @property
    def inside(self) -> bool:
        """Whether there is anything to see."""
        return self.caller is not None

    @property
    def who(self) -> str:
        """The reader's name."""
        return self.caller.name if self.caller else ""

    @property
    def role(self) -> Role:
        """What the reader may do."""
        return self.caller.role if self.caller else "read"

    @property
    def may_run(self) -> bool:
        """Whether the reader may start, cancel and delete."""
        return self.caller is not None and allows(self.caller, "run")

    @property
    def sign_out(self) -> bool:
        """Whether there is a session to end."""
        return self.caller is not None and self.caller.signed_in

    @property
    def languages(self) -> tuple[tuple[str, Language, str], ...]:
        """Tag, key and own name of each language."""
        return tuple((LANGUAGE_TAGS[key], key, OWN_NAMES[key]) for key in LANGUAGES)

    def in_language(self, language: Language) -> str:
        """Return where this page is read in *language* from now on."""
        return f"/language/{language}?next={quote(self.path, safe='')}"


def allows(caller: Caller, role: Role) -> bool:
    """Return whether *caller* may do what *role* may."""
    return ROLES.index(caller.role) >= ROLES.index(role)


def shell_of(house: House, request: Request, active: str = "") -> Shell:
    """
    Return what surrounds the page that *request* asks for.

    Raises:
        SignInNeededError: If a session is needed, and there is none.
    """
    caller = house.guard.caller(request)
    if caller is None:
        raise SignInNeededError
    return _shell(house, request, caller, active)


def open_shell(house: House, request: Request) -> Shell:
    """Return what surrounds a page that needs no session."""
    return _shell(house, request, None, "")


def _shell(house: House, request: Request, caller: Caller | None, active: str) -> Shell:
    here = request.url.path if request.method == "GET" else "/"
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    words = words_of(house, request)
    return Shell(house, words, caller, house.guard.csrf(request), here + query, active)


def words_of(house: House, request: Request) -> PageWords:
    """Return the words for the reader of *request*."""
    language = chosen_language(
        request.query_params.get("lang", ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
        request.headers.get("accept-language", ""),
        house.language,
    )
    return PageWords(language, house.zone)


def page(template: str, shell: Shell, status: int = 200, /, **values: object) -> Response:
    """Return a drawn page."""
    body = draw(template, shell.words, shell=shell, **{"trouble_lines": (), **values})
    return Response(body, status, media_type="text/html", headers={"vary": "cookie"})


def sent_back(address: str) -> RedirectResponse:
    """Return that the browser goes to *address* with GET."""
    return RedirectResponse(address, 303)


def refusal_of(check: Callable[[], object]) -> PaichaError | None:
    """Return the error that *check* raises; None: it raises none."""
    try:
        check()
    except PaichaError as err:
        return err
    return None


def own_address(address: str) -> str:
    """
    Return *address* if it is a page of ours, else the first page: nobody is sent away from here.

    Example:
        >>> own_address("/runs?q=a"), own_address("//evil.example"), own_address("https://evil.example")
        ('/runs?q=a', '/', '/')
    """
    fine = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if fine and address.isprintable() else "/"


async def _sent(request: Request) -> Form:
    """
    Return the form that was sent.

    Raises:
        TooLarge: If it is longer than `LONGEST_FORM`.
        QuestionError: If it is no form.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise TooLarge("page.form_too_large", most=LONGEST_FORM)
    return Form.read(bytes(body))


#: The form that came with a request.
Sent = Annotated[Form, Depends(_sent)]


def acting(
    house: House, request: Request, form: Form, role: Role = "run", active: str = ""
) -> Shell:
    """
    Return the shell of somebody who may do what *form* asks for.

    Raises:
        SignInNeededError: If nobody is signed in.
        Forbidden: If the form did not come from a page of ours, or the role is not enough.
    """
    shell = shell_of(house, request, active)
    house.guard.check_csrf(request, form.one("csrf"))
    if shell.caller is None or not allows(shell.caller, role):
        raise Forbidden("page.role", role=shell.role)
    return shell


def router_of(house: House) -> APIRouter:
    """Return a router whose answers are pages: errors and a missing session are too."""

    class PageRoute(APIRoute):
        """A route of the page."""

        @property
        def _drawn(self) -> bool:
            return self.methods == {"GET"} and self.path in _DRAWN

        def get_route_handler(
            self,
        ) -> Callable[[Request], Coroutine[Any, Any, Response]]:  # Any: as FastAPI has it
            """Return the handler with what surrounds it."""
            inner = super().get_route_handler()

            @functools.wraps(inner)
            async def handled(request: Request) -> Response:
                try:
                    drawn = in_turn(request, inner) if self._drawn else inner(request)
                    response: Response = await drawn
                except SignInNeededError:
                    response = _to_sign_in(request)
                except PaichaError as err:
                    response = trouble(house, request, err)
                for name, value in _HEADERS.items():
                    response.headers.setdefault(name, value)
                return response

            return handled

    return APIRouter(route_class=PageRoute, include_in_schema=False)


def _to_sign_in(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = here if request.method == "GET" else "/"
    return sent_back(f"/sign-in?next={quote(back, safe='')}")


def trouble(house: House, request: Request, err: PaichaError) -> Response:
    """Return the page that says what went wrong."""
    try:
        caller = house.guard.caller(request)
    except PaichaError:  # what went wrong may be the ledger that knows callers
        caller = None
    shell = _shell(house, request, caller, "")
    return page(
        "trouble.html.j2",
        shell,
        err.http_status,
        trouble_lines=lines_of(err, shell.words),
        back="/runs" if caller else "/",
    )


def lines_of(err: PaichaError | None, words: PageWords) -> tuple[str, ...]:
    """Return what an error says, a line at a time; where the API is advised, the page instead."""
    if err is None:
        return ()
    own = f"page.{err.code.partition('.')[2]}"
    if err.code.startswith("service.") and has(f"errors_{own}.what"):
        err = PaichaError(own, **err.facts)
    return tuple(line.strip() for line in words.fields(err.text(words.language)).split("\n"))
