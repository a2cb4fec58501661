"""Who may call which tool of `paicha mcp`, and what the audit log says of it; real clients, real HTTP."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx
import pytest
from tests.journeys.conftest import SCENARIO, CommandLine
from tests.journeys.mcp_clients import (
    ALLOW_SCENARIO,
    HELLO,
    SCENARIO_QUESTION,
    http_agent,
    http_server,
    stdio_agent,
)

from paicha.model.service import ROLES
from paicha.service.tokens import create, revoke
from paicha.wiring.reading import load_settings
from paicha.wiring.service import Ledger, open_ledger

QUESTION = {key: value for key, value in SCENARIO_QUESTION.items() if "files" not in key}
#: What only reads what is kept, with the arguments it takes; ID stands for an investigation.
READING: dict[str, dict[str, object]] = {
    "list_sources": {},
    "get_investigation": {"id": "ID"},
    "list_problems": {"id": "ID"},
    "get_problem_evidence": {"id": "ID", "problem": 1},
    "check_claims": {"id": "ID"},
    "compare_windows": {"before_id": "ID", "during_id": "ID"},
    "audit_report": {"report": "# Report\n", "id": "ID"},
}
RUNNING: dict[str, dict[str, object]] = {
    "investigate_window": {"last": "15m"},
    "compare_windows": {"last": "15m"},
    "stop_investigation": {"id": "ID"},
    "verify_aliases": {"source": "app"},
}


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def ledger_of(folder: Path) -> closing[Ledger]:
    """Return the ledger of the service in *folder*."""
    return closing(open_ledger(load_settings(folder / "paicha.toml", {}, folder)))


def asked(folder: Path) -> list[tuple[str, str, str, str, int]]:
    """Return the audit log without its times, earliest first."""
    with ledger_of(folder) as ledger:
        lines = ledger.asks.read(0, 100, "")
    return [(a.who, a.address, a.action, a.subject, a.status) for a in reversed(lines)]


@pytest.fixture
def tokens(tmp_path: Path) -> dict[str, str]:
    """Give a token of each role, over a source of the settings."""
    shutil.copy(SCENARIO / "app.log", tmp_path)
    (tmp_path / "paicha.toml").write_text(
        '[service]\ntokens = "required"\n[sources.app]\ntype = "files"\npaths = ["app.log"]\n',
        "utf-8",
    )
    with ledger_of(tmp_path) as ledger:
        return {role: create(ledger.tokens, f"agent-{role}", role, NOW)[1] for role in ROLES[:2]}


def test_every_client_reads_with_a_token_that_reads_and_runs_with_one_that_runs(
    tmp_path: Path, tokens: dict[str, str]
) -> None:
    """
    Each call is a line of the audit log: whose token, which tool, which investigation, what came of it.
    """

    async def begin(url: str) -> str:
        async with http_agent(url, "auto", tokens["run"]) as agent:
            found = await agent.call("investigate_window", **QUESTION, wait_seconds=300)
            assert not found.refused, found.text
            run_id: str = found.data["id"]
            return run_id

    async def read(url: str, run_id: str, client: str) -> None:
        async with http_agent(url, client, tokens["read"]) as agent:
            for tool, arguments in READING.items():
                named = {k: run_id if v == "ID" else v for k, v in arguments.items()}
                found = await agent.call(tool, **named)
                assert not found.refused, found.text
            for tool, arguments in RUNNING.items():
                named = {k: run_id if v == "ID" else v for k, v in arguments.items()}
                refused = await agent.call(tool, **named)
                assert refused.refused
                assert "The token agent-read has the role read; this needs run." in refused.text
                assert "  try: use a token with that role" in refused.text
            assert "# " in await agent.read(f"paicha://investigations/{run_id}/report.md")

    clients = ("auto", "legacy", "fastmcp")
    with http_server(tmp_path) as (url, _):
        run_id = anyio.run(begin, url)
        for client in clients:
            anyio.run(read, url, run_id, client)

    first, *others = asked(tmp_path)
    assert ("agent-run", "127.0.0.1", "mcp investigate_window", run_id, 200) == first
    expected = []
    for tool, arguments in READING.items():
        about = run_id if "ID" in arguments.values() else "-"
        expected.append(("agent-read", "127.0.0.1", f"mcp {tool}", about, 200))
    for tool, arguments in RUNNING.items():
        about = run_id if "ID" in arguments.values() else "-"
        expected.append(("agent-read", "127.0.0.1", f"mcp {tool}", about, 403))
    report = f"paicha://investigations/{run_id}/report.md"
    expected.append(("agent-read", "127.0.0.1", "mcp read", report, 200))
    assert expected * len(clients) == others


def test_a_session_is_for_the_token_that_began_it(tmp_path: Path, tokens: dict[str, str]) -> None:
    """
    Somebody else's session does not exist for a second token, whatever role it has.
    """
    heads = {
        role: {
            "authorization": f"Bearer {token}",
            "accept": "application/json, text/event-stream",
        }
        for role, token in tokens.items()
    }

    with http_server(tmp_path) as (url, _), httpx.Client(trust_env=False) as client:
        begun = client.post(url, json=HELLO, headers=heads["run"])
        session = {"mcp-session-id": begun.headers["mcp-session-id"]}
        listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
        own = client.post(url, json=listing, headers=heads["run"] | session)
        others = client.post(url, json=listing, headers=heads["read"] | session)

    assert (200, 200, 404) == (begun.status_code, own.status_code, others.status_code)


def test_whoever_is_turned_away_is_written_down(tmp_path: Path, tokens: dict[str, str]) -> None:
    """
    Without a token, and with one that was revoked: 401, and a line that says from where.
    """
    with ledger_of(tmp_path) as ledger:
        revoke(ledger.tokens, "agent-read", NOW)
    with http_server(tmp_path) as (url, _), httpx.Client(trust_env=False) as client:
        statuses = [
            client.post(url, json={}, headers=head).status_code
            for head in ({}, {"authorization": f"Bearer {tokens['read']}"})
        ]

    assert [401, 401] == statuses
    assert [("-", "127.0.0.1", "POST /mcp", "-", 401)] * 2 == asked(tmp_path)


def test_over_the_streams_calls_are_written_where_there_is_a_ledger(tmp_path: Path) -> None:
    """
    A server that a client starts for itself makes no ledger, and writes into one that is there.
    """

    async def call() -> None:
        async with stdio_agent(tmp_path, *ALLOW_SCENARIO) as agent:
            await agent.call("list_sources")
            await agent.call("list_problems", id="x\x1b[2Jy" * 100)
            await agent.call("erase\x00everything")

    anyio.run(call)
    assert not (tmp_path / "paicha-data").exists()

    (tmp_path / "paicha.toml").write_text("", "utf-8")
    with ledger_of(tmp_path):
        pass
    anyio.run(call)
    lines = asked(tmp_path)

    assert ("local", "stdio", "mcp list_sources", "-", 200) == lines[0]
    assert ("local", "stdio", "mcp list_problems", ("x\\x1b[2Jy" * 100)[:200], 400) == lines[1]
    assert ("local", "stdio", "mcp erase\\x00everything", "-", 400) == lines[2]


def test_a_ledger_that_cannot_be_read_is_said_and_the_streams_go_on(
    tmp_path: Path, paicha: CommandLine
) -> None:
    """
    Who started the server for himself is served; over HTTP nobody is.
    """
    data = tmp_path / "paicha-data"
    data.mkdir()
    (data / "ledger.sqlite").write_bytes(b"not a database at all" * 100)

    async def call() -> bool:
        async with stdio_agent(tmp_path, *ALLOW_SCENARIO) as agent:
            return (await agent.call("list_sources")).refused

    assert anyio.run(call) is False
    said = paicha("mcp", "--transport", "http", "--port", "0")
    assert 1 == said.code
    assert "ledger" in said.err
