"""Who may come in, and what a stranger, another page and a hostile name get."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from starlette.testclient import TestClient
from tests.service.desks import INCIDENT, Clock, ready_desk

from paicha.errors import ServiceError
from paicha.interfaces.http import security
from paicha.interfaces.http.app import create_app
from paicha.interfaces.http.security import Runner
from paicha.model.service import ROLES, Role
from paicha.service.desk import Desk
from paicha.service.tokens import create, revoke

BASE = "/api/v1/investigations"
HOST = "http://localhost"


class Guarded:
    """A service that needs tokens, with a page of a test's own that signs in."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.desk = ready_desk(folder, self.clock, tokens="required")
        self.app = create_app(self.desk, running=False)
        _add_page(self.app)

    def token(self, role: Role, name: str = "", days: int | None = None) -> str:
        """Return a new token."""
        return create(self.desk.ledger.tokens, name or role, role, self.clock(), days)[1]

    def client(self, shown: str = "", host: str = HOST) -> TestClient:
        """Return a client that shows a token, or none."""
        headers = {"Authorization": f"Bearer {shown}"} if shown else {}
        return TestClient(self.app, host, headers=headers)


def _add_page(app: FastAPI) -> None:
    @app.post("/test/sign-in")
    def sign_in(request: Request, response: Response, shown: str) -> str:
        return security.sign_in(request, response, shown).name

    @app.get("/test/form")
    def form(request: Request, _caller: Runner) -> str:
        return security.csrf_of(request)

    @app.post("/test/form")
    def sent(caller: Runner) -> str:
        return caller.name


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    """Give a service that needs tokens."""
    made = Guarded(tmp_path)
    yield made
    made.desk.stop()


def code(answer: Any) -> tuple[int, str]:
    """Return the status of an answer and what went wrong."""
    return answer.status_code, answer.json()["error"]["code"]


def test_a_stranger_learns_that_it_is_alive_and_nothing_else(guarded: Guarded) -> None:
    """
    Every route but two, and hooks, asks for a token, before it looks at anything else.
    """
    schema = guarded.app.openapi()
    stranger = guarded.client()
    places = [
        (method, path.replace("{run_id}", "0" * 26).replace("{problem}", "1"))
        for path, methods in schema["paths"].items()
        for method in methods
        # Hooks have secrets of their own.
        if path.startswith(("/api", "/metrics")) and "/webhooks/" not in path
    ]

    answers = {place: stranger.request(*place, json={}) for place in places}

    assert len(places) >= 12
    assert {(401, "service.no_token")} == {code(answer) for answer in answers.values()}
    assert {"Bearer"} == {a.headers["www-authenticate"] for a in answers.values()}
    assert 401 == stranger.get("/api/v1/openapi.json").status_code
    assert 200 == stranger.get("/healthz").status_code


def test_a_stranger_is_not_told_what_is_wrong_with_a_request(guarded: Guarded) -> None:
    """
    Bodies and parameters are taken apart before a token is looked at: what is said of them is for who may come in.
    """
    stranger = guarded.client()
    answers = [
        stranger.get(BASE, params={"nonsense": "1"}),
        stranger.get("/metrics", params={"nonsense": "1"}),
        stranger.post(BASE, content=b"{bad", headers={"Content-Type": "application/json"}),
        stranger.post(BASE, content=b'"\xff"', headers={"Content-Type": "application/json"}),
    ]

    assert [(401, "service.no_token")] * 4 == [code(answer) for answer in answers]


def test_each_role_may_do_what_it_says(guarded: Guarded) -> None:
    """
    Reading, asking, and everything.
    """
    asked = {"sources": ["app"], "baseline": "none"}
    gone = f"{BASE}/{'0' * 26}"

    codes = {}
    for role in ROLES:
        client = guarded.client(guarded.token(role))
        codes[role] = (
            client.get(BASE).status_code,
            client.post(BASE, json=asked).status_code,
            client.delete(gone).status_code,
            client.get("/api/v1/audit-log").status_code,
        )

    assert (200, 403, 403, 403) == codes["read"]
    assert (200, 202, 403, 403) == codes["run"]
    assert (200, 202, 404, 200) == codes["admin"]


def test_a_token_that_ended_or_was_revoked_opens_nothing(guarded: Guarded) -> None:
    """
    From the next request on.
    """
    short, long = guarded.token("read", "short", days=1), guarded.token("read", "long")
    clients = [guarded.client(short), guarded.client(long), guarded.client("paicha_nonsense")]
    before = [client.get(BASE).status_code for client in clients]

    guarded.clock.forward(25 * 3600)
    revoke(guarded.desk.ledger.tokens, "long", guarded.clock())
    after = [code(client.get(BASE)) for client in clients]

    assert [200, 200, 401] == before
    assert [(401, "service.bad_token")] * 3 == after


def test_a_token_is_kept_nowhere(
    guarded: Guarded, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Not in the ledger's file, and not in a log line.
    """
    shown = guarded.token("read")
    with caplog.at_level(logging.INFO, "paicha"):
        guarded.client(shown).get(BASE)

    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(kept) >= 1
    assert not any(shown.encode() in data for data in kept)
    assert caplog.records
    assert not any(shown in str(vars(record)) for record in caplog.records)


def test_a_session_changes_nothing_without_its_own_form(guarded: Guarded) -> None:
    """
    The cookie alone is what any page can make a browser send.
    """
    with guarded.client() as browser:
        assert "run" == browser.post("/test/sign-in", params={"shown": guarded.token("run")}).json()
        cookie = browser.cookies[security.COOKIE]
        csrf = browser.get("/test/form").json()

        bare = browser.post("/test/form")
        forged = browser.post("/test/form", data={"csrf": "0" * 64})
        other = browser.post("/test/form", data={"csrf": f"é{csrf}"})
        sent = browser.post("/test/form", data={"csrf": csrf})
        api = browser.post(BASE, json={"sources": ["app"], "baseline": "none"})
        named = browser.post(
            BASE, json={"sources": ["app"], "baseline": "none"}, headers={"X-CSRF-Token": csrf}
        )

    assert "HttpOnly" not in cookie
    assert [(403, "service.csrf")] * 3 == [code(answer) for answer in (bare, forged, other)]
    assert "run" == sent.json()
    assert (403, "service.csrf") == code(api)
    assert (202, "run") == (named.status_code, named.json()["asked_by"])


def test_a_session_ends_with_its_token_its_time_and_a_changed_cookie(guarded: Guarded) -> None:
    """
    Whoever writes another name or another end into the cookie has none.
    """
    with guarded.client() as browser:
        answer = browser.post("/test/sign-in", params={"shown": guarded.token("read", "one")})
        cookie = browser.cookies[security.COOKIE]
        flags = answer.headers["set-cookie"].lower()
        token, end, chance, signature = cookie.split(".")
        changed = [
            f"{token}.{int(end) + 1}.{chance}.{signature}",
            f"{'0' * 26}.{end}.{chance}.{signature}",
            f"{token}.{end}.{chance}.{'0' * 64}",
            f"{token}.1e99.{chance}.{signature}",
            "nonsense",
        ]
        good = browser.get(BASE).status_code
        browser.cookies.clear()
        bad = [
            browser.get(BASE, headers={"Cookie": f"{security.COOKIE}={value}"}).status_code
            for value in changed
        ]
        guarded.clock.forward(13 * 3600)
        late = browser.get(BASE, headers={"Cookie": f"{security.COOKIE}={cookie}"}).status_code

    assert ("httponly" in flags, "samesite=lax" in flags) == (True, True)
    assert (200, [401] * 5, 401) == (good, bad, late)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8420", 200),
        ("127.0.0.1:8420", 200),
        ("192.168.1.20:8420", 200),
        ("[::1]:8420", 200),
        ("paicha.example.com", 200),
        ("PAICHA.internal", 200),
        ("tools.internal", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
        ("evil.example@localhost", 421),
        ("[::1", 421),
    ],
)
def test_a_name_that_is_not_ours_is_refused(tmp_path: Path, host: str, status: int) -> None:
    """
    A page elsewhere can turn its own name to our address, but not an address.
    """
    desk = ready_desk(
        tmp_path,
        external_url="https://paicha.example.com/",
        hosts=("paicha.internal", "Tools.Internal"),
    )
    with TestClient(create_app(desk, running=False), HOST) as client:
        answer = client.get(BASE, headers={"Host": host})

    assert status == answer.status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Origin": "http://localhost"}, 202),
        ({"Origin": "https://paicha.example.com"}, 202),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
    ],
)
def test_another_page_cannot_ask_for_anything(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    """
    Where no token is needed, a browser on the same machine is still no friend.
    """
    desk = ready_desk(tmp_path, external_url="https://paicha.example.com/")
    with TestClient(create_app(desk, running=False), HOST) as client:
        answer = client.post(BASE, json={"sources": ["app"], "baseline": "none"}, headers=headers)

    assert status == answer.status_code


def test_a_long_body_is_refused_whether_or_not_it_says_so(guarded: Guarded) -> None:
    """
    By its length, or as soon as more has come.
    """
    client = guarded.client(guarded.token("run"))
    long = b'{"title": "' + b"x" * (1 << 20) + b'"}'

    said = client.post(BASE, content=long, headers={"Content-Type": "application/json"})
    unsaid = client.post(
        BASE,
        content=(long[i : i + 65536] for i in range(0, len(long), 65536)),
        headers={"Content-Type": "application/json"},
    )

    assert [(413, "service.too_large")] * 2 == [code(said), code(unsaid)]


def test_every_answer_says_what_a_browser_may_do_with_it(guarded: Guarded) -> None:
    """
    Refusals, too.
    """
    client = guarded.client()
    answers = [client.get("/healthz"), client.get(BASE), client.get("/nothing")]
    answers.append(client.get(BASE, headers={"Host": "evil.example"}))

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert "no-store" == answer.headers["cache-control"]


def test_who_asked_what_is_kept(guarded: Guarded) -> None:
    """
    Names, not tokens; those who were refused, too.
    """
    run = guarded.desk.submit(INCIDENT)
    with guarded.client(guarded.token("read", "laptop")) as client:
        client.get(f"{BASE}/{run.id}")
        client.delete(f"{BASE}/{run.id}")
    guarded.client().get(BASE)
    admin = guarded.client(guarded.token("admin"))

    lines = admin.get("/api/v1/audit-log").json()["asks"]

    said = [(line["who"], line["action"], line["subject"], line["status"]) for line in lines]
    assert [
        ("-", f"GET {BASE}", "-", 401),
        ("laptop", f"DELETE {BASE}/{{run_id}}", run.id, 403),
        ("laptop", f"GET {BASE}/{{run_id}}", run.id, 200),
    ] == said
    only = admin.get("/api/v1/audit-log", params={"who": "laptop"}).json()["asks"]
    assert {"laptop"} == {line["who"] for line in only}


def test_nobody_opens_the_door_to_everybody_by_mistake(tmp_path: Path) -> None:
    """
    Without tokens it listens on this machine only; elsewhere they are on by themselves.
    """
    for listen in ("0.0.0.0:8420", "[::]:8420", "10.0.0.1:80", "myhost:80"):
        open_desk: Desk = ready_desk(tmp_path, listen=listen, tokens="off")
        with pytest.raises(ServiceError, match="would let anybody in"):
            create_app(open_desk)
        open_desk.stop()
        desk = ready_desk(tmp_path, listen=listen)
        with TestClient(create_app(desk, running=False), "http://10.0.0.1") as client:
            assert 401 == client.get(BASE).status_code


def test_probes_do_not_hide_who_asked_what(guarded: Guarded) -> None:
    """
    What asks every few seconds stands in the metrics only.
    """
    client = guarded.client(guarded.token("admin"))
    for place in ("/healthz", "/metrics", "/healthz", "/nothing", BASE):
        client.get(place)

    lines = client.get("/api/v1/audit-log").json()["asks"]

    assert [f"GET {BASE}"] == [line["action"] for line in lines]
    assert 'route="/healthz",status="200"} 2' in client.get("/metrics").text


def test_a_secret_in_a_title_or_a_note_is_covered(guarded: Guarded) -> None:
    """
    People paste things.
    """
    client = guarded.client(guarded.token("run"))
    secret = "password=Tr0ub4dor&3xyz"

    run = client.post(BASE, json={"sources": ["app"], "baseline": "none", "title": secret}).json()
    noted = client.post(f"{BASE}/{run['id']}/notes", json={"text": secret}).json()

    assert "Tr0ub4dor" not in str(run)
    assert "Tr0ub4dor" not in str(noted)
