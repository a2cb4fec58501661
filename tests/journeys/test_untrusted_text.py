"""Log text is nobody's friend: it shows, and it does nothing."""

from __future__ import annotations

import json
import re

import pytest
from markdown_it import MarkdownIt
from tests.journeys.conftest import CommandLine

HOSTILE = (
    "<script>alert(1)</script>",
    "![x](http://evil.test/p.png) [y](javascript:alert(1))",
    "\x1b[2J\x1b]0;owned\x07 red \x9b31m",
    "{} {0} %s %(name)s {{ 7*7 }}",
    "支付 💣 déjà",
    "\u202eexe.tpircs\u202c",
    "zero\x00byte",
    "`code` | table | row",
)
SECRETS = ("hunter2secret", "AKIAIOSFODNN7EXAMPLE", "eyJhbGciOiJub25lIn0.eyJ1Ijoicm9vdCJ9.c2ln")
ACTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def hostile(paicha: CommandLine) -> CommandLine:
    """Give a folder with a log full of hostile lines and secrets, and its case."""
    said = [f"attack {n} {word}" for n, word in enumerate(HOSTILE)]
    said += [f"login failed password={SECRETS[0]}", f"key {SECRETS[1]}", f"jwt {SECRETS[2]}"]
    lines = [f"2026-03-01 08:00:{n:02},100 ERROR [a.py:1] {word}" for n, word in enumerate(said)]
    (paicha.folder / "x.log").write_bytes(("\n".join(lines) + "\n").encode())
    done = paicha("investigate", "x.log", "-o", "out")
    assert done.code in (0, 3), done.err
    assert not ACTS.search(done.out.replace("\n", "") + done.err.replace("\n", ""))
    return paicha


CASE = "out/paicha.case.duckdb"


@pytest.mark.parametrize("kind", ["md", "html", "json", "terminal"])
def test_hostile_lines_show_and_do_nothing(hostile: CommandLine, kind: str) -> None:
    """
    No control byte, no direction mark, no markup of a line's own leaves a renderer.
    """
    told = hostile("report", CASE, "--format", kind).out

    assert not ACTS.search(told.replace("\n", "").replace("\t", ""))
    assert 11 == json.loads(hostile("report", CASE, "--format", "json").out)["totals"]["records"]
    if kind == "html":
        assert "<script>alert" not in told
    if kind == "md":
        drawn = MarkdownIt("commonmark", {"html": True}).enable("table").render(told)
        assert not re.search(r"<img|<script|href=.(http|javascript)", drawn)


@pytest.mark.parametrize("kind", ["md", "html", "json", "terminal"])
def test_secrets_in_lines_are_covered(hostile: CommandLine, kind: str) -> None:
    """
    Passwords, keys and tokens in log text are covered in every format.
    """
    told = hostile("report", CASE, "--format", kind).out

    assert not [secret for secret in SECRETS if secret in told]


def test_evidence_is_harmless_and_covered_too(hostile: CommandLine) -> None:
    """
    The lines behind every problem show without acting, secrets covered.
    """
    found = json.loads(hostile("report", CASE, "--format", "json").out)
    told = ""
    for problem in found["problems"]:
        told += hostile("evidence", CASE, problem["id"], "--limit", "0").out

    assert 11 == told.count("x.log:")
    assert not ACTS.search(told.replace("\n", ""))
    assert not [secret for secret in SECRETS if secret in told]
    for word in ("<script>", "%(name)s", "💣"):
        assert word in told


def test_an_error_that_quotes_a_name_is_harmless(paicha: CommandLine) -> None:
    """
    A file name with an escape sequence in it does not reach the terminal as one.
    """
    said = paicha("investigate", "no\x1b[31msuch.log")

    assert 1 == said.code
    assert "\x1b" not in said.err
