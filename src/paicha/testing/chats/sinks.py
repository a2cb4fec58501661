"""One class for each chat system; limits and codes as its own documentation and answers give them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from paicha.testing.chats.taking import ChatSink, code_reply, json_reply, plain_reply
from paicha.testing.scripted_server import Asked, Reply

_HOUR_S = 3_600


class WeComSink(ChatSink):
    """企业微信群机器人: 4,096 bytes of Markdown, 2,048 of text, 20 messages a minute."""

    key = "693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"
    path = f"/cgi-bin/webhook/send?key={key}"

    def problem(self, asked: Asked, body: dict[str, Any]) -> Reply | None:
        """Return the refusal of a message; None: it is taken."""
        if asked.first("key") != self.key:
            return code_reply(93000, "invalid webhook url")
        kind = body.get("msgtype")
        most = {"markdown": 4_096, "text": 2_048}.get(str(kind))
        if most is None:
            return code_reply(40008, "invalid message type")
        content = _at(body, str(kind), "content")
        if not isinstance(content, str) or not content:
            return code_reply(44004, "empty content")
        if len(content.encode()) > most:
            return code_reply(
                40058, f"{kind}.content exceed max length {most}. invalid Request Parameter"
            )
        return None

    def no_json(self) -> Reply:
        """Return the refusal of a body that is no JSON object."""
        return code_reply(47001, "data format error")

    def too_fast(self) -> Reply:
        """Return the refusal of one message too many."""
        return code_reply(45009, "api freq out of limit")


class DingTalkSink(ChatSink):
    """
    钉钉群机器人: 20,000 bytes, 20 messages a minute and then silence for ten, signed with *secret*.

    Args:
        secret: What messages must be signed with; "": no signature is asked for.
        keyword: A word that must be in every message; "": none.
        clock: As `ChatSink`.
        per_minute: As `ChatSink`.
    """

    token = "4f2c0d8e7b6a"  # noqa: S105 - of a stand-in
    path = f"/robot/send?access_token={token}"

    def __init__(
        self,
        *,
        secret: str = "",
        keyword: str = "",
        clock: Callable[[], float] = time.time,
        per_minute: int | None = None,
    ) -> None:
        super().__init__(clock=clock, per_minute=per_minute)
        self.secret, self.keyword = secret, keyword
        self._silent_until = 0.0

    def problem(self, asked: Asked, body: dict[str, Any]) -> Reply | None:
        """Return the refusal of a message; None: it is taken."""
        if asked.first("access_token") != self.token:
            return code_reply(300001, "token is not exist")
        if self._clock() < self._silent_until:
            return code_reply(130101, "send too fast, exceed 20 times per minute")
        if self.secret and (wrong := self._unsigned(asked)):
            return code_reply(310000, wrong)
        if len(asked.body) > 20_000:
            return code_reply(460101, "message too long, exceed 20000 bytes")
        return self._malformed(body)

    def _malformed(self, body: dict[str, Any]) -> Reply | None:
        needed = {
            "markdown": ("title", "text"),
            "actionCard": ("title", "text", "singleTitle", "singleURL"),
        }
        kind = str(body.get("msgtype"))
        if kind not in needed:
            return code_reply(400105, "unsupported message type")
        for name in needed[kind]:
            if not isinstance(_at(body, kind, name), str) or not _at(body, kind, name):
                return code_reply(400601, f"{kind}.{name} is empty")
        if self.keyword and self.keyword not in json.dumps(body, ensure_ascii=False):
            return code_reply(310000, "keywords not in content")
        return None

    def _unsigned(self, asked: Asked) -> str:
        stamp = asked.first("timestamp")
        if not stamp.isdigit() or abs(self._clock() - int(stamp) / 1000) > _HOUR_S:
            return "invalid timestamp"
        made = hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256)
        same = base64.b64encode(made.digest()).decode() == asked.first("sign")
        return "" if same else "sign not match"

    def no_json(self) -> Reply:
        """Return the refusal of a body that is no JSON object."""
        return code_reply(43004, "无效的HTTP HEADER Content-Type")

    def too_fast(self) -> Reply:
        """Return the refusal of one message too many, and fall silent for ten minutes."""
        self._silent_until = self._clock() + 600
        return code_reply(130101, "send too fast, exceed 20 times per minute")


class FeishuSink(ChatSink):
    """
    飞书群机器人: a request of 20 KB, 100 messages a minute, 5 a second, signed with *secret*.

    Args:
        secret: What messages must be signed with; "": no signature is asked for.
        clock: As `ChatSink`.
        per_minute: As `ChatSink`.
    """

    per_minute = 100
    token = "0a1b2c3d-9e8f"  # noqa: S105 - of a stand-in
    path = f"/open-apis/bot/v2/hook/{token}"

    def __init__(
        self,
        *,
        secret: str = "",
        clock: Callable[[], float] = time.time,
        per_minute: int | None = None,
    ) -> None:
        super().__init__(clock=clock, per_minute=per_minute)
        self.secret = secret

    def problem(self, asked: Asked, body: dict[str, Any]) -> Reply | None:
        """Return the refusal of a message; None: it is taken."""
        if asked.path != self.path:
            return json_reply(
                {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
            )
        if len(asked.body) > 20 * 1024:
            return self.no_json()
        if self.secret and not self._is_signed(body):
            return json_reply(
                {
                    "code": 19021,
                    "msg": "sign match fail or timestamp is not within one hour from current time",
                }
            )
        card = body.get("card")
        if body.get("msg_type") != "interactive" or not isinstance(card, dict):
            return self.no_json()
        if not isinstance(card.get("elements"), list) or not _at(
            card, "header", "title", "content"
        ):
            return json_reply({"code": 11310, "msg": "card element is invalid"})
        last_second = [moment for moment in self._taken if moment > self._clock() - 1]
        return self.too_fast() if len(last_second) >= 5 else None

    def _is_signed(self, body: dict[str, Any]) -> bool:
        stamp = str(body.get("timestamp", ""))
        if not stamp.isdigit() or abs(self._clock() - int(stamp)) > _HOUR_S:
            return False
        made = hmac.new(f"{stamp}\n{self.secret}".encode(), b"", hashlib.sha256)
        return base64.b64encode(made.digest()).decode() == body.get("sign")

    def no_json(self) -> Reply:
        """Return the refusal of a body that is no JSON object."""
        return json_reply({"code": 9499, "msg": "Bad Request", "data": {}}, status=400)

    def too_fast(self) -> Reply:
        """Return the refusal of one message too many."""
        return json_reply({"code": 11232, "msg": "frequency limited"})

    def accepted(self) -> Reply:
        """Return a yes."""
        return json_reply(
            {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
        )


class SlackSink(ChatSink):
    """Slack's incoming webhook: 50 blocks, 150 characters of a header, 3,000 of a section, one a second."""

    per_minute = 60
    path = "/services/T000/B000/abcdefghijklmnopqrst"
    most_characters = 13_000

    def problem(self, asked: Asked, body: dict[str, Any]) -> Reply | None:
        """Return the refusal of a message; None: it is taken."""
        if asked.path != self.path:
            return plain_reply(404, "no_service")
        blocks = body.get("blocks", [])
        if not isinstance(blocks, list) or len(blocks) > 50:
            return plain_reply(400, "invalid_blocks")
        if not blocks and not body.get("text"):
            return plain_reply(400, "no_text")
        if not all(self._is_block(block) for block in blocks):
            return plain_reply(400, "invalid_blocks")
        if len(json.dumps(blocks, ensure_ascii=False)) > self.most_characters:
            return plain_reply(400, "msg_blocks_too_long")
        last_second = [moment for moment in self._taken if moment > self._clock() - 1]
        return self.too_fast() if self._most and last_second else None

    def _is_block(self, block: object) -> bool:
        if not isinstance(block, dict):
            return False
        longest = {"header": 150, "section": 3_000}.get(str(block.get("type")))
        if longest is None:
            return block.get("type") in ("context", "actions", "divider")
        words = _at(block, "text", "text")
        return isinstance(words, str) and 0 < len(words) <= longest

    def no_json(self) -> Reply:
        """Return the refusal of a body that is no JSON object."""
        return plain_reply(400, "invalid_payload")

    def too_fast(self) -> Reply:
        """Return the refusal of one message too many."""
        return Reply(429, b"rate_limited", "text/plain", {"Retry-After": "1"})

    def accepted(self) -> Reply:
        """Return a yes."""
        return plain_reply(200, "ok")


@dataclass
class _Keys:
    seen: set[str] = field(default_factory=set)


class WebhookSink(ChatSink):
    """
    A program of one's own: checks the signature, and takes each ``Idempotency-Key`` once.

    Args:
        secret: What bodies must be signed with; "": no signature is asked for.
        clock: As `ChatSink`.
        per_minute: As `ChatSink`.
    """

    per_minute = 0
    path = "/messages"

    def __init__(
        self,
        *,
        secret: str = "",
        clock: Callable[[], float] = time.time,
        per_minute: int | None = None,
    ) -> None:
        super().__init__(clock=clock, per_minute=per_minute)
        self.secret, self._keys = secret, _Keys()

    def problem(self, asked: Asked, body: dict[str, Any]) -> Reply | None:  # noqa: ARG002 - any object is taken
        """Return the refusal of a message; None: it is taken."""
        if self.secret and not self._is_signed(asked):
            return plain_reply(401, "wrong signature")
        key = asked.headers.get("idempotency-key", "")
        if key in self._keys.seen:
            return plain_reply(409, "seen before")
        self._keys.seen |= {key} - {""}
        return None

    def _is_signed(self, asked: Asked) -> bool:
        stamp = asked.headers.get("x-paicha-timestamp", "")
        made = hmac.new(self.secret.encode(), stamp.encode() + b"." + asked.body, hashlib.sha256)
        fresh = stamp.isdigit() and abs(self._clock() - int(stamp)) < 300
        return fresh and f"sha256={made.hexdigest()}" == asked.headers.get("x-paicha-signature")

    def no_json(self) -> Reply:
        """Return the refusal of a body that is no JSON object."""
        return plain_reply(400, "no JSON object")

    def too_fast(self) -> Reply:
        """Return the refusal of one message too many."""
        return Reply(429, b"", "text/plain", {"Retry-After": "2"})

    def accepted(self) -> Reply:
        """Return a yes."""
        return Reply(204)


def _at(body: object, *path: str) -> object:
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body
