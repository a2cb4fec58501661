"""
DingTalk's group robot (钉钉): an action card with one button, or Markdown where there is no link.

https://open.dingtalk.com/document/robots/custom-robot-access: 20,000 bytes a message; a line ends where two
do. Nobody is called: that needs an ``at`` beside the text, which is never sent.
"""

from __future__ import annotations

from typing import Any

from paicha.model.messages import Digest
from paicha.renderers.cards.layout import Laid, encoded, fitted

MOST_BYTES = 20_000


def dingtalk_card(digest: Digest) -> bytes:
    """Return the body for DingTalk's robot."""
    return fitted(digest, _body, lambda body: len(encoded(body)) <= MOST_BYTES)


def _body(laid: Laid) -> dict[str, Any]:
    text = _text(laid)
    if not laid.link:
        return {"msgtype": "markdown", "markdown": {"title": laid.title, "text": text}}
    button = {"singleTitle": laid.link_label, "singleURL": laid.link}
    return {"msgtype": "actionCard", "actionCard": {"title": laid.title, "text": text, **button}}


def _text(laid: Laid) -> str:
    paragraphs = [f"### {laid.title}", f"**{laid.verdict}**"]
    for part, label, texts in laid.parts:
        if part in ("origin", "scope"):
            paragraphs.append(f"> {laid.labelled(label, texts[0])}")
        else:
            paragraphs += [f"**{label}**", *texts]
    if laid.figures:
        paragraphs.append(laid.figures)
    return "\n\n".join(paragraphs)
