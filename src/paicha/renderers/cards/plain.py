"""A digest for programs (JSON) and for mail (plain text)."""

from __future__ import annotations

from dataclasses import asdict

from paicha.model.messages import Digest
from paicha.renderers.cards.layout import encoded, laid
from paicha.renderers.visible import visible

#: Bodies of a webhook are as long as they are; lines of mail are cut where nobody reads on.
_LINE_BYTES = 900
SCHEMA = "paicha.message/1"


def webhook_body(digest: Digest) -> bytes:
    """Return the digest as JSON, as `docs/messages.md` describes it."""
    return encoded({"schema": SCHEMA, **asdict(digest)})


def mail_text(digest: Digest) -> tuple[str, str]:
    """Return subject and text of a mail; every text shows and nothing in it acts."""
    drawn = laid(digest, _LINE_BYTES, visible)
    lines = [drawn.verdict]
    for _part, label, texts in drawn.parts:
        lines += ["", label, *texts]
    if drawn.figures:
        lines += ["", drawn.figures]
    if drawn.link:
        lines += ["", f"{drawn.link_label}: {drawn.link}"]
    return drawn.title, "\n".join(lines) + "\n"
