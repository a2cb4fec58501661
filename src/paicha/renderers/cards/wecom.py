"""
WeCom's group robot (企业微信): a markdown message of at most 4,096 bytes.

https://developer.work.weixin.qq.com/document/path/91770: headings, bold, links, inline code, quotes and
three colours; ``<@id>`` calls somebody. A longer content is refused with errcode 40058.
"""

from __future__ import annotations

from typing import Any

from paicha.model.messages import Digest, DigestTone
from paicha.renderers.cards.cutting import size
from paicha.renderers.cards.layout import Laid, fitted

MOST_BYTES = 4_096
_COLOURS: dict[DigestTone, str] = {"bad": "warning", "warn": "warning", "good": "info"}


def wecom_card(digest: Digest) -> bytes:
    """Return the body for WeCom's robot."""
    colour = _COLOURS.get(digest.tone, "comment")

    def draw(laid: Laid) -> dict[str, Any]:
        return {"msgtype": "markdown", "markdown": {"content": _content(laid, colour)}}

    return fitted(digest, draw, lambda body: size(body["markdown"]["content"]) <= MOST_BYTES)


def _content(laid: Laid, colour: str) -> str:
    lines = [f"**{laid.title}**", f'<font color="{colour}">{laid.verdict}</font>']
    for part, label, texts in laid.parts:
        if part in ("origin", "scope", "suspect"):
            lines.append(f"> {laid.labelled(label, texts[0])}")
        else:
            lines += [f"**{label}**", *texts]
    if laid.figures:
        lines.append(f'<font color="comment">{laid.figures}</font>')
    if laid.link:
        lines.append(f"[{laid.link_label}]({laid.link})")
    return "\n".join(lines)
