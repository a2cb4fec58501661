"""
Feishu's group robot (飞书): an interactive card, its header in the colour of the verdict.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: the whole request at most 20 KB, of which
timestamp and signature take their part; ``<at id=…>`` calls somebody.
"""

from __future__ import annotations

from typing import Any

from paicha.model.messages import Digest, DigestTone
from paicha.renderers.cards.layout import Laid, encoded, fitted

MOST_BYTES = 20 * 1024 - 200  # the signature is added when it is sent
_TEMPLATES: dict[DigestTone, str] = {"bad": "red", "warn": "orange", "good": "green"}


def feishu_card(digest: Digest) -> bytes:
    """Return the body for Feishu's robot, without its signature."""
    template = _TEMPLATES.get(digest.tone, "grey")
    return fitted(
        digest, lambda laid: _body(laid, template), lambda body: len(encoded(body)) <= MOST_BYTES
    )


def _body(laid: Laid, template: str) -> dict[str, Any]:
    elements: list[dict[str, Any]] = [_text(f"**{laid.verdict}**")]
    for part, label, texts in laid.parts:
        if part == "origin":
            elements.append({"tag": "hr"})
        elements.append(_text("\n".join([f"**{label}**", *texts])))
    if laid.figures:
        note = {"tag": "plain_text", "content": laid.figures}
        elements.append({"tag": "note", "elements": [note]})
    if laid.link:
        elements.append({"tag": "action", "actions": [_button(laid)]})
    header = {"title": {"tag": "plain_text", "content": laid.title}, "template": template}
    card = {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}
    return {"msg_type": "interactive", "card": card}


def _text(content: str) -> dict[str, Any]:
    return {"tag": "div", "text": {"tag": "lark_md", "content": content}}


def _button(laid: Laid) -> dict[str, Any]:
    words = {"tag": "plain_text", "content": laid.link_label}
    return {"tag": "button", "text": words, "type": "primary", "url": laid.link}
