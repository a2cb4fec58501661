"""
The report as one HTML file that needs nothing else.

No network, no fonts, one style sheet and one script of our own, named in the page's security policy
by their hashes; everything in the report is text. Without the script the page is complete too.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from paicha.model.report import Report, Section
from paicha.package_files import folder_of
from paicha.renderers.blocks import Drawing
from paicha.renderers.inline import line, shown
from paicha.values import dataclass

#: What HTML calls the languages.
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
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
        draw = Drawing(dict(report.labels))
        sections = (_section(draw, one, first=not n) for n, one in enumerate(report.sections))
        inside = "".join([_nav(report, draw), _head(report, draw), *sections])
        return (
            f"{_top(report)}{inside}<footer>{shown(draw.labels['made_by'])}</footer>\n</main>\n</div>\n"
            f"<script>{part('page.js')}</script>\n</body>\n</html>"
        ).encode()


@cache
def part(name: str) -> str:
    """Return a file of the page: ``page.css`` or ``page.js``."""
    found = folder_of("paicha.renderers").joinpath("page", name)
    return found.read_text("utf-8").replace("\r\n", "\n")


def _top(report: Report) -> str:
    icon = "data:image/svg+xml;base64," + base64.b64encode(_ICON.encode()).decode()
    return f"""<!doctype html>
<html lang="{LANGUAGE_TAGS[report.language]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{shown(_policy(part("page.css"), part("page.js")))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{shown(report.title)}</title>
<link rel="icon" href="{icon}">
<style>{part("page.css")}</style>
</head>
<body>
"""


def _nav(report: Report, draw: Drawing) -> str:
    links = []
    for section in report.sections:
        count = "" if section.count is None else f" <span>{section.count}</span>"
        words = shown(section.short or section.title)
        links.append(f'<li><a href="#{shown(section.id)}">{words}{count}</a></li>\n')
    return (
        f'<a class="skip" href="#report">{shown(draw.labels["skip"])}</a>\n<div class="page">\n'
        f'<nav aria-label="{shown(draw.labels["contents"])}">\n<ul>\n{"".join(links)}</ul>\n</nav>\n'
    )


def _head(report: Report, draw: Drawing) -> str:
    return (
        f'<main id="report" tabindex="-1" data-all-rows="{shown(draw.labels["all_rows"])}">\n'
        f"<header>\n<h1>{shown(report.title)}</h1>\n"
        f'<p class="scope">{line(report.subtitle)}</p>\n</header>\n'
    )


def _section(draw: Drawing, section: Section, *, first: bool) -> str:
    name = shown(section.id)
    unseen = ' class="sr"' if first else ""
    problems = section.id == "problems"
    inside = draw.ranked(section) if problems else draw.blocks(section.blocks, 3)
    return (
        f'<section id="{name}" aria-labelledby="h-{name}">\n'
        f'<h2 id="h-{name}"{unseen}>{shown(section.title)}</h2>\n{inside}\n</section>\n'
    )


def _policy(style: str, script: str) -> str:
    return (
        "default-src 'none'; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
