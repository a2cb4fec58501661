"""The page's templates, with the blocks of the HTML report, and its static files."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from paicha.interfaces.http.page.compiled import compiled_pages
from paicha.interfaces.http.page.words import PageWords
from paicha.model.report import Block, Curve
from paicha.renderers.blocks import Drawing
from paicha.renderers.html import part
from paicha.renderers.inline import line
from paicha.renderers.visible import visible

#: Name in the address -> media type. The report's own style and script are among them.
STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_OF_THE_REPORT = frozenset({"page.css", "page.js"})


@cache
def environment() -> Environment:
    """Return the environment of the page: every expression is made visible and escaped, as in the report."""
    made = Environment(
        bytecode_cache=compiled_pages(),
        loader=FunctionLoader(_template),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=static_address, line=line)
    made.filters.update(without_curve=_without_curve, marked=_marked, lines=_lines)
    return made


def _finalize(value: Any) -> Any:  # Any: jinja2 hands over whatever an expression gave
    # Every expression of a template passes here, so no text can be forgotten.
    return value if isinstance(value, Markup) else visible(str(value))


def _lines(text: str) -> Markup:
    return escape(visible(text, lines=True))


def draw(template: str, words: PageWords, **values: Any) -> bytes:  # Any: what a template shows
    """Return a page as UTF-8; what stands in a report is drawn as in its file, with what `live` adds."""
    shown = {"live": None, "labels": {}, **values}
    report = Drawing(shown["labels"], shown["live"])
    shown |= {"block": report.block, "blocks": report.blocks, "ranked": report.ranked}
    drawn = environment().get_template(template).render(words=words, say=words.say, **shown)
    return drawn.lstrip().encode()


@cache
def static_file(name: str) -> bytes:
    """
    Return a static file.

    Raises:
        KeyError: If it is none of `STATIC`.
    """
    if name not in STATIC:
        raise KeyError(name)
    return part(name).encode() if name in _OF_THE_REPORT else _read("static", name).encode()


@cache
def static_address(name: str) -> str:
    """Return where a static file is found; another content has another address."""
    return f"/static/{name}?v={hashlib.sha256(static_file(name)).hexdigest()[:12]}"


def _without_curve(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return what stands in the verdict beside its curve: the page draws a larger one below."""
    return tuple(block for block in blocks if not isinstance(block, Curve))


def _marked(text: str) -> Markup:
    """Return a sentence of ours, with what stands between its backticks as code."""
    parts = (
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(text.split("`"))
    )
    return Markup("").join(parts)


def _template(name: str) -> str:
    return _read("templates", name)


def _read(folder: str, name: str) -> str:
    there = resources.files("paicha.interfaces.http.page").joinpath(folder, name)
    return there.read_text("utf-8").replace("\r\n", "\n")
