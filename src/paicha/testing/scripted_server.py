"""A server on loopback whose answers a function gives: for stand-ins, and for what real servers rarely do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from urllib.parse import parse_qs, urlsplit

from paicha.testing.loopback import LoopbackServer, QuietHandler
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came in."""

    method: str
    path: str
    query: Mapping[str, list[str]]  # of the URL, and of a form
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def first(self, name: str, default: str = "") -> str:
        """Return the first value of a parameter."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What goes out.

    Args:
        body: Whole, or in pieces that are sent as they come.
        cut: Whether the line goes dead after the body, before its promised end.
        wait_s: Silence before the first byte [s].
    """

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    wait_s: float = 0.0


class ScriptedServer(LoopbackServer):
    """
    Serves on loopback while it is entered.

    Args:
        script: Gives the answer to each request.
    """

    def __init__(self, script: Callable[[Asked], Reply]) -> None:
        self.script = script
        self.requests: list[Asked] = []
        super().__init__(type("Handler", (_Handler,), {"scripted": self}))


class _Handler(QuietHandler):
    scripted: ScriptedServer

    def serve(self) -> None:
        asked = self._asked()
        self.scripted.requests.append(asked)
        reply = self.scripted.script(asked)
        time.sleep(reply.wait_s)
        try:
            self._send(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # who asked has gone away

    def _asked(self) -> Asked:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = parse_qs(parts.query, keep_blank_values=True)
        if "form-urlencoded" in (self.headers.get("Content-Type") or ""):
            query |= parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(self.command, parts.path, query, headers, body)

    def _send(self, reply: Reply) -> None:
        pieces = [reply.body] if isinstance(reply.body, bytes) else reply.body
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in pieces:
            if piece:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if reply.cut:
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")
