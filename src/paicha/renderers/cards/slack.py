"""
Slack's incoming webhook: blocks.

https://docs.slack.dev/reference/block-kit/blocks: a header of 150 characters, sections of 3,000, 50 blocks.
Above about 13,000 characters over all blocks the message is refused as well (msg_blocks_too_long), which
no page documents: 10,000 are used. ``verbatim`` keeps Slack from making links of words.
"""

from __future__ import annotations

from typing import Any

from paicha.model.messages import Digest
from paicha.renderers.cards.cutting import cut
from paicha.renderers.cards.layout import Laid, encoded, fitted

MOST_CHARACTERS = 10_000
_HEADER, _SECTION = 150, 3_000  # [characters]


def slack_card(digest: Digest) -> bytes:
    """Return the body for Slack's incoming webhook."""
    return fitted(digest, _body, _fits)


def _fits(body: dict[str, Any]) -> bool:
    sections = [block["text"]["text"] for block in body["blocks"] if block["type"] == "section"]
    longest = max(len(text) for text in sections)
    return longest <= _SECTION and len(encoded(body).decode()) <= MOST_CHARACTERS


def _body(laid: Laid) -> dict[str, Any]:
    title = cut(laid.title, _HEADER, len)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": title}},
        _section(f"*{_escaped(laid.verdict)}*"),
    ]
    for _part, label, texts in laid.parts:
        blocks.append(_section("\n".join([f"*{label}*", *map(_escaped, texts)])))
    if laid.figures:
        blocks.append({"type": "context", "elements": [_text(_escaped(laid.figures))]})
    if laid.link:
        words = {"type": "plain_text", "text": laid.link_label}
        button = {"type": "button", "text": words, "url": laid.link}
        blocks.append({"type": "actions", "elements": [button]})
    fallback = f"{_escaped(laid.title)}: {_escaped(laid.verdict)}"
    return {"text": fallback, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _section(words: str) -> dict[str, Any]:
    return {"type": "section", "text": _text(words)}


def _text(words: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words, "verbatim": True}


def _escaped(words: str) -> str:
    # < and > are gone already; what remains must not be read as an entity.
    return words.replace("&", "&amp;")
