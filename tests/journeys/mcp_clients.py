"""Real clients of `paicha mcp`: the SDK's in both protocol versions, and fastmcp's, over both transports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import fastmcp
import httpx2
import mcp
from fastmcp.client.transports import StdioTransport
from mcp.client.streamable_http import streamable_http_client
from tests.journeys.conftest import SCENARIO

from paicha.interfaces.mcp.server import PaichaServer

#: A stream of events is silent for as long as a run takes [s].
_PATIENCE_S = 300.0
#: How a client that is written by hand begins.
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    },
}
PYTHON = [sys.executable, "-X", "faulthandler", "-m", "paicha"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a tool answered."""

    refused: bool
    text: str
    data: dict[str, Any]


@dataclass(slots=True)
class Heard:
    """Progress that arrived."""

    steps: list[tuple[float, str]]

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None:
        """Note one notification."""
        self.steps.append((progress, message or ""))


class Agent(Protocol):
    """What both clients can do, said in one way."""

    async def call(self, name: str, heard: Heard | None = None, /, **arguments: Any) -> Reply:
        """Call a tool."""

    async def tools(self) -> list[Any]:
        """List the tools."""

    async def read(self, uri: str) -> str:
        """Read a resource."""

    async def prompt(self, name: str, **arguments: str) -> str:
        """Get the text of a prompt."""


@dataclass(frozen=True, slots=True)
class OfficialAgent:
    """The SDK's own client."""

    client: mcp.Client

    async def call(self, name: str, heard: Heard | None = None, /, **arguments: Any) -> Reply:
        """Call a tool."""
        got = await self.client.call_tool(name, arguments, progress_callback=heard)
        return Reply(bool(got.is_error), got.content[0].text, got.structured_content or {})  # type: ignore[union-attr]

    async def tools(self) -> list[Any]:
        """List the tools."""
        return list((await self.client.list_tools()).tools)

    async def read(self, uri: str) -> str:
        """Read a resource."""
        got = await self.client.read_resource(uri)
        return got.contents[0].text  # type: ignore[union-attr]

    async def prompt(self, name: str, **arguments: str) -> str:
        """Get the text of a prompt."""
        got = await self.client.get_prompt(name, arguments)
        return got.messages[0].content.text  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class FastAgent:
    """fastmcp's client."""

    client: Any  # generic in its transport

    async def call(self, name: str, heard: Heard | None = None, /, **arguments: Any) -> Reply:
        """Call a tool."""
        got = await self.client.call_tool(
            name, arguments, progress_handler=heard, raise_on_error=False
        )
        return Reply(got.is_error, got.content[0].text, got.structured_content or {})

    async def tools(self) -> list[Any]:
        """List the tools."""
        return list(await self.client.list_tools())

    async def read(self, uri: str) -> str:
        """Read a resource."""
        text: str = (await self.client.read_resource(uri))[0].text
        return text

    async def prompt(self, name: str, **arguments: str) -> str:
        """Get the text of a prompt."""
        text: str = (await self.client.get_prompt(name, arguments)).messages[0].content.text
        return text


def environment(folder: Path) -> dict[str, str]:
    """Return what the server sees of the world: nothing of ours but the path."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "LANG": "en_US.UTF-8",
        "TZ": "UTC",
    }


@asynccontextmanager
async def stdio_agent(folder: Path, *options: str, client: str = "auto") -> AsyncIterator[Agent]:
    """Give a client of a server of its own over the standard streams."""
    words = [*PYTHON[1:], "mcp", "--cases", str(folder / "cases"), *options]
    if client == "fastmcp":
        transport = StdioTransport(
            PYTHON[0], words, env=environment(folder), cwd=str(folder), keep_alive=False
        )
        async with fastmcp.Client(transport) as connected:
            yield FastAgent(connected)
        return
    started = mcp.StdioServerParameters(
        command=PYTHON[0], args=words, env=environment(folder), cwd=str(folder)
    )
    async with mcp.Client(started, mode=client) as official:
        yield OfficialAgent(official)


@contextmanager
def http_server(folder: Path, *options: str, **environ: str) -> Iterator[tuple[str, int]]:
    """Give the address and the process of a server over HTTP; it is asked to end at the end."""
    words = [*PYTHON, "mcp", "--transport", "http", "--port", "0", "--cases", str(folder / "cases")]
    process = subprocess.Popen(
        [*words, *options],
        cwd=folder,
        env=environment(folder) | environ,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    try:
        yield process.stderr.readline().strip(), process.pid
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=150)


@asynccontextmanager
async def http_agent(url: str, client: str = "auto", token: str = "") -> AsyncIterator[Agent]:
    """Give a client of a running server, with a token where one is needed."""
    if client == "fastmcp":
        async with fastmcp.Client(url, auth=token or None) as connected:
            yield FastAgent(connected)
        return
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(headers=headers, timeout=_PATIENCE_S) as sender:
        way = streamable_http_client(url, http_client=sender)
        async with mcp.Client(way, mode=client) as official:
            yield OfficialAgent(official)


@asynccontextmanager
async def near_agent(server: PaichaServer) -> AsyncIterator[Agent]:
    """Give a client in this process."""
    async with mcp.Client(server) as official:
        yield OfficialAgent(official)


#: The reference scenario, asked through `investigate_window` with ``--allow-files`` on its folder.
SCENARIO_QUESTION: dict[str, Any] = {
    "files": ["app.log"],
    "metric_files": ["metrics.json"],
    "start": "2025-12-19T10:32:32+08:00",
    "end": "2025-12-19T10:47:32+08:00",
    "zone": "Asia/Shanghai",
    "baseline": "none",
}
ALLOW_SCENARIO = ("--allow-files", str(SCENARIO))
