"""Each channel over real HTTP against a stand-in that refuses what the real system refuses."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from paicha.channels.chats import DingTalk, Feishu, Slack, Webhook, WeCom
from paicha.channels.sending import Channel, Message, Postbox
from paicha.errors import ChannelError, ChannelRefused, ChannelUnreachable, ChannelUnsure
from paicha.model.messages import Digest, DigestProblem
from paicha.renderers.cards.dingtalk import dingtalk_card
from paicha.renderers.cards.feishu import feishu_card
from paicha.renderers.cards.plain import webhook_body
from paicha.renderers.cards.slack import slack_card
from paicha.renderers.cards.wecom import wecom_card
from paicha.testing.chats import (
    ChatSink,
    DingTalkSink,
    FeishuSink,
    SlackSink,
    WebhookSink,
    WeComSink,
)
from paicha.testing.scripted_server import Reply

DIGEST = Digest(
    "支付问题",
    "需要立即处理：P1 共 1 个问题",
    "bad",
    "zh",
    problems=(DigestProblem(1, "P1", "数据库连接失败 <@all> https://evil.example", "167 条"),),
    link="https://paicha.example.com/runs/1",
)
SECRET = "SEC-of-a-robot"
KINDS = ["wecom", "dingtalk", "feishu", "slack", "webhook"]


def made(kind: str, clock: float = 0.0) -> tuple[ChatSink, bytes]:
    """Return the stand-in of *kind* and the card for it."""

    def now() -> float:
        return clock or time.time()

    sinks: dict[str, Callable[[], ChatSink]] = {
        "wecom": lambda: WeComSink(clock=now),
        "dingtalk": lambda: DingTalkSink(secret=SECRET, clock=now),
        "feishu": lambda: FeishuSink(secret=SECRET, clock=now),
        "slack": lambda: SlackSink(clock=now),
        "webhook": lambda: WebhookSink(secret=SECRET, clock=now),
    }
    cards = {
        "wecom": wecom_card,
        "dingtalk": dingtalk_card,
        "feishu": feishu_card,
        "slack": slack_card,
        "webhook": webhook_body,
    }
    return sinks[kind](), cards[kind](DIGEST)


def channel(kind: str, url: str, secret: str = SECRET, timeout_s: float = 20.0) -> Channel:
    """Return the channel of *kind* to *url*."""
    box = Postbox(url, "duty", timeout_s=timeout_s)
    channels: dict[str, Channel] = {
        "wecom": WeCom(box),
        "dingtalk": DingTalk(box, secret),
        "feishu": Feishu(box, secret),
        "slack": Slack(box),
        "webhook": Webhook(box, secret),
    }
    return channels[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_is_taken_and_shows_without_effect(kind: str) -> None:
    """
    Signed, within the limits, nobody called; the words are all there.
    """
    sink, body = made(kind)
    with sink:
        channel(kind, sink.url).send(Message(body, "run:duty"), time.time())
    [posted] = sink.posted

    assert [] == sink.refused
    assert "数据库连接失败" in posted.whole
    assert "167 条" in posted.whole
    if kind != "webhook":  # what a program makes of the words is its own
        assert ([], []) == (
            posted.mentions,
            [link for link in posted.links if link != DIGEST.link],
        )


@pytest.mark.parametrize("kind", ["dingtalk", "feishu", "webhook"])
def test_a_wrong_secret_is_refused_for_good(kind: str) -> None:
    """
    The code in the body counts, not the HTTP status.
    """
    sink, body = made(kind)
    with sink, pytest.raises(ChannelRefused) as refused:
        channel(kind, sink.url, "another").send(Message(body), time.time())

    assert [] == sink.posted
    assert "channels.refused" in refused.value.code


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_an_old_signature_is_refused(kind: str) -> None:
    """
    A clock that is two hours off is told so by the chat.
    """
    sink, body = made(kind)
    with sink, pytest.raises(ChannelRefused):
        channel(kind, sink.url).send(Message(body), time.time() - 7_200)


@pytest.mark.parametrize(
    ("kind", "wait_s"), [("wecom", 60.0), ("dingtalk", 600.0), ("feishu", 60.0), ("slack", 1.0)]
)
def test_one_message_too_many_is_sent_again_later(kind: str, wait_s: float) -> None:
    """
    Each system says "too fast" in its own words, and how long to wait.
    """
    sink, body = made(kind)
    sink._most = 1
    with sink:
        channel(kind, sink.url).send(Message(body), time.time())
        with pytest.raises(ChannelUnreachable) as busy:
            channel(kind, sink.url).send(Message(body), time.time())

    assert (wait_s, 1) == (busy.value.wait_s, len(sink.posted))


def test_why_a_channel_cannot_be_reached_is_said_in_the_system_s_words() -> None:
    """
    "ConnectError" does not tell a closed port from a wrong name; the key of the address stays out.
    """
    with pytest.raises(ChannelUnreachable) as closed:
        channel("wecom", "http://127.0.0.1:9/send?key=hidden").send(Message(b"{}"), time.time())

    assert "连接被拒绝" in closed.value.text("zh")
    assert "Connection refused" in closed.value.text("en")
    assert "hidden" not in closed.value.text("en")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Reply(503, b"later", headers={"Retry-After": "7"}), ChannelUnreachable),
        (Reply(404, b"gone"), ChannelRefused),
        (Reply(504, b""), ChannelUnsure),
        (Reply(200, b"", cut=True), ChannelUnsure),
    ],
    ids=["503", "404", "504", "cut"],
)
def test_only_what_surely_did_not_arrive_is_sent_again(
    kind: str, fault: Reply, error: type[ChannelError]
) -> None:
    """
    A dead line and a gateway's timeout may have come after the message was posted.
    """
    sink, body = made(kind)
    sink.faults = [fault]
    with sink, pytest.raises(ChannelError) as failed:
        channel(kind, sink.url).send(Message(body), time.time())

    assert error is type(failed.value)


def test_a_chat_that_does_not_answer_may_have_posted() -> None:
    """
    Silence after the request says nothing about it.
    """
    sink, body = made("wecom")
    sink.faults = [Reply(200, b"", wait_s=2.0)]
    with sink, pytest.raises(ChannelUnsure):
        channel("wecom", sink.url, timeout_s=0.5).send(Message(body), time.time())


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_a_page_of_a_proxy_is_no_yes(kind: str) -> None:
    """
    HTTP 200 without a code is somebody else's answer.
    """
    sink, body = made(kind)
    sink.faults = [Reply(200, b"<html>please log in</html>", "text/html")]
    with sink, pytest.raises(ChannelUnsure) as unsure:
        channel(kind, sink.url).send(Message(body), time.time())

    assert "please log in" in unsure.value.facts["answer"]


def test_no_error_shows_the_address() -> None:
    """
    Whoever has the address may write: it stays out of errors, also where the answer repeats it.
    """
    sink, body = made("wecom")
    sink.faults = [Reply(403, f"no access for {sink.url} {WeComSink.key}".encode())]
    with sink, pytest.raises(ChannelRefused) as refused:
        channel("wecom", sink.url).send(Message(body), time.time())

    assert WeComSink.key not in str(refused.value) + repr(channel("wecom", sink.url))


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("wecom", {"msgtype": "markdown", "markdown": {"content": "付" * 1366}}, "40058"),
        ("wecom", {"msgtype": "card"}, "40008"),
        (
            "dingtalk",
            {"msgtype": "markdown", "markdown": {"title": "t", "text": "x" * 20_000}},
            "460101",
        ),
        ("dingtalk", {"msgtype": "markdown", "markdown": {"title": "t"}}, "400601"),
        ("feishu", {"msg_type": "interactive", "card": {"elements": []}}, "11310"),
        ("feishu", {"msg_type": "interactive", "card": "x" * 21_000}, "9499"),
        ("slack", {"text": "", "blocks": []}, "no_text"),
        ("slack", {"blocks": [{"type": "header", "text": {"text": "x" * 151}}]}, "invalid_blocks"),
        (
            "slack",
            {"blocks": [{"type": "section", "text": {"text": "x" * 3_001}}]},
            "invalid_blocks",
        ),
        (
            "slack",
            {"blocks": [{"type": "section", "text": {"text": "x" * 2_900}}] * 5},
            "msg_blocks_too_long",
        ),
        ("slack", {"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ],
)
def test_the_stand_ins_refuse_what_the_real_ones_refuse(
    kind: str, body: dict[str, object], said: str
) -> None:
    """
    One byte, one block or one character above the limit is too much, with the system's own word.
    """
    sink, _ = made(kind)
    with sink, pytest.raises(ChannelRefused):
        channel(kind, sink.url).send(Message(json.dumps(body).encode()), time.time())

    assert [True] == [said in words for words in sink.refused]


def test_wecom_takes_exactly_4096_bytes() -> None:
    """
    The limit itself is allowed: 1,365 Chinese characters and one byte.
    """
    content = "付" * 1365 + "x"
    body = json.dumps({"msgtype": "markdown", "markdown": {"content": content}}).encode()
    with WeComSink() as sink:
        channel("wecom", sink.url).send(Message(body), time.time())

    assert (4_096, 1) == (len(content.encode()), len(sink.posted))


def test_a_program_takes_each_key_once() -> None:
    """
    The same key comes with every attempt at one message.
    """
    sink, body = made("webhook")
    with sink:
        channel("webhook", sink.url).send(Message(body, "k1"), time.time())
        with pytest.raises(ChannelRefused):
            channel("webhook", sink.url).send(Message(body, "k1"), time.time())

    assert 1 == len(sink.posted)


class _Dripping(BaseHTTPRequestHandler):
    """Answers 200, and then a byte now and again, without an end."""

    def do_POST(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def test_an_answer_without_an_end_holds_nobody_up() -> None:
    """
    It is never silent for as long as `timeout_s`; it is listened to no longer than that, and what came counts.
    """
    with ThreadingHTTPServer(("127.0.0.1", 0), _Dripping) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        post = Postbox(f"http://127.0.0.1:{server.server_port}/", "duty", timeout_s=0.5)
        begun = time.monotonic()
        status, _, body = post.post(b"{}")
        took_s = time.monotonic() - begun
        server.shutdown()

    assert 200 == status
    assert set(body) == set(b"x")
    assert took_s < 30
