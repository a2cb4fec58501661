"""What was covered in log text, by kind, and what the case file holds."""

from __future__ import annotations

from paicha.composition.draft import Draft, line
from paicha.locales import message
from paicha.model.redaction import Redaction
from paicha.model.report import Block, Bullets, Callout, Group, Paragraph, Span


def redaction(draft: Draft, found: Redaction) -> Group:
    """Return how much was covered, counted, or that nothing was."""
    words = draft.words

    def say(key: str, **values: object) -> str:
        return message(f"redaction.{key}", words.language, **values)

    blocks: list[Block] = []
    if found.mode != "on":
        blocks.append(Callout("warn", (line(say(found.mode)),)))
    if found.mode != "off":
        facts = {"records": words.count(found.records), "places": words.count(found.places)}
        key = "counted" if found.counts else "nothing" if found.records else "uncounted"
        blocks.append(Paragraph(line(say(key, **facts))))
    if found.counts:
        separator = words.say("statement.separator")
        blocks.append(
            Bullets(
                tuple(
                    (Span(say(f"kind.{kind}") + separator, "muted"), Span(words.count(n), "strong"))
                    for kind, n in found.counts
                )
            )
        )
        blocks.append(Paragraph(line(say("tokens"), "muted")))
    return Group(say("title"), tuple(blocks))
