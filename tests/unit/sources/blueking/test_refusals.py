"""Every way BlueKing says no, or says something else: which error, which words, how many tries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from paicha.errors import (
    ConfigError,
    PaichaError,
    QuestionError,
    SourceContract,
    SourceDenied,
    SourceError,
    SourceRejected,
    SourceUnreachable,
)
from paicha.locales import catalogue, placeholders
from paicha.model.question import LogQuery, Scope, Window
from paicha.sources.blueking import Credentials
from paicha.sources.blueking.envelope import read_envelope
from paicha.testing.blueking import DEMO_ACCESS_TOKEN, DEMO_APP_CODE, DEMO_APP_SECRET
from paicha.testing.blueking.server import APPLY_URL

ROADS = ("mcp", "app")
WINDOW = Window(
    datetime.fromisoformat("2025-12-19T10:32:32+08:00"),
    datetime.fromisoformat("2025-12-19T10:47:32+08:00"),
)


def failure(act: Callable[[], object]) -> PaichaError:
    with pytest.raises(PaichaError) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("forbidden_text", SourceRejected, "blueking.forbidden"),
        ("no_permission", SourceDenied, "blueking.permission"),
        ("result_false", SourceRejected, "blueking.bad_request"),
        ("error_500", SourceUnreachable, "blueking.down"),
        ("html_200", SourceContract, "blueking.html"),
        ("empty_body", SourceContract, "blueking.empty"),
        ("broken_json", SourceContract, "blueking.broken"),
        ("odd_shape", SourceContract, "blueking.shape"),
    ],
)
def test_what_cannot_pass_by_itself_is_not_tried_again(
    bench: Callable[..., Any], road: str, fault: str, kind: type[SourceError], code: str
) -> None:
    """One request, one error of the right kind, nothing slept."""
    place = bench(fault, road=road)

    error = failure(place.read)

    assert (kind, code) == (type(error), error.code)
    assert place.waited == []
    paths = [seen.path for seen in place.server.requests]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        ("rate_limited=2", [1.0, 1.0]),
        ("rate_limited_code=3", [0.5, 1.0, 2.0]),
        ("busy=1", [0.5]),
        ("html_502=2", [0.5, 1.0]),
    ],
)
def test_what_may_pass_is_tried_again(
    bench: Callable[..., Any], fault: str, waited: list[float]
) -> None:
    """As long as the server asks for, or twice as long each time; then all records are there."""
    place = bench(fault)

    table, coverage, _ = place.read()

    assert waited == place.waited
    assert table.num_rows == 1800
    assert coverage.incomplete == ()


def test_tries_are_bounded(bench: Callable[..., Any]) -> None:
    """Five requests, four pauses, then an error that says what came back."""
    place = bench("html_502")

    error = failure(place.read)

    assert type(error) is SourceUnreachable
    assert error.what == ("BlueKing's back end was too busy to answer (HTTP 502): 502 Bad Gateway")
    assert len(place.server.requests) == 5
    assert place.waited == [0.5, 1.0, 2.0, 4.0]
    assert error.facts["attempts"] == "5"


def test_a_pause_of_an_hour_is_not_slept(bench: Callable[..., Any]) -> None:
    """The error comes at once."""
    place = bench("rate_limited_long")

    error = failure(place.read)

    assert error.what == "BlueKing is limiting our requests: Request rate limit exceeded"
    assert place.waited == []


def test_silence_is_tried_again_then_named(bench: Callable[..., Any]) -> None:
    """Each try waits for its time-out only."""
    place = bench("slow=0.6", timeout_s=0.1, attempts=2)

    error = failure(place.read)

    assert type(error) is SourceUnreachable
    assert error.code == "blueking.timeout"
    assert "did not answer within 0.1 s" in error.what


@pytest.mark.parametrize("road", ROADS)
def test_an_answer_that_breaks_off_is_asked_for_again_then_named(
    bench: Callable[..., Any], road: str
) -> None:
    """A gateway that starts anew resets what goes through it; one that always does is given up."""
    place = bench("gone", road=road, attempts=3)

    error = failure(place.read)

    assert (SourceUnreachable, "blueking.cut_off") == (type(error), error.code)
    assert [0.5, 0.5] == place.waited


def test_one_slow_answer_is_survived(bench: Callable[..., Any]) -> None:
    """The second try is quick."""
    table, _, _ = bench("slow_once=1.2", timeout_s=0.6).read()

    assert table.num_rows == 1800


def test_a_gateway_that_is_down_is_named(bench: Callable[..., Any]) -> None:
    """Nobody listens there."""
    place = bench().using(monitor_url="http://127.0.0.1:9/bk-monitor/prod", trust_env=False)

    error = failure(place.read)

    assert type(error) is SourceUnreachable
    assert error.what.startswith(
        "http://127.0.0.1:9/bk-monitor/prod/mcp/get_index_set_fields/ cannot be reached"
    )


@pytest.mark.parametrize("road", ROADS)
def test_wrong_credentials_are_a_rejection_without_the_secret(
    bench: Callable[..., Any], road: str
) -> None:
    """The words say what to check; the secret is nowhere."""
    place = bench(road=road).using(credentials=Credentials(DEMO_APP_CODE, "s3cret-and-wrong"))

    error = failure(place.read)

    assert type(error) is SourceDenied
    assert error.what == (
        "BlueKing did not accept the credentials: App authentication failed [reason=wrong secret]"
    )
    assert error.hint.startswith("check app code, app secret and user ticket")
    assert "s3cret-and-wrong" not in repr(error) + error.text("zh") + repr(place.gateway)


def test_the_user_road_needs_a_user(bench: Callable[..., Any]) -> None:
    """An app alone may not use `/mcp/*`, but may use the twins."""
    app = Credentials(DEMO_APP_CODE, DEMO_APP_SECRET)
    refused = failure(bench().using(credentials=app).read)

    table, _, _ = bench(road="app").using(credentials=app).read()

    assert refused.code == "blueking.credentials"
    assert table.num_rows == 1800


def test_an_access_token_is_enough(bench: Callable[..., Any]) -> None:
    """It stands for app and user."""
    place = bench().using(credentials=Credentials(access_token=DEMO_ACCESS_TOKEN))

    assert place.read()[0].num_rows == 1800


def test_no_permission_comes_with_the_link_to_apply(bench: Callable[..., Any]) -> None:
    """In both languages, as the one thing to do."""
    error = failure(bench("no_permission").read)

    assert error.hint == f"apply for it here: {APPLY_URL}"
    assert f"点击链接申请权限：{APPLY_URL}" in error.text("zh")


@pytest.mark.parametrize("road", ROADS)
def test_an_unknown_index_set_is_named_with_its_neighbours(
    bench: Callable[..., Any], road: str
) -> None:
    """What is there instead."""
    error = failure(lambda: bench(road=road).read(Scope(index_set_id=999)))

    assert type(error) is SourceRejected
    assert error.what == "Business 2 has no index set 999; it has: 2545 多别名设置验证"


def test_an_unknown_index_set_name_is_named_too(bench: Callable[..., Any]) -> None:
    """And a known one is found."""
    error = failure(lambda: bench().read(Scope(index_set_name="no such name")))
    table, _, _ = bench().read(Scope(index_set_name="多别名设置验证"))

    assert error.code == "blueking.unknown_index_set"
    assert table.num_rows == 1800


def test_another_business_is_refused_in_plain_text(bench: Callable[..., Any]) -> None:
    """The gateway's words are kept."""
    error = failure(lambda: bench().read(Scope(bk_biz_id=3)))

    assert error.code == "blueking.forbidden"
    assert "Permission denied: biz 3" in error.what


def test_a_failing_storage_is_a_failure_behind_bluekings_back(bench: Callable[..., Any]) -> None:
    """unify-query's own error comes wrapped."""
    error = failure(bench("upstream_400").read)

    assert error.code == "blueking.upstream"
    assert "all tables failed" in error.what


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"monitor_url": ""}, "blueking.no_url"),
        ({"monitor_url": "gateway/prod"}, "blueking.bad_url"),
        ({"tenant_id": "租户"}, "blueking.bad_tenant"),
        ({"attempts": 0}, "blueking.no_attempts"),
        ({"verify": "no/such/file.pem"}, "blueking.bad_ca_file"),
    ],
)
def test_wrong_settings_are_named(
    bench: Callable[..., Any], changes: dict[str, object], code: str
) -> None:
    """Before anything is sent."""
    place = bench()

    error = failure(place.using(**changes).read)

    assert (ConfigError, code) == (type(error), error.code)
    assert place.server.requests == []


def test_a_url_with_a_password_is_shown_without_it(bench: Callable[..., Any]) -> None:
    """Neither error nor coverage repeats it."""
    place = bench()
    guarded = place.server.monitor_url.replace("http://", "http://me:pa55word@")

    _, coverage, _ = place.using(monitor_url=guarded).read()
    error = failure(place.using(monitor_url=guarded.replace("bk-monitor", "x")).read)

    assert "pa55word" not in str(coverage) + error.text("en") + error.text("zh")


def test_secrets_travel_in_one_header_only(bench: Callable[..., Any]) -> None:
    """Not in any path, query or body; the tenant goes along."""
    place = bench()
    place.read()
    place.measure("30.189.38.149")

    assert len(place.server.requests) > 5
    for seen in place.server.requests:
        assert DEMO_APP_SECRET in seen.headers["x-bkapi-authorization"]
        assert seen.headers["x-bk-tenant-id"] == "system"
        assert DEMO_APP_SECRET not in f"{seen.path}{seen.query}{seen.body}"


def test_a_server_that_repeats_the_secret_is_not_believed(bench: Callable[..., Any]) -> None:
    """A filter that holds the secret comes back in the server's message, blotted out."""
    error = failure(lambda: bench().read(Scope(where=f"gseIndex:>{DEMO_APP_SECRET}")))

    assert error.what == (
        "A system behind BlueKing failed: "
        "parse query string failed: could not convert string to float: '***'"
    )
    assert DEMO_APP_SECRET not in error.text("en") + error.text("zh")


def test_a_line_break_in_a_secret_is_found_before_it_is_sent(bench: Callable[..., Any]) -> None:
    """JSON escapes it, so that it reaches the gateway as a wrong secret and no more."""
    place = bench().using(credentials=Credentials(DEMO_APP_CODE, "a\nb"))

    assert failure(place.read).code == "blueking.credentials"


@pytest.mark.parametrize(
    ("business", "index_set", "window", "code"),
    [
        (None, 2545, WINDOW, "blueking.no_business"),
        (2, None, WINDOW, "blueking.no_index_set"),
        (2, 2545, None, "blueking.no_window"),
    ],
)
def test_what_is_not_said_is_a_question(
    bench: Callable[..., Any],
    business: int | None,
    index_set: int | None,
    window: Window | None,
    code: str,
) -> None:
    """Business, index set and window are the reader's to name; nothing is sent without them."""
    place = bench()
    logs = replace(place.logs, bk_biz_id=business, index_set_id=index_set)

    error = failure(lambda: logs.open(LogQuery(window, Scope(), "UTC", 9)).__enter__())

    assert (QuestionError, code) == (type(error), error.code)
    assert place.server.requests == []


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (200, {}, b'{"result": false, "code": "9900403", "data": {}}', "permission"),
        (200, {}, b'{"result": false, "code": 35999999}', "permission"),
        (200, {}, b'{"result": false, "code": 1642903}', "rate_limited"),
        (403, {}, b"", "forbidden"),
        (403, {}, b"lack of tenant_id", "tenant"),
        (400, {}, b'{"result": false, "code": 1640004}', "credentials"),
        (404, {}, b'{"result": false, "code": 1640401}', "no_api"),
        (413, {}, b'{"result": false, "code": 1641301}', "refused"),
        (508, {}, b'{"result": false, "code": 1650801}', "down"),
        (504, {}, b"", "busy"),
        (302, {"location": "/login"}, b"", "empty"),
        (200, {}, b"null", "broken"),
        (200, {}, b'{"result": "true", "data": 1}', "refused"),
        (200, {}, b"\xff\xfe\x00", "broken"),
    ],
)
def test_an_answer_means_what_it_says(
    status: int, headers: dict[str, str], body: bytes, kind: str
) -> None:
    """Whatever the status, the body counts; `result` must be true itself."""
    found = read_envelope(status, headers, body)

    assert kind == getattr(found, "kind", "answer")


@pytest.mark.parametrize("code", ["200", "0", '"0"', '"200"', "null"])
def test_success_is_result_true_whatever_the_code(code: str) -> None:
    """Two back ends, two codes of success, as number or text."""
    found = read_envelope(200, {}, f'{{"result": true, "code": {code}, "data": [7]}}'.encode())

    assert getattr(found, "data", None) == [7]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"x-bkapi-ratelimit-reset": "3"}, 3.0),
        (
            {
                "retry-after": "Mon, 05 Jan 2026 09:00:09 GMT",
                "date": "Mon, 05 Jan 2026 09:00:00 GMT",
            },
            9.0,
        ),
        ({"x-bkapi-ratelimit-reset": "1767603605", "date": "Mon, 05 Jan 2026 09:00:00 GMT"}, 5.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_pause_is_the_one_asked_for(headers: dict[str, str], wait: float | None) -> None:
    """Seconds, an HTTP date, or an epoch, measured from the answer's own date."""
    found = read_envelope(429, headers, b'{"result": false, "code": 1642901}')

    assert wait == getattr(found, "wait_s", "not a refusal")


def test_every_failure_of_the_http_library_has_a_place() -> None:
    """A kind of failure that a newer httpx adds must be looked at."""
    known = {
        "CloseError", "ConnectError", "ConnectTimeout", "DecodingError", "LocalProtocolError",
        "NetworkError", "PoolTimeout", "ProtocolError", "ProxyError", "ReadError", "ReadTimeout",
        "RemoteProtocolError", "TimeoutException", "TooManyRedirects", "TransportError",
        "UnsupportedProtocol", "WriteError", "WriteTimeout",
    }  # fmt: skip
    found = {
        name
        for name, value in vars(httpx).items()
        if isinstance(value, type) and issubclass(value, httpx.RequestError)
    } - {"RequestError"}

    assert known == found


@pytest.mark.parametrize("area", ["errors_blueking", "blueking", "aliases"])
def test_both_languages_say_the_same_things(area: str) -> None:
    """The same keys, and the same placeholders in each."""
    texts = {
        language: {
            key: placeholders(words)
            for key, words in catalogue(language).items()
            if key.startswith(f"{area}.")
        }
        for language in ("en", "zh")
    }

    assert texts["en"] == texts["zh"]
    assert texts["en"]


def test_how_long_to_wait_and_how_often_it_was_tried_are_told(bench: Callable[..., Any]) -> None:
    """The 5 of 502 is not the 5 of five attempts."""
    limited = failure(bench("rate_limited_long=3600").read)
    proxy = failure(bench("html_502=100").read)

    assert "\n  asked_to_wait_s: 3600\n" in limited.text("en")
    assert "\n  已尝试次数：5\n" in proxy.text("zh")
    assert "\n  要求等待秒数：3600\n" in limited.text("zh")
