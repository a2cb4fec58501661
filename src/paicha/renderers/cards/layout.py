"""The lines of a digest, each within the bytes that one line may take, before any chat's own markup."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

from paicha.locales import Language, message
from paicha.model.messages import Digest
from paicha.renderers.cards.cutting import cut
from paicha.renderers.cards.escaping import harmless
from paicha.renderers.visible import visible
from paicha.values import dataclass

#: How long one line may be [bytes]: the first of these with which the whole message fits.
LINE_BYTES = (900, 600, 400, 300, 200, 120, 60)
_LONGEST_LINK = 1_000  # [bytes]; a longer one is left out, for a cut one leads nowhere

Part = Literal["origin", "scope", "problems", "contradictions", "suspect", "missing"]
#: In what order a reader meets them; `missing` before what would be read as good news without it.
ORDER: tuple[Part, ...] = (
    "missing", "problems", "contradictions", "suspect", "origin", "scope",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Laid:
    """A digest whose texts are escaped and cut."""

    title: str
    verdict: str
    parts: tuple[tuple[Part, str, tuple[str, ...]], ...]  # (part, label, lines)
    figures: str
    link: str
    link_label: str
    language: Language

    def labelled(self, label: str, text: str) -> str:
        """Return a label and its text in one line."""
        return message("messages.labelled", self.language, label=label, text=text)


def laid(digest: Digest, line_bytes: int, escape: Callable[[str], str] = harmless) -> Laid:
    """
    Return *digest* for one chat.

    Args:
        digest: What is to be told.
        line_bytes: How long one line may be [bytes]; the verdict twice as long.
        escape: Takes the effect from log text.
    """

    def fit(text: str, most: int = line_bytes) -> str:
        return cut(escape(text), most)

    texts: dict[Part, tuple[str, ...]] = {
        "missing": tuple(map(fit, digest.missing)),
        "problems": tuple(fit(line) for line in _problems(digest)),
        "contradictions": tuple(map(fit, digest.contradictions)),
        "suspect": (fit(digest.suspect),) if digest.suspect else (),
        "origin": (fit(digest.origin),) if digest.origin else (),
        "scope": (fit(digest.scope),) if digest.scope else (),
    }
    link = digest.link if len(digest.link.encode()) <= _LONGEST_LINK else ""
    language = digest.language
    return Laid(
        title=fit(digest.title or "Paicha", min(line_bytes, 150)) or "Paicha",
        verdict=fit(digest.verdict, 2 * line_bytes),
        parts=tuple((part, label(part, language), texts[part]) for part in ORDER if texts[part]),
        figures=fit(digest.figures),
        link=_safe_link(link),
        link_label=message("messages.link", language),
        language=language,
    )


def label(part: Part, language: Language) -> str:
    """Return what a part is called."""
    return message(f"messages.label.{part}", language)


def _problems(digest: Digest) -> Iterator[str]:
    for problem in digest.problems:
        course = f" · {problem.course}" if problem.course else ""
        said = message(
            "messages.problem",
            digest.language,
            number=problem.number,
            priority=visible(problem.priority),
            title=visible(problem.title),
            count=visible(problem.count),
        )
        yield f"{said}{course}"
    if digest.more:
        yield digest.more


def _safe_link(link: str) -> str:
    # It is ours, but it stands between brackets.
    for sign, code in (
        (" ", "%20"),
        ("(", "%28"),
        (")", "%29"),
        ("<", "%3C"),
        (">", "%3E"),
        ("|", "%7C"),
    ):
        link = link.replace(sign, code)
    return link


def fitted(digest: Digest, draw: Callable[[Laid], Any], fits: Callable[[Any], bool]) -> bytes:
    """
    Return the JSON of the longest drawing of *digest* that fits.

    Args:
        digest: What is to be told.
        draw: Makes the chat's body.
        fits: Says whether the chat takes it.
    """
    body: Any = None
    for line_bytes in LINE_BYTES:
        body = draw(laid(digest, line_bytes))
        if fits(body):
            break
    return encoded(body)


def encoded(body: Any) -> bytes:
    """Return a body as JSON, letters as they are."""
    return json.dumps(body, ensure_ascii=False).encode()
