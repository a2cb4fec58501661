"""
ClickHouse's own engine behind a small HTTP server: what the stock driver needs, and no more.

``python -m tests.servers.chdb_server --port N --path FOLDER [--user U --password P]``. chdb has no
listener of its own. Queries, parameters, formats, errors and codes are the engine's; connection
handling, users, quotas, compression, sessions, clusters and errors in mid-answer are not ClickHouse's.
"""

from __future__ import annotations

import argparse
import base64
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chdb.session import Session

_CODE = re.compile(r"Code: (\d+)")
_PARAMETER = "param_"


class ChdbHandler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    session: Any  # chdb has no types
    lock: threading.Lock
    who: tuple[str, str]

    def do_GET(self) -> None:
        """Ping, or a query in the URL."""
        if urlsplit(self.path).path == "/ping":
            self._send(200, b"Ok.\n")
        else:
            self._query(b"")

    def do_POST(self) -> None:
        """A query in the body, or in the URL with its data in the body."""
        self._query(self._body())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay quiet."""

    def _query(self, body: bytes) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        if not self._known():
            words = b"Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)"
            self._send(403, words, code="516")
            return
        # chdb takes the data of an INSERT behind the statement.
        sql = b"\n".join(part for part in (asked.get("query", "").encode(), body) if part)
        values = {
            name.removeprefix(_PARAMETER): value
            for name, value in asked.items()
            if name.startswith(_PARAMETER)
        }
        with self.lock:
            try:
                if asked.get("database"):
                    self.session.query(f"USE `{asked['database']}`")
                self._answer(sql, asked.get("default_format", "TabSeparated"), values)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            except RuntimeError as error:
                self._refuse(str(error))

    def _answer(self, sql: bytes, kind: str, values: dict[str, Any]) -> None:
        if sql.lstrip()[:6].upper() == b"SELECT":
            self._stream(self.session.send_query(sql.decode(), kind, params=values))
        else:
            self._send(200, self.session.query(sql, kind, params=values).bytes())

    def _stream(self, pieces: Iterator[Any]) -> None:
        first = next(pieces, None)
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        piece = first
        while piece is not None:
            data = piece.bytes()
            if data:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            piece = next(pieces, None)
        self.wfile.write(b"0\r\n\r\n")

    def _refuse(self, words: str) -> None:
        found = _CODE.search(words)
        self._send(500, words.encode(), code=found[1] if found else "1000")

    def _known(self) -> bool:
        if not self.who[0]:
            return True
        user, key = self.headers.get("X-ClickHouse-User"), self.headers.get("X-ClickHouse-Key")
        said = self.headers.get("Authorization", "")
        if said.startswith("Basic "):
            user, _, key = base64.b64decode(said[6:]).decode().partition(":")
        return (user, key) == self.who

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts: list[bytes] = []
        while size := int(self.rfile.readline().strip() or b"0", 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, status: int, body: bytes, code: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if code:
            self.send_header("X-ClickHouse-Exception-Code", code)
        self.end_headers()
        self.wfile.write(body)


def _session(path: str) -> Any:
    make: Any = Session  # chdb has no types
    return make(path)


def main(arguments: list[str]) -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    asked = parser.parse_args(arguments)
    handler = type(
        "Handler",
        (ChdbHandler,),
        {
            "session": _session(asked.path),
            "lock": threading.Lock(),
            "who": (asked.user, asked.password),
        },
    )
    server = ThreadingHTTPServer(("127.0.0.1", asked.port), handler)
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
