"""One conversation with a store over HTTP: good answers come back, everything else is a `SourceError`."""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Literal, Self

import httpx

from paicha.errors import ConfigError, SourceContract, SourceError, SourceUnreachable
from paicha.sources.web.place import Place, shown
from paicha.sources.web.refusals import RETRYABLE, UNTOUCHED, message_of, refused, why_closed
from paicha.values import dataclass
from paicha.version import __version__

Method = Literal["GET", "POST", "DELETE"]
_LONGEST_REQUEST = 300  # characters of a request worth repeating in an error
#: An identifier in a request that is longer says nothing to a reader [characters].
_LONG_NAME = re.compile(r"([\w+/=-]{12})[\w+/=-]{48,}")
_FIRST_WAIT_S = 0.5
#: What is asked again: silence, and a connection that was there and is reset.
_MAY_PASS = frozenset({"web.timeout", "web.cut_off"})


@dataclass(frozen=True, slots=True)
class Request:
    """
    One thing to ask.

    Args:
        method: How.
        path: Below the base address.
        query: Becomes the URL's query; lists repeat their name.
        form: Becomes the body, as a form.
        document: Becomes the body, as JSON.
        content: Becomes the body as it is, for example lines of JSON; its type goes into `headers`.
        headers: Further headers of this request alone.
        accepts: Statuses beside 2xx that come back as an `Answer` instead of an error.
        repeatable: Whether it may be sent again when it may have been carried out already.
    """

    method: Method
    path: str
    query: Mapping[str, object] | None = None
    form: Mapping[str, object] | None = None
    document: object = None
    content: bytes | None = None
    headers: Mapping[str, str] | None = None
    accepts: frozenset[int] = frozenset()
    repeatable: bool = True

    @property
    def words(self) -> str:
        """What is asked, as one line."""
        asked = (
            self.document
            if self.document is not None
            else {**(self.query or {}), **(self.form or {})}
        )
        return json.dumps(asked, ensure_ascii=False, sort_keys=True, default=str)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, good or accepted."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class WebClient:
    """
    Sends requests; only what may pass by itself is sent again: HTTP 429, 502, 503, 504, timeouts, resets.

    Use it as a context manager.

    Args:
        place: Where and as whom.
        system: What it is, for errors: ``Prometheus``.
        sleep: Waits that many seconds.
    """

    def __init__(
        self, place: Place, system: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.place = place
        self.system = system
        self.sent = 0  # requests that were answered
        self._sleep = sleep
        if not place.url.startswith(("http://", "https://")):
            raise ConfigError("web.bad_url", url=shown(place.url))
        self._http = httpx.Client(
            headers={**place.all_headers(), "User-Agent": f"paicha/{__version__}"},
            timeout=place.timeout_s,
            verify=_trust(place.verify),
            trust_env=place.trust_env,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def get(self, path: str, query: Mapping[str, object] | None = None) -> object:
        """Return the JSON of a GET."""
        return self.json(Request("GET", path, query=query))

    def post(self, path: str, form: Mapping[str, object]) -> object:
        """Return the JSON of a POST with a form as its body."""
        return self.json(Request("POST", path, form=form))

    def json(self, request: Request) -> object:
        """
        Return the JSON that answers *request*.

        Raises:
            SourceError: If anything else comes back.
        """
        body = self.body(request)
        try:
            return json.loads(body)
        except ValueError:
            self.refuse_page(request, body)
            answer = self._clean(body[:200].decode("utf-8", "replace").strip()) or "-"
            raise SourceContract("web.not_json", **self._facts(request), answer=answer) from None

    def refuse_page(self, request: Request, body: bytes) -> None:
        """
        Do nothing where *body* is no web page; no store answers with one.

        Raises:
            SourceContract: With the words of the page, which say whose it is: a proxy's, a login's.
        """
        if body.lstrip()[:1] == b"<":
            answer = self._clean(message_of(body)) or "-"
            raise SourceContract("web.html", **self._facts(request), answer=answer)

    def body(self, request: Request) -> bytes:
        """Return the whole body that answers *request*."""
        return self.answer(request).body

    def answer(self, request: Request) -> Answer:
        """
        Return the whole answer to *request*; a status that it accepts is no error.

        One that breaks off in the middle is asked for again: a proxy that starts anew resets what goes through it.
        """
        for attempt in range(1, max(self.place.attempts, 1) + 1):
            response = self._opened(request)
            try:
                body = b"".join(self._pieces(response, request))
            except SourceUnreachable:
                if attempt >= self.place.attempts or not request.repeatable:
                    raise
                self._sleep(_FIRST_WAIT_S * 2 ** (attempt - 1))
                continue
            finally:
                response.close()
            return Answer(response.status_code, response.headers, body)
        raise ConfigError("web.no_attempts", attempts=self.place.attempts)

    @contextmanager
    def stream(self, request: Request) -> Iterator[Iterator[bytes]]:
        """
        Yield the pieces of a good answer as they come, none held longer than it is looked at.

        Raises:
            SourceError: If the answer is no good one, or breaks off; then in the middle of the pieces.
        """
        response = self._opened(request)
        try:
            yield self._pieces(response, request)
        finally:
            response.close()

    def _opened(self, request: Request) -> httpx.Response:
        for attempt in range(1, max(self.place.attempts, 1) + 1):
            last = attempt >= self.place.attempts
            try:
                response = self._send(request)
            except SourceUnreachable as away:
                if last or not request.repeatable or away.code not in _MAY_PASS:
                    raise
                if away.code == "web.cut_off":
                    self._sleep(_FIRST_WAIT_S * 2 ** (attempt - 1))
                continue
            self.sent += 1
            if response.is_success or response.status_code in request.accepts:
                return response
            error, wait_s = self._refusal(response, request, attempt)
            again = RETRYABLE if request.repeatable else UNTOUCHED
            if last or response.status_code not in again:
                raise error
            wait_s = wait_s if wait_s is not None else _FIRST_WAIT_S * 2 ** (attempt - 1)
            if wait_s > self.place.longest_wait_s:
                raise error
            self._sleep(wait_s)
        raise ConfigError("web.no_attempts", attempts=self.place.attempts)

    def _send(self, request: Request) -> httpx.Response:
        url = f"{self.place.url.rstrip('/')}/{request.path.lstrip('/')}"
        with self._translated(request):
            built = self._http.build_request(
                request.method,
                url,
                params=_plain(request.query),
                data=_plain(request.form),
                json=request.document,
                content=request.content,
                headers=dict(request.headers or {}),
            )
            return self._http.send(built, stream=True)

    def _pieces(self, response: httpx.Response, request: Request) -> Iterator[bytes]:
        pieces = response.iter_bytes()
        while True:
            with self._translated(request):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    @contextmanager
    def _translated(self, request: Request) -> Iterator[None]:
        # What the facts are is asked when there is somebody to tell them: this goes around every piece.
        try:
            yield
        except httpx.TimeoutException:
            seconds = f"{self.place.timeout_s:g}"
            facts = self._facts(request)
            raise SourceUnreachable("web.timeout", **facts, seconds=seconds) from None
        except httpx.ConnectError as closed:
            facts = self._facts(request)
            raise SourceUnreachable(f"web.{why_closed(str(closed))}", **facts, why=closed) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise ConfigError("web.bad_url", url=shown(self.place.url)) from None
        except httpx.LocalProtocolError:
            # Its text may repeat a header, and a header holds the secret.
            raise ConfigError("web.bad_header", header="-") from None
        except httpx.HTTPError as broken:
            why = self._clean(f"{type(broken).__name__}: {broken}")
            raise SourceUnreachable("web.cut_off", **self._facts(request), why=why) from None

    def _refusal(
        self, response: httpx.Response, request: Request, attempt: int
    ) -> tuple[SourceError, float | None]:
        with self._translated(request):
            body = response.read()
        response.close()
        found = refused(response.status_code, response.headers, body)
        facts = {
            **self._facts(request),
            "status": str(response.status_code),
            "answer": self._clean(found.message) or "-",
            "location": self._clean(shown(response.headers.get("location", "").partition("?")[0])),
            "attempts": str(attempt) if attempt > 1 else "",
            "asked_to_wait_s": "" if found.wait_s is None else f"{found.wait_s:g}",
        }
        return found.kind(f"web.{found.code}", **facts), found.wait_s

    def _facts(self, request: Request) -> dict[str, str]:
        words = _LONG_NAME.sub(r"\1…", request.words)
        if len(words) > _LONGEST_REQUEST:
            words = words[:_LONGEST_REQUEST] + " …"
        url = f"{shown(self.place.url).rstrip('/')}/{request.path.lstrip('/')}"
        return {"system": self.system, "url": url, "request": self._clean(words)}

    def _clean(self, words: str) -> str:
        for secret in self.place.secrets:
            words = words.replace(secret, "***")
        return words


def lines_of(pieces: Iterator[bytes]) -> Iterator[list[bytes]]:
    r"""
    Yield the whole lines of each piece, without their ends; the last need not have one.

    Example:
        >>> list(lines_of(iter([b"a\nb", b"c\n", b"d"])))
        [[b'a'], [b'bc'], [b'd']]
    """
    parts: list[bytes] = []
    for piece in pieces:
        head, end, tail = piece.rpartition(b"\n")
        if not end:
            parts.append(piece)
            continue
        parts.append(head)
        yield b"".join(parts).split(b"\n")
        parts = [tail]
    rest = b"".join(parts)
    if rest:
        yield [rest]


def _plain(values: Mapping[str, object] | None) -> dict[str, str | list[str]] | None:
    if values is None:
        return None
    return {
        name: [str(one) for one in value] if isinstance(value, list | tuple) else str(value)
        for name, value in values.items()
        if value is not None
    }


def _trust(verify: bool | str) -> ssl.SSLContext | bool:
    # A path is a file of certificates to trust instead of the usual ones.
    if isinstance(verify, bool):
        return verify
    try:
        return ssl.create_default_context(cafile=verify)
    except (OSError, ssl.SSLError) as unreadable:
        raise ConfigError("web.bad_ca_file", path=verify, why=unreadable) from None
