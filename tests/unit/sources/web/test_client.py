"""Asking a store over HTTP: what comes back, what is tried again, what an error says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from paicha.errors import (
    ConfigError,
    PaichaError,
    SourceContract,
    SourceDenied,
    SourceRejected,
    SourceUnreachable,
)
from paicha.sources.web import Place, Request, WebClient, lines_of
from paicha.testing.scripted_server import Asked, Reply, ScriptedServer

ASK = Request("GET", "/api", query={"q": "level:error"})


@contextmanager
def asking(
    script: Callable[[Asked], Reply], waited: list[float] | None = None, /, **place: Any
) -> Iterator[tuple[WebClient, ScriptedServer]]:
    """Give a client of a server that answers as *script* says."""
    waits = [] if waited is None else waited
    with (
        ScriptedServer(script) as server,
        WebClient(
            Place(f"{server.url}/base/", **place),
            "TestStore",
            sleep=waits.append,
        ) as client,
    ):
        yield client, server


def replies(*several: Reply) -> Callable[[Asked], Reply]:
    """Return a script that gives one after the other, the last for ever."""
    left = list(several)
    return lambda _asked: left.pop(0) if len(left) > 1 else left[0]


def error_of(client: WebClient, request: Request = ASK) -> PaichaError:
    """Return what asking raises."""
    with pytest.raises(PaichaError) as raised:
        client.json(request)
    return raised.value


@pytest.mark.parametrize(
    ("place", "header"),
    [
        ({"username": "me", "password": "pw"}, "Basic bWU6cHc="),
        ({"token": "t0ken"}, "Bearer t0ken"),
        ({"api_key": "k3y"}, "ApiKey k3y"),
    ],
)
def test_who_asks_is_said_in_a_header(place: dict[str, str], header: str) -> None:
    """Basic, bearer and API key are headers; the path of the base stays in front."""
    with asking(replies(Reply(body=b'{"a": 1}')), **place) as (client, server):
        answer = client.json(ASK)
        [asked] = server.requests

    assert {"a": 1} == answer
    assert header == asked.headers["authorization"]
    assert ("/base/api", "level:error") == (asked.path, asked.first("q"))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "web.bad_request", SourceRejected),
        (401, "web.credentials", SourceDenied),
        (403, "web.forbidden", SourceDenied),
        (404, "web.not_found", SourceRejected),
        (302, "web.redirected", SourceRejected),
        (418, "web.refused", SourceRejected),
        (500, "web.failed", SourceUnreachable),
    ],
)
def test_a_refusal_is_an_error_that_says_what_the_store_said(
    status: int, code: str, kind: type[PaichaError]
) -> None:
    """The store's own words and the request stand in it, and it is asked once."""
    reply = Reply(status, b'{"error": "the store\'s own words"}')
    with asking(replies(reply)) as (client, server):
        error = error_of(client)
        requests = len(server.requests)

    assert (code, kind, 1) == (error.code, type(error), requests)
    assert "the store's own words" in error.text("en")
    assert "level:error" in error.text("zh")


def test_what_may_pass_is_asked_again_as_the_store_wishes() -> None:
    """A limit is waited out as long as the store asks, then with growing pauses."""
    waited: list[float] = []
    limited = Reply(429, b"slow down", headers={"Retry-After": "7"})
    script = replies(limited, Reply(503), Reply(body=b"[]"))
    with asking(script, waited) as (client, server):
        answer = client.json(ASK)
        requests = len(server.requests)

    assert ([], 3, [7.0, 1.0]) == (answer, requests, waited)


def test_a_store_that_stays_busy_is_given_up_with_what_it_said() -> None:
    """After the last try the error says how often it was tried and how long to wait."""
    limited = Reply(429, b"slow down", headers={"Retry-After": "3"})
    with asking(replies(limited), attempts=2) as (client, _server):
        error = error_of(client)

    assert "web.rate_limited" == error.code
    assert ("2", "3") == (error.facts["attempts"], error.facts["asked_to_wait_s"])


def test_a_pause_that_is_too_long_is_not_waited_for() -> None:
    """An hour is the reader's to wait, not ours."""
    waited: list[float] = []
    limited = Reply(429, headers={"Retry-After": "3600"})
    with asking(replies(limited), waited) as (client, _server):
        error = error_of(client)

    assert ("web.rate_limited", []) == (error.code, waited)


def test_an_accepted_status_is_an_answer() -> None:
    """Who asks may want to see a refusal with its body."""
    with asking(replies(Reply(404, b"no such thing"))) as (client, _server):
        answer = client.answer(Request("GET", "/x", accepts=frozenset({404})))

    assert (404, b"no such thing", False) == (answer.status, answer.body, answer.good)


def test_silence_is_tried_again_and_then_said() -> None:
    """A timeout says how long nothing came."""
    with asking(replies(Reply(wait_s=0.4)), timeout_s=0.1, attempts=2) as (client, server):
        error = error_of(client)
        requests = len(server.requests)

    assert ("web.timeout", 2) == (error.code, requests)
    assert "TestStore said nothing for 0.1 s" == error.what


def test_an_answer_that_breaks_off_is_an_error_after_what_came() -> None:
    """Pieces that came are given; the end that never came is an error, not an end."""
    reply = Reply(body=[b"one\ntwo\n", b"thr"], cut=True)
    got: list[bytes] = []
    with (
        asking(replies(reply)) as (client, _server),
        client.stream(ASK) as pieces,
        pytest.raises(SourceUnreachable) as raised,
    ):
        got += (line for lines in lines_of(pieces) for line in lines)

    assert "web.cut_off" == raised.value.code
    assert [b"one", b"two"] == got[:2]


def test_a_page_is_not_taken_for_data() -> None:
    """A login page with status 200 is no answer."""
    with asking(replies(Reply(body=b"<!doctype html><title>Log in"))) as (client, _server):
        error = error_of(client)

    assert ("web.html", SourceContract) == (error.code, type(error))


def test_a_page_of_a_proxy_is_said_in_its_words_without_its_tags() -> None:
    """Who answered instead of the store is what a reader wants to know, as a refusal and as an answer."""
    page = (
        b"<html><head><title>x</title><style>b{}</style></head>"
        b"<h1>502 Bad Gateway</h1><hr>nginx &amp; co</html>"
    )
    with asking(replies(Reply(502, page, "text/html")), attempts=1) as (client, _server):
        busy = error_of(client)
    with asking(replies(Reply(200, page, "text/html"))) as (client, _server):
        answered = error_of(client)

    assert "TestStore was too busy to answer (HTTP 502): 502 Bad Gateway nginx & co" == busy.what
    assert "502 Bad Gateway nginx & co" == answered.facts["answer"]


def test_a_redirect_says_where_to_and_no_secret_of_the_address() -> None:
    """The address shows whether it is a login page; what stands behind its question mark may be a session."""
    there = {"Location": "https://u:pw@login.example.com/sso?session=abc"}
    with asking(replies(Reply(302, headers=there))) as (client, _server):
        error = error_of(client)

    assert error.what.endswith("(HTTP 302): https://login.example.com/sso"), error.what


def test_a_connection_that_is_reset_is_tried_again() -> None:
    """An answer that breaks off in the middle is asked for once more, and is whole then."""
    waited: list[float] = []
    script = replies(Reply(body=[b"[1, "], cut=True), Reply(body=b"[1, 2]"))
    with asking(script, waited) as (client, server):
        answer = client.json(ASK)
        requests = len(server.requests)

    assert ([1, 2], 2, [0.5]) == (answer, requests, waited)


def test_what_may_have_been_done_is_not_done_again() -> None:
    """A page that can be had once is lost with its connection."""
    script = replies(Reply(body=[b"[1, "], cut=True), Reply(body=b"[1, 2]"))
    with asking(script) as (client, server):
        error = error_of(client, Request("GET", "/api", repeatable=False))
        requests = len(server.requests)

    assert ("web.cut_off", 1) == (error.code, requests)


def test_nobody_there_is_said_at_once() -> None:
    """A closed port names the address."""
    with ScriptedServer(lambda _asked: Reply()) as server:
        url = server.url
    with WebClient(Place(url), "TestStore") as client:
        error = error_of(client)

    assert "web.unreachable" == error.code
    assert url in error.text("en")


def test_a_port_without_tls_is_said_as_such() -> None:
    """An address with https where http is spoken: not the network is to be looked at."""
    with ScriptedServer(lambda _asked: Reply()) as server:
        place = Place(server.url.replace("http:", "https:"))
        with WebClient(place, "TestStore") as client:
            error = error_of(client)

    assert "web.tls" == error.code
    assert error.what.startswith("TestStore does not speak TLS there: [SSL")


def test_no_secret_is_in_an_error_or_a_repr() -> None:
    """A store that repeats the token does not make us repeat it."""
    reply = Reply(401, b'{"error": "unknown token s3cret"}')
    with asking(replies(reply), token="s3cret", username="u", password="pa55") as (client, _):
        error = error_of(client)
        place = client.place

    assert "s3cret" not in error.text("en") + repr(place)
    assert "unknown token ***" in error.text("en")


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (Place("ftp://x"), "web.bad_url"),
        (Place("http://127.0.0.1:1", token="käse"), "web.bad_header"),
        (Place("http://127.0.0.1:1", headers={"X-Tenant": "a\nb"}), "web.bad_header"),
        (Place("http://127.0.0.1:1", verify="/none.pem"), "web.bad_ca_file"),
    ],
)
def test_what_cannot_be_asked_is_a_mistake_of_the_settings(place: Place, code: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigError) as raised:
        WebClient(place, "TestStore")

    assert code == raised.value.code
