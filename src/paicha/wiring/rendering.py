"""Which renderer writes what."""

from __future__ import annotations

from collections.abc import Callable

from paicha.app.report import report
from paicha.model.findings import Findings
from paicha.ports import Renderer
from paicha.renderers.html import HtmlRenderer
from paicha.renderers.json import JsonRenderer
from paicha.renderers.markdown import MarkdownRenderer
from paicha.renderers.terminal import TerminalRenderer


def renderer_of(kind: str, width: int, *, colour: bool) -> Renderer:
    """Return what writes a report as *kind*; width [columns] and colour are the terminal's."""
    return TerminalRenderer(width, colour) if kind == "terminal" else _RENDERERS[kind]()


def markdown(findings: Findings, language: str, zone: str) -> str:
    """Return the report of *findings* as Markdown."""
    told = report(findings, "zh" if language == "zh" else "en", zone)
    return MarkdownRenderer().render(told).decode()


def _chat() -> Renderer:
    from paicha.renderers.chat import ChatRenderer  # noqa: PLC0415 - few runs need it

    return ChatRenderer()


_RENDERERS: dict[str, Callable[[], Renderer]] = {
    "md": MarkdownRenderer,
    "html": HtmlRenderer,
    "json": JsonRenderer,
    "chat": _chat,
    "page": MarkdownRenderer,
}
