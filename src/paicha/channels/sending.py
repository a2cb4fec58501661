"""
One message sent over HTTP, and what became of it.

A message is never sent twice: what may have arrived (the line went dead after the request, a gateway gave
up waiting) is `Unsure` and not sent again. Only what surely did not arrive is sent again.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

import httpx

from paicha.errors import ChannelRefused, ChannelUnreachable, ChannelUnsure
from paicha.values import dataclass
from paicha.version import __version__

_LONGEST_ANSWER = 200  # characters of an answer worth repeating
_MOST_READ = 64 * 1024  # [bytes] of an answer that are looked at
#: Answers that say "not now": nothing was posted.
_LATER = frozenset({408, 425, 429, 500, 502, 503})


@dataclass(frozen=True, slots=True)
class Message:
    """
    One message.

    Args:
        body: What the card renderer made.
        key: The same for every attempt at it, and for no other message.
    """

    body: bytes
    key: str = ""


class Channel(Protocol):
    """One place that messages are sent to. Knows its system's signature, answers and errors."""

    def send(self, message: Message, now_s: float) -> None:
        """
        Send one message.

        Args:
            message: The message.
            now_s: The time that a signature holds for [s since 1970].

        Raises:
            ChannelUnreachable: It did not arrive; worth another try, after `wait_s` where it says so.
            ChannelRefused: It will not be taken, however often it is sent.
            ChannelUnsure: It may have arrived.
        """
        ...


@dataclass(frozen=True, slots=True)
class Postbox:
    """
    An address that takes messages by POST.

    Args:
        url: The whole address; it is a secret, for whoever has it may write.
        name: Of the channel, for errors.
        timeout_s: Longest silence, and how long an answer is listened to [s].
        verify: Whether certificates are checked, or a file of those to trust.
    """

    url: str = field(repr=False)
    name: str
    timeout_s: float = 10.0
    verify: bool | str = True

    def post(
        self,
        body: bytes,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """
        Return status, headers and body of the answer to *body*.

        Raises:
            ChannelUnreachable: If nothing was sent.
            ChannelUnsure: If the answer did not come.
        """
        url = httpx.URL(self.url)
        if query:
            url = url.copy_merge_params(dict(query))
        sent = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"paicha/{__version__}",
            **(headers or {}),
        }
        try:
            with (
                httpx.Client(
                    timeout=self.timeout_s, verify=self._trust(), follow_redirects=False
                ) as client,
                client.stream("POST", url, content=body, headers=sent) as answer,
            ):
                return answer.status_code, answer.headers, _beginning(answer, self.timeout_s)
        except httpx.ConnectError as closed:
            # The system's own words, which hold no address: refused and unknown name are mended differently.
            why = str(closed) or type(closed).__name__
            raise ChannelUnreachable("channels.unreachable", channel=self.name, why=why) from None
        except (httpx.ConnectTimeout, httpx.PoolTimeout) as closed:
            raise ChannelUnreachable(
                "channels.unreachable", channel=self.name, why=type(closed).__name__
            ) from None
        except httpx.HTTPError as broken:
            raise ChannelUnsure(
                "channels.unsure", channel=self.name, why=type(broken).__name__
            ) from None

    def _trust(self) -> bool | ssl.SSLContext:
        if isinstance(self.verify, bool):
            return self.verify
        return ssl.create_default_context(cafile=self.verify)

    def checked(
        self, status: int, headers: Mapping[str, str], body: bytes, accepted: bool | None = None
    ) -> None:
        """
        Raise what an answer that is not 2xx means.

        Args:
            status: Of the answer.
            headers: Likewise.
            body: Likewise.
            accepted: Whether a 2xx is a yes; None: it is.
        """
        if 200 <= status < 300 and accepted is not False:
            return
        facts = {"channel": self.name, "status": status, "answer": self.shown(body)}
        if status in _LATER:
            raise ChannelUnreachable("channels.later", **facts).after(_asked_to_wait(headers))
        if status == 504:
            raise ChannelUnsure("channels.unsure", channel=self.name, why="HTTP 504")
        raise ChannelRefused("channels.refused", **facts)

    def shown(self, body: bytes) -> str:
        """Return the beginning of an answer, without the address or parts of it."""
        words = " ".join(body.decode("utf-8", "replace").split())[:_LONGEST_ANSWER] or "-"
        secrets = {
            self.url,
            *(part for part in self.url.replace("=", "/").split("/") if len(part) > 15),
        }
        for secret in sorted(secrets, key=len, reverse=True):
            words = words.replace(secret, "***")
        return words

    def code(self, body: bytes, *names: str) -> tuple[int | None, str]:
        """Return the code that a JSON answer has under one of *names*, and its words; None: it is no such answer."""
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return None, self.shown(body)
        for name in names if isinstance(told, dict) else ():
            value = told.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                words = str(
                    told.get("errmsg") or told.get("msg") or told.get("StatusMessage") or ""
                )
                return value, self.shown(words.encode("utf-8", "replace"))
        return None, self.shown(body)


def _beginning(answer: httpx.Response, most_s: float) -> bytes:
    # An answer that comes byte by byte is never silent for long: it would hold up its channel for ever.
    read, until = b"", time.monotonic() + most_s
    for piece in answer.iter_bytes():
        read += piece
        if len(read) > _MOST_READ or time.monotonic() > until:
            break
    return read[:_MOST_READ]


def _asked_to_wait(headers: Mapping[str, str]) -> float | None:
    words = headers.get("Retry-After") or headers.get("retry-after") or ""
    return float(words) if words.isascii() and words.isdigit() and len(words) < 6 else None
