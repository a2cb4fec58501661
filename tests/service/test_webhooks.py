"""The way in for alerts over HTTP: answered when kept, refused with what to do, never broken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.service.desks import settings_for
from tests.unit.service.alerts.bodies import alertmanager, callback, firing, raw
from tests.unit.service.alerts.test_reading import bodies

from paicha.interfaces.http.app import create_app
from paicha.service.desk import Desk
from paicha.wiring.alert_settings import WebhookSettings
from paicha.wiring.secret import Secret

BASE = "/api/v1/webhooks"
SECRET, KEY = "s3cret-of-the-hook", "key-of-signatures"
HOOKS = (
    WebhookSettings("monitor", kind="bkmonitor", secret=Secret(SECRET), max_body=20_000),
    WebhookSettings("signed", kind="generic", hmac=Secret(KEY)),
    WebhookSettings("groups", kind="alertmanager", debounce="1s", profile="incident"),
    WebhookSettings("groups2", kind="generic"),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give a desk with hooks, whose queue nobody works on."""
    made = Desk.open(replace(settings_for(tmp_path), webhooks=HOOKS))
    yield made
    made.stop()


@pytest.fixture
def api(desk: Desk) -> Iterator[TestClient]:
    """Give a client that sees a broken route as the sender would: as an answer."""
    app = create_app(desk, running=False)
    with TestClient(app, "http://localhost", raise_server_exceptions=False) as client:
        yield client


def code(answer: Any) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"{BASE}/monitor", {"X-Paicha-Token": SECRET}),
        (f"{BASE}/monitor", {"Authorization": f"Bearer {SECRET}"}),
        (f"{BASE}/monitor", {"Authorization": "Basic " + base64.b64encode(f"bk:{SECRET}".encode()).decode()}),
        (f"{BASE}/monitor/{SECRET}", {}),
        (f"{BASE}/bkmonitor", {"X-Paicha-Token": SECRET}),
    ],
    ids=["header", "bearer", "basic", "path", "by kind"],
)  # fmt: skip
def test_the_secret_opens_the_hook_however_it_is_sent(
    api: TestClient, desk: Desk, path: str, headers: dict[str, str]
) -> None:
    """
    202 and what was kept; the second time it is known.
    """
    first = api.post(path, content=raw(callback()), headers=headers)
    second = api.put(path, content=raw(callback()), headers=headers)

    assert (202, {"accepted": 1, "duplicates": 0}) == (first.status_code, first.json())
    assert {"accepted": 1, "duplicates": 1} == second.json()
    assert {"": 1} == desk.ledger.hooks.outcomes("monitor")


def _multipart(message: str) -> bytes:
    parts = (("note", "cpu = high"), ("message", message))
    written = (
        f'--b0und\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts
    )
    return "".join((*written, "--b0und--\r\n")).encode()


def _form(message: str) -> bytes:
    return urlencode({"note": "x", "message": message}).encode()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("encoded", [str.encode, _form, _multipart], ids=["raw", "form", "parts"])
def test_bluekings_callback_is_taken_by_its_usual_method_in_every_encoding(
    api: TestClient, desk: Desk, method: str, encoded: Callable[[str], bytes]
) -> None:
    """
    An action whose method nobody chose sends GET, with the same body as POST.
    """
    body, headers = encoded(raw(callback()).decode()), {"X-Paicha-Token": SECRET}

    answers = [
        api.request(method, f"{BASE}/monitor", content=body, headers=headers) for _ in range(2)
    ]

    assert [202, 202] == [answer.status_code for answer in answers], answers[0].text
    assert {"accepted": 1, "duplicates": 1} == answers[1].json()
    assert {"": 1} == desk.ledger.hooks.outcomes("monitor")


def test_a_get_without_a_body_carries_the_message_in_its_query(api: TestClient, desk: Desk) -> None:
    """
    Whatever the parameter is called; the secret is never looked for there.
    """
    query = {"message": raw(callback()).decode()}
    auth = {"Authorization": f"Bearer {SECRET}"}

    taken = api.get(f"{BASE}/monitor", params={"x": "1", **query}, headers=auth)
    closed = api.get(f"{BASE}/monitor", params={**query, "token": SECRET, "secret": SECRET})
    nothing = api.get(f"{BASE}/monitor", headers=auth)
    endless = api.get(f"{BASE}/monitor", params={"x": "y" * 20_000}, headers=auth)

    assert (202, {"accepted": 1, "duplicates": 0}) == (taken.status_code, taken.json())
    assert (401, "hooks.no_secret") == code(closed)
    assert (400, "hooks.empty_body") == code(nothing)
    assert (413, "hooks.too_large") == code(endless)
    assert {"": 1} == desk.ledger.hooks.outcomes("monitor")


def test_a_page_elsewhere_starts_nothing_by_get(tmp_path: Path) -> None:
    """
    A browser can be made to send a GET: only BlueKing's hooks take one, and only with a secret.
    """
    hooks = WebhookSettings("open", kind="bkmonitor"), WebhookSettings("any", kind="generic")
    desk = Desk.open(replace(settings_for(tmp_path), webhooks=hooks))
    with TestClient(create_app(desk, running=False), "http://localhost") as client:
        answers = [
            client.get(f"{BASE}/{hook.name}", params={"m": raw(callback()).decode()})
            for hook in hooks
        ]
        kept = [desk.ledger.hooks.outcomes(hook.name) for hook in hooks]

    assert [(405, "hooks.get")] * 2 == [code(answer) for answer in answers]
    assert [{}, {}] == kept


@pytest.mark.parametrize(
    ("path", "headers", "refusal"),
    [
        (f"{BASE}/monitor", {}, (401, "hooks.no_secret")),
        (f"{BASE}/monitor", {"X-Paicha-Token": SECRET[:-1]}, (401, "hooks.wrong_secret")),
        (f"{BASE}/monitor/nothing", {}, (401, "hooks.wrong_secret")),
        (f"{BASE}/monitor", {"Authorization": "Basic !!!"}, (401, "hooks.no_secret")),
        (f"{BASE}/signed", {}, (401, "hooks.wrong_signature")),
        (f"{BASE}/signed", {"X-Paicha-Signature": "sha256=ÿ"}, (401, "hooks.wrong_signature")),
        (f"{BASE}/nobody", {}, (404, "hooks.unknown")),
        (f"{BASE}/generic", {}, (404, "hooks.unknown")),
    ],
)
def test_who_has_no_secret_starts_nothing(
    api: TestClient, desk: Desk, path: str, headers: dict[str, str], refusal: tuple[int, str]
) -> None:
    """
    Each refusal says how the secret is sent.
    """
    sent = {key.encode(): value.encode("latin-1") for key, value in headers.items()}
    answer = api.post(path, content=raw(callback()), headers=sent)

    assert refusal == code(answer)
    assert {} == desk.ledger.hooks.outcomes("monitor")


def test_a_signature_is_over_the_body_itself(api: TestClient) -> None:
    """
    It fits its own body and no other.
    """
    body = raw({"id": "7", "title": "x"})
    made = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Paicha-Signature": f"sha256={made}"}

    assert 202 == api.post(f"{BASE}/signed", content=body, headers=headers).status_code
    assert 401 == api.post(f"{BASE}/signed", content=body + b" ", headers=headers).status_code


def test_a_body_has_an_end(api: TestClient) -> None:
    """
    More than the hook takes is refused, in Chinese where that is asked for.
    """
    answer = api.post(
        f"{BASE}/monitor?lang=zh", content=b" " * 20_001, headers={"X-Paicha-Token": SECRET}
    )

    assert (413, "hooks.too_large") == code(answer)
    assert "请求体超过 20000 字节" == answer.json()["error"]["what"]


def test_an_empty_callback_is_no_alert(api: TestClient) -> None:
    """
    BlueKing sends {} where it has nothing to tell; its call has worked.
    """
    answer = api.post(f"{BASE}/monitor", content=b"{}", headers={"X-Paicha-Token": SECRET})

    assert (202, {"accepted": 0, "duplicates": 0}) == (answer.status_code, answer.json())


def test_no_secret_is_kept_in_the_audit_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Not the one in the path, and not one that was wrong; nor in the log, by whatever method.
    """
    caplog.set_level("INFO", "paicha.http")
    desk = Desk.open(replace(settings_for(tmp_path), webhooks=HOOKS))
    with TestClient(create_app(desk, running=False), "http://localhost") as client:
        client.post(f"{BASE}/monitor/{SECRET}", content=raw(callback()))
        client.post(f"{BASE}/monitor/wrong-one", content=raw(callback()))
        assert 405 == client.delete(f"{BASE}/monitor/{SECRET}").status_code
        assert 400 == client.get(f"{BASE}/monitor/{SECRET}?token={SECRET}").status_code
    kept = Desk.open(desk.settings)
    asks = kept.ledger.asks.read(0, 50, "")
    kept.stop()

    logged = [str(vars(record)) for record in caplog.records if record.name == "paicha.http"]
    assert [] == [line for line in logged if SECRET in line or "wrong-one" in line]
    assert 4 == len(logged)
    assert 3 == len(asks)
    assert SECRET not in str(asks)
    assert "wrong-one" not in str(asks)
    told = ("webhook monitor", 400), ("-", 401), ("webhook monitor", 202)
    assert [*told] == [(ask.who, ask.status) for ask in asks]


@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=bodies, hook=st.sampled_from(["monitor", "groups", "groups2"]))
def test_any_body_at_all_gets_an_answer_below_500(api: TestClient, body: bytes, hook: str) -> None:
    """
    Kept, or refused with a sentence and a way out.
    """
    answer = api.post(f"{BASE}/{hook}", content=body, headers={"X-Paicha-Token": SECRET})

    assert answer.status_code in (202, 400)
    told = answer.json()
    if answer.status_code == 400:
        assert told["error"]["what"]
        assert told["error"]["try"]
    else:
        assert 0 <= told["duplicates"] <= told["accepted"]


def test_three_hundred_calls_at_once_are_joined_and_none_is_lost(tmp_path: Path) -> None:
    """
    Six groups of fifty, each alert sent twice: six runs, three hundred alerts, each in one of them.
    """
    desk = Desk.open(replace(settings_for(tmp_path, parallel=1), webhooks=HOOKS))
    sent = [
        raw(alertmanager(firing(f"h{n}-{group}"), groupKey=f"g{group}", commonLabels={}))
        for n in range(50)
        for group in range(6)
    ]
    app = create_app(desk, running=False)
    with TestClient(app, "http://localhost") as client:
        errands = app.state.errands
        errands.start()
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(lambda body: client.post(f"{BASE}/groups", content=body), sent * 2)
            )
        _wait_until(
            lambda: 6 == len(desk.search(limit=100)) and 300 == sum(_outcomes(desk).values())
        )
        _wait_until(lambda: "" not in _outcomes(desk))
        runs = desk.search(limit=100)

    assert {202} == {answer.status_code for answer in answers}
    assert 300 == sum(answer.json()["duplicates"] for answer in answers)
    assert {"groups"} == {run.request.asked_by for run in runs}


def _outcomes(desk: Desk) -> dict[str, int]:
    return desk.ledger.hooks.outcomes("groups")


def _wait_until(holds: Callable[[], bool], patience_s: float = 120.0) -> None:
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_description_knows_the_hook(api: TestClient) -> None:
    """
    OpenAPI shows both senders' bodies, and no road with a secret in it.
    """
    described = api.get("/api/v1/openapi.json").json()
    paths = [path for path in described["paths"] if path.startswith(BASE)]
    examples = described["paths"][f"{BASE}/{{name}}"]["post"]["requestBody"]["content"]

    assert [f"{BASE}/{{name}}"] == paths
    assert {"bkmonitor", "alertmanager"} == set(examples["application/json"]["examples"])
