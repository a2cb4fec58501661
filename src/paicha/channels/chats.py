"""
WeCom, DingTalk, Feishu and Slack: how each wants a message signed, and what its answers mean.

All but Slack answer HTTP 200 whatever happened; a code in the body says whether it was taken.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import field

from paicha.channels.sending import Message, Postbox
from paicha.errors import ChannelRefused, ChannelUnreachable, ChannelUnsure
from paicha.values import dataclass

#: WeCom: too many calls; -1 the system is busy.
_WECOM_LATER = {45009: 60.0, 45033: 60.0, -1: None}
#: DingTalk: sent too fast (the robot is silenced for ten minutes then); -1 busy.
_DINGTALK_LATER = {130101: 600.0, 130102: 600.0, 410100: 600.0, -1: None}
#: Feishu: frequency limits and trouble of its own.
_FEISHU_LATER = {11232: 60.0, 11233: 60.0, 99991400: 60.0, 2200: None, 1500: None}


@dataclass(frozen=True, slots=True)
class WeCom:
    """A WeCom group robot (企业微信群机器人)."""

    box: Postbox

    def send(self, message: Message, now_s: float) -> None:  # noqa: ARG002 - nothing is signed here
        """Send one message; see `paicha.channels.sending.Channel`."""
        status, headers, body = self.box.post(message.body)
        self.box.checked(status, headers, body)
        _judge(self.box, *self.box.code(body, "errcode"), _WECOM_LATER)


@dataclass(frozen=True, slots=True)
class DingTalk:
    """A DingTalk group robot (钉钉群机器人); *secret* where its messages are signed (加签)."""

    box: Postbox
    secret: str = field(default="", repr=False)

    def send(self, message: Message, now_s: float) -> None:
        """Send one message; see `paicha.channels.sending.Channel`."""
        stamp = str(round(now_s * 1000))
        query = (
            {"timestamp": stamp, "sign": dingtalk_sign(self.secret, stamp)} if self.secret else {}
        )
        status, headers, body = self.box.post(message.body, query=query)
        self.box.checked(status, headers, body)
        _judge(self.box, *self.box.code(body, "errcode"), _DINGTALK_LATER)


@dataclass(frozen=True, slots=True)
class Feishu:
    """A Feishu group robot (飞书群机器人); *secret* where signatures are checked (签名校验)."""

    box: Postbox
    secret: str = field(default="", repr=False)

    def send(self, message: Message, now_s: float) -> None:
        """Send one message; see `paicha.channels.sending.Channel`."""
        sent = message.body
        if self.secret:
            stamp = str(round(now_s))
            signed = {"timestamp": stamp, "sign": feishu_sign(self.secret, stamp)}
            sent = json.dumps({**signed, **json.loads(sent)}, ensure_ascii=False).encode()
        status, headers, body = self.box.post(sent)
        code, words = self.box.code(body, "code", "StatusCode")
        # A refusal comes as HTTP 400 with its code in the body.
        self.box.checked(200 if status == 400 and code is not None else status, headers, body)
        _judge(self.box, code, words, _FEISHU_LATER)


@dataclass(frozen=True, slots=True)
class Slack:
    """An incoming webhook of Slack; the body of a yes is "ok"."""

    box: Postbox

    def send(self, message: Message, now_s: float) -> None:  # noqa: ARG002 - nothing is signed here
        """Send one message; see `paicha.channels.sending.Channel`."""
        status, headers, body = self.box.post(message.body)
        self.box.checked(status, headers, body, accepted=body.strip() == b"ok")


@dataclass(frozen=True, slots=True)
class Webhook:
    """
    Any address that takes JSON.

    With *secret* the body is signed: ``X-Paicha-Signature: sha256=HEX`` over ``TIMESTAMP.BODY``, with the
    time in ``X-Paicha-Timestamp``. ``Idempotency-Key`` is the same for every attempt.
    """

    box: Postbox
    secret: str = field(default="", repr=False)

    def send(self, message: Message, now_s: float) -> None:
        """Send one message; see `paicha.channels.sending.Channel`."""
        headers = {"Idempotency-Key": message.key} if message.key else {}
        if self.secret:
            stamp = str(round(now_s))
            signed = hmac.new(
                self.secret.encode(), stamp.encode() + b"." + message.body, hashlib.sha256
            )
            headers |= {
                "X-Paicha-Timestamp": stamp,
                "X-Paicha-Signature": f"sha256={signed.hexdigest()}",
            }
        status, answered, body = self.box.post(message.body, headers=headers)
        self.box.checked(status, answered, body)


def dingtalk_sign(secret: str, stamp: str) -> str:
    """
    Return the signature of a robot: HMAC-SHA256 of time and secret, keyed with the secret.

    Args:
        secret: Begins with SEC.
        stamp: Now, in milliseconds; at most an hour off.
    """
    made = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def feishu_sign(secret: str, stamp: str) -> str:
    """
    Return the signature of a robot: HMAC-SHA256 of nothing, keyed with time and secret.

    Args:
        secret: As its settings show it.
        stamp: Now, in seconds; at most an hour off.
    """
    made = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def _judge(box: Postbox, code: int | None, words: str, later: dict[int, float | None]) -> None:
    """Raise what a code in a body means; 0 is a yes."""
    if code == 0:
        return
    facts = {"channel": box.name, "answer": words}
    if code is None:
        # A yes has a code: something else answered, and whether it passed the message on it does not say.
        raise ChannelUnsure("channels.no_code", **facts)
    if code in later:
        raise ChannelUnreachable("channels.busy", code=code, **facts).after(later[code])
    raise ChannelRefused("channels.refused_code", code=code, **facts)
