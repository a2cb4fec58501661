"""What is no answer of Elasticsearch: whose page it is, and whether it ends before its end."""

from __future__ import annotations

import pytest

from paicha.errors import PaichaError, SourceContract, SourceUnreachable
from paicha.sources.elasticsearch.answers import CountAnswer, read
from paicha.sources.web import Place, Request, WebClient
from paicha.testing.scripted_server import Reply, ScriptedServer


def error_of(body: bytes) -> PaichaError:
    """Return what reading a count raises when *body* answers."""
    with (
        ScriptedServer(lambda _asked: Reply(body=body)) as server,
        WebClient(Place(server.url), "Elasticsearch") as client,
        pytest.raises(PaichaError) as raised,
    ):
        read(client, Request("POST", "logs/_count"), CountAnswer)
    return raised.value


def test_a_login_page_is_said_in_its_words() -> None:
    """Status 200 and a form: the address is that of a proxy."""
    error = error_of(b"<!doctype html><title>SSO</title><form><h1>Please sign in</h1></form>")

    assert ("web.html", SourceContract) == (error.code, type(error))
    assert "Please sign in" == error.facts["answer"]


def test_an_answer_that_was_cut_is_worth_another_try() -> None:
    """Whoever cut it said that it was whole; it is no answer of another system."""
    error = error_of(b'{"count": 12')

    assert ("elasticsearch.cut_short", SourceUnreachable) == (error.code, type(error))
    assert "The answer of logs/_count ends in the middle, after 12 bytes" == error.what


def test_an_answer_of_another_shape_is_none() -> None:
    """What lacks what Elasticsearch promises came from something else."""
    error = error_of(b"{}")

    assert ("elasticsearch.shape", SourceContract) == (error.code, type(error))
