"""What every stand-in of a chat does: it takes a message or refuses it, and keeps what it took."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from paicha.testing.scripted_server import Asked, Reply, ScriptedServer

_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://[^\s)>|\"]+|www\.[^\s)>|\"]+")
_MENTION = re.compile(
    r"<@[^>]*>|<at[ >]|<!(?:channel|here|everyone|subteam)|@all\b|@所有人|@\d{5,}"
)


@dataclass(frozen=True, slots=True)
class Posted:
    """One message that was taken."""

    body: dict[str, Any]
    texts: tuple[str, ...]  # every text of it that is shown
    at: float  # [s]

    @property
    def whole(self) -> str:
        """All its texts."""
        return "\n".join(self.texts)

    @property
    def mentions(self) -> list[str]:
        """What in it would call people."""
        return _MENTION.findall(self.whole)

    @property
    def links(self) -> list[str]:
        """What in it would lead somewhere."""
        return _ADDRESS.findall(self.whole)


class ChatSink(ScriptedServer):
    """
    What all have in common; use it as a context manager.

    Args:
        clock: The time that rates and signatures are held against [s since 1970].
        per_minute: Messages that are taken within a minute; 0: any number.

    Fill `faults` with answers that are given instead of the next ones; a None lets one pass.
    """

    per_minute = 20
    path = "/"

    def __init__(
        self, *, clock: Callable[[], float] = time.time, per_minute: int | None = None
    ) -> None:
        self.posted: list[Posted] = []
        self.refused: list[str] = []  # why each other message was not taken
        self.faults: list[Reply | None] = []
        self._clock = clock
        self._most = self.per_minute if per_minute is None else per_minute
        self._taken: list[float] = []
        super().__init__(self._answer)

    @property
    def url(self) -> str:
        """What goes into the settings."""
        return super().url + self.path

    def _answer(self, asked: Asked) -> Reply:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            return fault
        try:
            body = json.loads(asked.body)
        except ValueError:
            body = None
        wrong = self.problem(asked, body) if isinstance(body, dict) else self.no_json()
        if wrong is None and self._is_too_fast():
            wrong = self.too_fast()
        if wrong is not None:
            self.refused.append(_words(wrong))
            return wrong
        assert isinstance(body, dict)
        self.posted.append(Posted(body, tuple(shown_texts(body)), self._clock()))
        return self.accepted()

    def _is_too_fast(self) -> bool:
        now = self._clock()
        self._taken = [moment for moment in self._taken if moment > now - 60]
        if self._most and len(self._taken) >= self._most:
            return True
        self._taken.append(now)
        return False

    def problem(self, asked: Asked, body: dict[str, Any]) -> Reply | None:
        """Return the refusal of a message; None: it is taken."""
        raise NotImplementedError

    def no_json(self) -> Reply:
        """Return the refusal of a body that is no JSON object."""
        raise NotImplementedError

    def too_fast(self) -> Reply:
        """Return the refusal of one message too many."""
        raise NotImplementedError

    def accepted(self) -> Reply:
        """Return a yes."""
        return json_reply({"errcode": 0, "errmsg": "ok"})


def shown_texts(body: object) -> Iterator[str]:
    """Yield every text of a message that people see; the address behind a button is none."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, list):
        for entry in body:
            yield from shown_texts(entry)
    elif isinstance(body, dict):
        hidden = (
            "url",
            "singleURL",
            "tag",
            "type",
            "msgtype",
            "msg_type",
            "sign",
            "timestamp",
            "link",
        )
        for key, value in body.items():
            if key not in hidden:
                yield from shown_texts(value)


def json_reply(body: dict[str, Any], status: int = 200) -> Reply:
    """Return an answer in JSON."""
    return Reply(status, json.dumps(body, ensure_ascii=False).encode())


def code_reply(code: int, words: str) -> Reply:
    """Return an answer as WeCom and DingTalk give it."""
    return json_reply({"errcode": code, "errmsg": words})


def plain_reply(status: int, words: str) -> Reply:
    """Return an answer in words."""
    return Reply(status, words.encode(), "text/plain")


def _words(reply: Reply) -> str:
    assert isinstance(reply.body, bytes)
    return reply.body.decode() or str(reply.status)
