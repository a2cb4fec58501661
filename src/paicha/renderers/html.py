"""
The report as one HTML file that needs nothing else.

No network, no fonts, one style sheet and one script of our own, named in the page's security policy
by their hashes; everything in the report is text. Without the script the page is complete too.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from paicha.model.report import Heat, Report
from paicha.renderers import charts, inline
from paicha.renderers.compiled import compiled_pages
from paicha.renderers.visible import visible
from paicha.values import dataclass

#: What HTML calls the languages.
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
_HEAT_STEPS = 7
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<rect x='1' y='9' width='3' height='6' fill='#d49a1f'/>"
    "<rect x='6' y='5' width='3' height='10' fill='#d49a1f'/>"
    "<rect x='11' y='1' width='3' height='14' fill='#b3261e'/></svg>"
)


@dataclass(frozen=True, slots=True)
class HtmlRenderer:
    """Draws a report as one self-contained HTML page."""

    def render(self, report: Report) -> bytes:
        """Return the page as UTF-8; the same report gives the same bytes."""
        style, script = part("page.css"), part("page.js")
        page = _environment().get_template("page.html.j2")
        text = page.render(
            report=report,
            labels=dict(report.labels),
            live=None,  # a served page adds filters and links here; a file has none
            lang=LANGUAGE_TAGS[report.language],
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704  (ours, from the package)
            script=Markup(script),  # noqa: S704  (likewise)
            icon="data:image/svg+xml;base64," + base64.b64encode(_ICON.encode()).decode(),
        )
        # The macros above the page leave their line ends behind.
        return text.lstrip().encode()


@cache
def part(name: str) -> str:
    """Return a file of the page: ``page.css``, ``page.js`` or a template."""
    found = resources.files("paicha.renderers").joinpath("page", name)
    return found.read_text("utf-8").replace("\r\n", "\n")


def _policy(style: str, script: str) -> str:
    return (
        "default-src 'none'; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    return drawing()


def drawing(*loaders: BaseLoader) -> Environment:
    """
    Return the environment in which reports are drawn, for pages of their own around ``macros.html.j2``.

    Every expression is escaped and made visible; *loaders* find the other templates. The macros want
    `labels` and `live` in their context: `live` is None, or has ``marks(target)``, ``more(id)`` and
    ``tools(n)``, which a served page adds to the ranked problems.
    """
    environment = Environment(
        bytecode_cache=compiled_pages(),
        loader=ChoiceLoader([*loaders, FunctionLoader(part)]),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(kind=_kind, lines=_lines, heat=_heat)
    environment.globals.update(
        line=inline.line,
        cells=inline.cells,
        wide_curve=charts.wide_curve,
        axis=charts.axis,
        ticks=charts.ticks,
    )
    return environment


def _finalize(value: Any) -> Any:  # Any: jinja2 hands over whatever an expression gave
    # Every expression of the template passes here, so no text can be forgotten.
    return value if isinstance(value, Markup) else visible(str(value))


def _kind(value: object) -> str:
    return type(value).__name__


def _lines(text: str) -> Markup:
    return escape(visible(text, lines=True))


def _heat(block: Heat) -> list[tuple[str, list[tuple[int, int]]]]:
    """Return the rows with (count, step of colour); only zero has step 0."""
    most = max((max(counts, default=0) for _, counts in block.rows), default=0) or 1
    return [
        (name, [(n, -(-n * _HEAT_STEPS // most)) for n in counts]) for name, counts in block.rows
    ]
