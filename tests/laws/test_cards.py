"""Messages for chats: within every limit, and log text has no effect."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paicha.locales import Language
from paicha.model.messages import Digest, DigestProblem
from paicha.renderers.cards.cutting import cut, pieces, size
from paicha.renderers.cards.dingtalk import dingtalk_card
from paicha.renderers.cards.escaping import harmless
from paicha.renderers.cards.feishu import feishu_card
from paicha.renderers.cards.plain import mail_text, webhook_body
from paicha.renderers.cards.slack import slack_card
from paicha.renderers.cards.wecom import wecom_card
from paicha.renderers.visible import harmless as shows
from paicha.testing.chats import Posted
from paicha.testing.chats.taking import shown_texts

CARDS = {
    "wecom": wecom_card,
    "dingtalk": dingtalk_card,
    "feishu": feishu_card,
    "slack": slack_card,
}
#: What log lines try, between what they usually hold.
HOSTILE = (
    "<@all>", "@所有人", "<at id=all></at>", "<!channel>", "[click](https://evil.example)", "https://evil.example/x",
    "www.evil.example", "**", "`", "</font>", "&lt;", "\\u202e", "\u202e", "\x1b[31m", "\x00", "\ud800", ":fire:", "_x_",
    "支付系统", "👩‍🚒", "🇨🇳", "e\u0301", "a" * 400, "付" * 400, "\n# x", "|", "~~",
)  # fmt: skip
lines = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), max_size=8).map("".join)
digests = st.builds(
    Digest,
    title=lines,
    verdict=lines,
    tone=st.sampled_from(["bad", "warn", "good", "unknown", "plain"]),
    language=st.sampled_from(["zh", "en"]),
    origin=lines,
    scope=lines,
    problems=st.lists(
        st.builds(DigestProblem, st.integers(1, 3), st.just("P1"), lines, lines, lines), max_size=3
    ).map(tuple),
    more=lines,
    contradictions=st.lists(lines, max_size=4).map(tuple),
    suspect=lines,
    missing=st.lists(lines, max_size=4).map(tuple),
    figures=lines,
    link=st.sampled_from(["", "https://paicha.example.com/runs/1", "https://x/" + "y" * 2000]),
)


def posted(body: bytes) -> Posted:
    """Return what a chat would show of *body*."""
    told = json.loads(body)
    return Posted(told, tuple(shown_texts(told)), 0)


@settings(max_examples=25)
@given(digest=digests)
@pytest.mark.parametrize("name", CARDS)
def test_no_log_text_calls_anybody_or_links_anywhere(name: str, digest: Digest) -> None:
    """
    The only link is the report's own, and nobody is mentioned.
    """
    message = posted(CARDS[name](digest))

    assert [] == message.mentions
    assert [] == [link for link in message.links if link != digest.link.rstrip(")")]


@settings(max_examples=25)
@given(digest=digests)
def test_a_message_of_wecom_never_passes_its_4096_bytes(digest: Digest) -> None:
    """
    Whatever the digest holds, the content fits, and its own markup is whole.
    """
    content = json.loads(wecom_card(digest))["markdown"]["content"]

    assert size(content) <= 4_096
    assert content.count("<font") == content.count("</font>")
    assert 0 == content.count("**") % 2


@settings(max_examples=25)
@given(digest=digests)
def test_the_other_cards_fit_their_chats(digest: Digest) -> None:
    """
    DingTalk 20,000 bytes, Feishu 20 KB with its signature, Slack's blocks.
    """
    slack = json.loads(slack_card(digest))

    assert len(dingtalk_card(digest)) <= 20_000
    assert len(feishu_card(digest)) <= 20 * 1024 - 200
    assert len(slack["blocks"]) <= 50
    for block in slack["blocks"]:
        if block["type"] in ("section", "header"):
            assert 0 < len(block["text"]["text"]) <= (150 if block["type"] == "header" else 3_000)


@settings(max_examples=25)
@given(digest=digests)
def test_every_body_is_utf_8_and_shows(digest: Digest) -> None:
    """
    No lone surrogate, no control byte, no mark that turns the reading around reaches a chat.
    """
    for card in CARDS.values():
        for text in posted(card(digest)).texts:
            assert [] == [c for c in text if c != "\n" and c != "\u200d" and not shows(c)]


@given(
    text=st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), max_size=6).map("".join),
    most=st.integers(0, 60),
)
@example(text="👩‍🚒👩‍🚒", most=14)
@example(text="🇨🇳🇨🇳", most=12)
def test_a_cut_is_at_a_boundary_that_a_reader_sees(text: str, most: int) -> None:
    """
    What is kept are whole pieces from the beginning, and it fits.
    """
    safe = harmless(text)
    kept = cut(safe, most)

    assert size(kept) <= most
    if kept != safe:
        whole = list(pieces(safe))
        beginnings = {"".join(whole[:n]).rstrip() for n in range(len(whole) + 1)}
        assert not kept or kept.removesuffix("…") in beginnings


@given(text=st.text(max_size=40))
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    """
    Nothing is lost by taking it apart.
    """
    assert text == "".join(pieces(text))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_missing_comes_before_what_was_found(language: Language) -> None:
    """
    A reader on a telephone does not take a source that was cut short for peace.
    """
    digest = Digest("t", "v", "unknown", language, missing=("3 of 9 read",), suspect="culprit")
    drawn: list[Callable[[Digest], bytes]] = [*CARDS.values()]

    for card in drawn:
        shown = posted(card(digest)).whole
        assert shown.index("3 of 9 read") < shown.index("culprit")


def test_programs_and_mails_get_the_same_words() -> None:
    """
    A webhook's body is the digest itself; a mail is its lines.
    """
    digest = Digest(
        "Title",
        "Verdict",
        "bad",
        "en",
        problems=(DigestProblem(1, "P1", "x", "3 records"),),
        run="r1",
    )
    body = json.loads(webhook_body(digest))
    subject, text = mail_text(digest)

    assert ("paicha.message/1", "r1", "Verdict") == (body["schema"], body["run"], body["verdict"])
    assert ("Title", True) == (subject, text.startswith("Verdict\n"))
    assert re.search(r"1\. P1 x: 3 records", text)
