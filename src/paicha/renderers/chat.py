"""A report as one plain chat message that is short enough to be read."""

from __future__ import annotations

from collections.abc import Iterator

from paicha.model.report import Block, Bullets, Callout, Line, Paragraph, Report
from paicha.renderers.visible import visible
from paicha.values import dataclass

#: Chat systems cut longer messages; a reader on a telephone stops before.
MOST_BYTES = 2_000
_MOST_LINE = 400


@dataclass(frozen=True, slots=True)
class ChatRenderer:
    """
    Draws a report as plain lines, the first lines first, whole lines only.

    Args:
        most_bytes: Longest message [bytes of UTF-8].
    """

    most_bytes: int = MOST_BYTES

    def render(self, report: Report) -> bytes:
        """Return the message; it says how many lines it leaves out, if it leaves out any."""
        head = [visible(report.title), _plain(report.subtitle)]
        body = [
            line
            for section in report.sections
            for block in section.blocks
            for line in _lines(block)
        ]
        for kept in range(len(body), -1, -1):
            left = len(body) - kept
            lines = [*head, *body[:kept], *([f"… +{left}"] if left else [])]
            message = ("\n".join(lines) + "\n").encode()
            if len(message) <= self.most_bytes:
                return message
        return message[: self.most_bytes].decode(errors="ignore").encode()


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Bullets():
            yield from (f"- {_plain(item)}" for item in block.items)
        case Callout():
            yield from (f"- {_plain(line)}" for line in block.lines)
        case Paragraph():
            yield _plain(block.line)
        case _:
            return


def _plain(line: Line) -> str:
    text = "".join(visible(span.text) for span in line)
    return text if len(text) <= _MOST_LINE else text[: _MOST_LINE - 1] + "…"
