"""What a browser sends, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paicha.errors import QuestionError
from paicha.interfaces.http.page.forms import Form, StartForm, again
from paicha.interfaces.http.page.shell import own_address
from paicha.model.service import RunRequest

FILLED = StartForm(
    sources=("payment-logs",),
    metrics=("host-metrics",),
    window="1h",
    hosts="10.0.0.8, 10.0.0.9",
    where='level>=WARN AND "超时"',
    zone="Asia/Shanghai",
    biz="2",
)


def test_a_form_becomes_a_request() -> None:
    """Names are parted, numbers are numbers, and who asks is named."""
    request = FILLED.request("li")

    assert ("payment-logs",) == request.sources
    assert ("10.0.0.8", "10.0.0.9") == request.hosts
    assert ("", "", "1h", 2, None) == (
        request.start,
        request.end,
        request.last,
        request.biz,
        request.index_set,
    )
    assert ("page", "li") == (request.trigger, request.asked_by)


def test_a_range_needs_its_start() -> None:
    """Without an end it goes on until now; without a start it is no window."""
    with pytest.raises(QuestionError) as refused:
        replace(FILLED, window="range").request("")

    assert "the window has no start" == refused.value.what
    ranged = replace(FILLED, window="range", start="2026-01-01 10:00:00").request("")
    assert ("2026-01-01 10:00:00", "", "") == (ranged.start, ranged.end, ranged.last)


@pytest.mark.parametrize("number", ["-1", "1.5", "two", "１２", "9" * 19])
def test_what_is_no_number_is_refused(number: str) -> None:
    """And named with its field."""
    with pytest.raises(QuestionError) as refused:
        replace(FILLED, biz=number).request("")

    assert f"{number} in the field biz is no whole number" == refused.value.what


def test_the_last_form_is_remembered_without_its_title_and_times() -> None:
    """What comes back out of the cookie is what was chosen."""
    sent = replace(FILLED, title="outage", start="2026-01-01 10:00:00")

    assert FILLED == StartForm.remembered(sent.cookie())


@given(st.text(max_size=200))
def test_no_cookie_harms(cookie: str) -> None:
    """A cookie that is not ours is the empty form."""
    assert isinstance(StartForm.remembered(cookie), StartForm)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=20))
def test_a_form_is_read_as_it_was_sent(pairs: list[tuple[str, str]]) -> None:
    """Every value arrives, under its name and in its order."""
    form = Form.read(urlencode(pairs).encode())

    assert {name: tuple(v for n, v in pairs if n == name) for name, _ in pairs} == dict(form.fields)


@given(st.binary(max_size=100))
def test_no_body_is_an_accident(body: bytes) -> None:
    """It is a form or it is refused."""
    try:
        Form.read(body)
    except QuestionError as refused:
        assert refused.what.startswith("the form cannot be read")  # noqa: PT017


def test_the_same_question_about_another_stretch() -> None:
    """Everything stays but the window; a baseline between fixed times cannot stay."""
    before = RunRequest(sources=("a",), last="1h", where="x", baseline="2026-01-01..2026-01-02")

    asked = again(before, "2026-01-03 10:00:00", "2026-01-03 10:05:00", "Asia/Tokyo", "li")

    assert ("2026-01-03 10:00:00", "2026-01-03 10:05:00", "") == (
        asked.start,
        asked.end,
        asked.last,
    )
    assert (("a",), "x", "", "Asia/Tokyo") == (
        asked.sources,
        asked.where,
        asked.baseline,
        asked.zone,
    )


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb", ""]
)
def test_nobody_is_sent_away_from_here(address: str) -> None:
    """After signing in one comes to a page of ours."""
    assert "/" == own_address(address)
