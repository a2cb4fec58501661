"""
A proxy on loopback in front of a real server, which does what servers seldom do on demand.

It passes requests on and answers back, byte by byte, until it is told to get into trouble: after so many
bytes of answers it drops the connection and is gone, or falls silent; or it answers some requests itself.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Mapping
from dataclasses import field
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

from paicha.testing.loopback import LoopbackServer, QuietHandler
from paicha.values import dataclass

_PIECE = 16_384  # bytes passed on at once
#: Headers of one connection, which the proxy writes itself.
_OWN = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of the proxy's own."""

    status: int
    body: bytes = b'{"error": "refused by the proxy"}'
    headers: Mapping[str, str] = field(default_factory=dict)


def every(n: int, refusal: Refusal) -> Callable[[int], Refusal | None]:
    """Return a script that gives *refusal* to every *n*-th request, counted from 1."""
    return lambda number: refusal if number % n == 0 else None


class FaultProxy(LoopbackServer):
    """
    Stands in front of *target* while it is entered.

    Args:
        target: The real server's address.
        after_bytes: When so much of answers has passed, `then` happens; None: never.
        then: ``gone``: the connection drops and none is taken again; ``silent``: nothing comes any more.
        script: The proxy's own answer to the n-th request; None: it is passed on.
        wait_s: Before each answer [s].
    """

    def __init__(
        self,
        target: str,
        *,
        after_bytes: int | None = None,
        then: Literal["gone", "silent"] = "gone",
        script: Callable[[int], Refusal | None] = lambda _: None,
        wait_s: float = 0.0,
    ) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.after_bytes = after_bytes
        self.then = then
        self.script = script
        self.wait_s = wait_s
        self.passed = 0
        self.requests = 0
        self.ended = threading.Event()
        self._lock = threading.Lock()
        super().__init__(type("Handler", (_Handler,), {"proxy": self}))
        self._server.block_on_close = False  # what fell silent stays so

    @property
    def troubled(self) -> bool:
        """Whether it has got into its trouble."""
        return self.after_bytes is not None and self.passed >= self.after_bytes

    def number(self) -> int:
        """Return the number of the request that just came in."""
        with self._lock:
            self.requests += 1
            return self.requests

    def let_pass(self, size: int) -> int:
        """Return how many of *size* bytes may pass before the trouble begins."""
        with self._lock:
            allowed = size
            if self.after_bytes is not None:
                allowed = max(0, min(size, self.after_bytes - self.passed))
            self.passed += allowed
            return allowed

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ended.set()
        super().__exit__(kind, error, trace)


class _Handler(QuietHandler):
    proxy: FaultProxy

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        proxy = self.proxy
        number = proxy.number()
        proxy.ended.wait(proxy.wait_s)
        if proxy.troubled:
            self._trouble()
            return
        own = proxy.script(number)
        try:
            if own is not None:
                self._answer(own)
            else:
                self._forward(body)
        except ConnectionError:
            self.close_connection = True  # who asked has gone away, or the server behind us

    def _answer(self, own: Refusal) -> None:
        self.send_response(own.status)
        for name, value in {"Content-Type": "application/json", **own.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(own.body)))
        self.end_headers()
        self.wfile.write(own.body)

    def _forward(self, body: bytes) -> None:
        upstream = http.client.HTTPConnection(*self.proxy.target, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        try:
            upstream.request(self.command, self.path, body, kept)
            answer = upstream.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OWN:
                    self.send_header(name, value)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while piece := answer.read(_PIECE):
                if not self._send(piece):
                    return
            self.wfile.write(b"0\r\n\r\n")
        except http.client.HTTPException:
            self.close_connection = True  # the server went away behind us
        finally:
            upstream.close()

    def _send(self, piece: bytes) -> bool:
        allowed = piece[: self.proxy.let_pass(len(piece))]
        if allowed:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(allowed), allowed))
            self.wfile.flush()
        if len(allowed) < len(piece):
            self._trouble()
            return False
        return True

    def _trouble(self) -> None:
        if self.proxy.then == "silent":
            self.proxy.ended.wait()
        self.close_connection = True
