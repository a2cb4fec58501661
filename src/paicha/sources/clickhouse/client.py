"""A conversation with ClickHouse through its own driver; what that raises becomes a `SourceError`."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from paicha.errors import (
    ConfigError,
    SourceContract,
    SourceDenied,
    SourceError,
    SourceRejected,
    SourceUnreachable,
)
from paicha.sources.web import Place, shown
from paicha.sources.web.refusals import message_of, refused, why_closed
from paicha.values import dataclass

#: The driver's client: it has no types that another package could name without installing it.
Driver = Any
#: Makes one; raises what the driver raises.
Connect = Callable[[], Driver]

_CODE = re.compile(r"\bcode:? (\d+)", re.IGNORECASE)
_STATUS = re.compile(r"HTTP status (\d+)")
#: What the driver puts around what was answered.
_ANSWERED = re.compile(r"server response: (.*) \(for url [^)]*\)\s*\Z", re.DOTALL)
#: What says that there was no connection at all; its words are those of the system, or of TLS.
_NEVER_MADE = frozenset(
    {"SSLError", "SSLCertVerificationError", "NewConnectionError", "NameResolutionError"}
)
#: How it begins when what answers is no ClickHouse.
_NO_CLICKHOUSE = "Unexpected response to server version query: "
_KINDS: Mapping[str, str] = {
    "516": "credentials",  # AUTHENTICATION_FAILED
    "192": "credentials",  # UNKNOWN_USER
    "193": "credentials",  # WRONG_PASSWORD
    "194": "credentials",  # REQUIRED_PASSWORD
    "497": "forbidden",  # ACCESS_DENIED
    "164": "forbidden",  # READONLY
    "202": "busy",  # TOO_MANY_SIMULTANEOUS_QUERIES
    "159": "busy",  # TIMEOUT_EXCEEDED
    "241": "busy",  # MEMORY_LIMIT_EXCEEDED
    "201": "rate_limited",  # QUOTA_EXCEEDED
}
Answered = TypeVar("Answered")
#: What may pass: a proxy whose server starts anew, a limit of requests, TOO_MANY_SIMULTANEOUS_QUERIES. Who ran into a
#: limit of time or memory would run into it again. The driver asks again for some of these, not for a proxy's 502.
_MAY_PASS = frozenset({"429", "502", "503", "504", "202"})
_FIRST_WAIT_S = 1.0
_AWAY = frozenset({"busy", "rate_limited"})
_LONGEST_MESSAGE = 500  # characters of a foreign message worth repeating
_LONGEST_REQUEST = 300


def connect_to(place: Place, database: str) -> Connect:
    """
    Return what connects to the server at *place*.

    Raises:
        ConfigError: If the driver is not installed, or the address is none.
    """
    try:
        import clickhouse_connect  # noqa: PLC0415 - an extra: paicha[clickhouse]

        from paicha.sources.clickhouse.connections import pool_for  # noqa: PLC0415 - needs the extra
    except ImportError:
        raise ConfigError("clickhouse.not_installed") from None
    # What it logs is what it raises, with its traces: without a handler Python writes that to a terminal.
    logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())
    parts = urlsplit(place.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("web.bad_url", url=shown(place.url))
    secure = parts.scheme == "https"
    host, port = parts.hostname, parts.port or (8443 if secure else 8123)

    def connect() -> Driver:
        return clickhouse_connect.get_client(
            host=host,
            port=port,
            secure=secure,
            pool_mgr=pool_for(place, parts.scheme, host, port),
            proxy_path=parts.path.strip("/"),
            username=place.username or None,
            password=place.password,
            access_token=place.token or None,
            database=database or "__default__",
            connect_timeout=min(int(place.timeout_s) or 1, 30),
            send_receive_timeout=max(int(place.timeout_s), 1),
            query_retries=max(place.attempts - 1, 0),
            headers=place.all_headers() if not (place.username or place.token) else None,
            client_name="paicha",
            autogenerate_session_id=False,
        )

    return connect


@cache
def _foreign_errors() -> tuple[type[Exception], ...]:
    """Return what the driver, its HTTP library and the socket raise."""
    import urllib3.exceptions  # noqa: PLC0415 - comes with the driver
    from clickhouse_connect.driver.exceptions import ClickHouseError  # noqa: PLC0415 - an extra

    return (ClickHouseError, urllib3.exceptions.HTTPError, OSError)


@dataclass(slots=True)
class ClickHouseClient:
    """
    Asks, and translates what goes wrong.

    Args:
        place: Where, for errors.
        connect: Makes the driver's client, at the first question.
        sleep: Waits between two tries.
    """

    place: Place
    connect: Connect
    sleep: Callable[[float], None] = time.sleep
    _driver: Driver = None

    def close(self) -> None:
        """Hang up; a second time does nothing."""
        if self._driver is not None:
            self._driver.close()
            self._driver.close_connections()
            self._driver = None

    def rows(
        self, query: str, parameters: Mapping[str, object] | None = None
    ) -> list[Sequence[Any]]:
        """Return all rows of a small answer."""
        values = dict(parameters or {})
        return self._tried(
            query, lambda: list(self._driver_of().query(query, parameters=values).result_rows)
        )

    def blocks(
        self, query: str, parameters: Mapping[str, object]
    ) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield the columns of an answer block by block, none held longer than it is looked at."""
        values = dict(parameters)
        stream = self._tried(
            query, lambda: self._driver_of().query_column_block_stream(query, parameters=values)
        )
        with self._translated(query):
            opened = stream.__enter__()
        try:
            while True:
                with self._translated(query):
                    block = next(opened, None)
                if block is None:
                    return
                yield block
        finally:
            with self._translated(query):
                stream.__exit__(None, None, None)

    def _tried(self, query: str, ask: Callable[[], Answered]) -> Answered:
        """Return what *ask* does, asked again where what went wrong may pass."""
        attempt = 1
        while True:
            try:
                with self._translated(query):
                    return ask()
            except SourceUnreachable as away:
                passing = away.facts.get("status") in _MAY_PASS
                if attempt >= self.place.attempts or not passing:
                    raise
            self.sleep(_FIRST_WAIT_S * 2 ** (attempt - 1))
            attempt += 1

    def _driver_of(self) -> Driver:
        if self._driver is None:
            self._driver = self.connect()
        return self._driver

    @contextmanager
    def _translated(self, query: str) -> Iterator[None]:
        try:
            yield
        except _foreign_errors() as error:
            raise self._error(error, query) from None

    def _error(self, error: Exception, query: str) -> SourceError:
        facts = {
            "system": "ClickHouse",
            "url": shown(self.place.url),
            "request": query[:_LONGEST_REQUEST],
        }
        broken = self._broken(error, facts)
        if broken is not None:
            return broken
        words = str(error)
        why = self._clean(" ".join(words.split())[:_LONGEST_MESSAGE])
        found = _CODE.search(words)
        status = _STATUS.search(words)
        if found is None and status is not None:
            answered = _ANSWERED.search(words)
            said = refused(int(status[1]), {}, (answered[1] if answered else words).encode())
            answer = self._clean(said.message) or "-"
            return said.kind(f"web.{said.code}", status=status[1], answer=answer, **facts)
        if found is None:
            if type(error).__name__ in ("DataError", "ProgrammingError", "NotSupportedError"):
                return SourceContract("clickhouse.driver", answer=why, **facts)
            return SourceUnreachable("web.cut_off", why=why, **facts)
        kind = _KINDS.get(found[1], "bad_request")
        denied = SourceDenied if kind in ("credentials", "forbidden") else SourceRejected
        raised = SourceUnreachable if kind in _AWAY else denied
        return raised(f"web.{kind}", status=found[1], answer=why, **facts)

    def _broken(self, error: Exception, facts: Mapping[str, str]) -> SourceError | None:
        """Return what it means that an answer did not come, ended in the middle, or came from something else."""
        words = str(error)
        if "timed out" in words or any("Timeout" in type(one).__name__ for one in _chain(error)):
            seconds = f"{self.place.timeout_s:g}"
            return SourceUnreachable("web.timeout", seconds=seconds, **facts)
        for one in _chain(error):
            if type(one).__name__ in _NEVER_MADE:
                why = str(one).rpartition("connection: ")[2]
                return SourceUnreachable(f"web.{why_closed(why)}", why=why, **facts)
        if words.startswith(_NO_CLICKHOUSE):
            answer = words.removeprefix(_NO_CLICKHOUSE).strip("'\"")
            said = "-" if answer.startswith("<clickhouse") else message_of(answer.encode())
            return SourceContract("clickhouse.other", answer=self._clean(said), **facts)
        # What the driver gives as the reason are the last bytes that came: data, unless they hold an error's code.
        if type(error).__name__ == "StreamFailureError" and getattr(error, "code", None) is None:
            return SourceUnreachable("clickhouse.cut_short", **facts)
        return None

    def _clean(self, words: str) -> str:
        for secret in self.place.secrets:
            words = words.replace(secret, "***")
        return words


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from."""
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__
