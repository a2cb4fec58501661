"""The page's templates, drawn with the macros of the HTML report, and its static files."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader
from markupsafe import Markup, escape

from paicha.interfaces.http.page.words import PageWords
from paicha.model.report import Block, Curve
from paicha.renderers.html import drawing, part

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
    """Return the environment of the page: everything is escaped, as in the report."""
    made = drawing(FunctionLoader(_template))
    made.globals["static"] = static_address
    made.filters.update(without_curve=_without_curve, marked=_marked)
    return made


def draw(template: str, words: PageWords, **values: Any) -> bytes:  # Any: what a template shows
    """Return a page as UTF-8."""
    shown = {"live": None, "labels": {}, **values}
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


def _template(name: str) -> str | None:
    if name == "macros.html.j2":
        return None  # the report's own
    return _read("templates", name)


def _read(folder: str, name: str) -> str:
    there = resources.files("paicha.interfaces.http.page").joinpath(folder, name)
    return there.read_text("utf-8").replace("\r\n", "\n")
