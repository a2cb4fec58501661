"""
Write docs/reference/*.md from what the code and the catalogues say: commands, settings, errors, knowledge.

``python scripts/reference.py`` writes them; ``--check`` only says whether they are up to date.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from paicha.interfaces.cli import help_pages, help_texts
from paicha.interfaces.cli.main import app_with
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.metrics_loader import load_concepts
from paicha.knowledge.problems_loader import load_problems
from paicha.knowledge.stacks_loader import load_stacks
from paicha.locales import LANGUAGES, Language, catalogue, many, message
from paicha.wiring.reading import variable
from paicha.wiring.secret import Secret
from paicha.wiring.service_settings import NAMED, SINGLE
from paicha.wiring.settings import SOURCE_TYPES, General
from paicha.wiring.template import explanation, keys_of, toml_value

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
HELP_PAGES = ROOT / "src" / "paicha" / "interfaces" / "cli"
NOTE = (
    "<!-- Written by scripts/reference.py (make reference); change the code or the catalogues. -->"
)


def table(head: Sequence[str], rows: Iterator[Sequence[object]]) -> list[str]:
    """Return a Markdown table."""
    lines = [_row(head), _row(["---"] * len(head))]
    return [*lines, *(_row(row) for row in rows)]


def _row(cells: Sequence[object]) -> str:
    # An unquoted <name> would be read as HTML.
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(value: object) -> str:
    words = str(value).replace("|", "\\|").replace("\n", " ")
    # Outside of code a <name> would be read as HTML.
    return words if words.startswith("`") else words.replace("<", "&lt;")


def commands() -> list[str]:
    """Return every command with its arguments and options, in both languages."""
    lines = ["# Commands", ""]
    trees = [_commands(app_with(language), "paicha") for language in ("en", "zh")]
    for (name, english), (_, chinese) in zip(*trees, strict=True):
        lines += [f"## `{name}`", "", english.help, "", chinese.help, ""]
        shown = [_parameters(command, name) for command in (english, chinese)]
        rows = ((f"`{row[0]}`", row[1], other[1]) for row, other in zip(*shown, strict=True))
        lines += [*table(("argument or option", "meaning", "含义"), rows), ""]
    return lines


def _parameters(command: Any, name: str) -> list[tuple[str, str]]:
    context = typer.Context(command, info_name=name)
    kinds = ("argument", "option")
    return [row for kind in kinds for row in help_texts.rows_of(command, context, kind)]


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _commands(inner, f"{path} {name}")


def settings() -> list[str]:
    """Return every key of the settings, in both languages."""
    lines = ["# Settings", ""]
    lines += ["## Top of the file", "", *_keys(General, ""), ""]
    for kind, declared in SOURCE_TYPES.items():
        about = [message(f"settings.type.{kind}", language) for language in ("en", "zh")]
        lines += [f'## `[sources.NAME]` with `type = "{kind}"`', "", *about, ""]
        lines += [*_keys(declared, "sources.NAME"), ""]
    for section, declared in (*SINGLE.items(), *NAMED.items()):
        path = f"{section}.NAME" if section in NAMED else section
        about = [explanation(section, "about", language) for language in ("en", "zh")]
        lines += [f"## `[{path}]`", "", *about, "", *_keys(declared, path), ""]
    return lines


def _keys(kind: type[object], path: str) -> list[str]:
    def rows() -> Iterator[Sequence[object]]:
        for area, key, declared in keys_of(kind):
            name = variable(f"{path}.{key}" if path else key)
            texts = [explanation(area, key, language) for language in ("en", "zh")]
            yield f"`{key}`", f"`{name}`", f"`{_default(declared.default)}`", *texts

    return table(("key", "variable", "default", "meaning", "含义"), rows())


def _default(value: object) -> str:
    return toml_value("" if isinstance(value, Secret) else value)


def errors() -> list[str]:
    """Return every error with what it says in both languages."""
    english, chinese = catalogue("en"), catalogue("zh")
    codes = sorted(
        key.removeprefix("errors_").removesuffix(".what")
        for key in english
        if key.startswith("errors_") and key.endswith(".what")
    )
    rows = (
        (
            f"`{c}`",
            *(many(words[f"errors_{c}.{part}"]) for words in (english, chinese) for part in PARTS),
        )
        for c in codes
    )
    return ["# Errors", "", *table(("code", "what", "try", "说明", "建议"), rows), ""]


PARTS = ("what", "try")


def problems() -> list[str]:
    """Return every problem class."""
    rows = (
        (
            f"`{p.id}`",
            p.category,
            p.severity,
            p.title.en,
            p.title.zh,
            ", ".join(sorted({claim.concept for claim in p.claims})),
        )
        for p in sorted(load_problems(), key=lambda p: (p.category, p.id))
    )
    head = ("class", "category", "severity", "title", "名称", "claims something about")
    return ["# Problem classes", "", *table(head, rows), ""]


def metrics() -> list[str]:
    """Return every metric concept with the names it is known under."""
    rows = (
        (
            f"`{c.id}`",
            c.title.en,
            c.title.zh,
            c.unit,
            "" if c.threshold is None else f"{c.comparison} {c.threshold:g}",
            ", ".join(f"`{name.name}`" for name in c.names),
        )
        for c in load_concepts()
    )
    head = ("concept", "title", "名称", "unit", "threshold", "names")
    return ["# Metrics", "", *table(head, rows), ""]


def formats() -> list[str]:
    """Return every log format in the order they are tried, with a sample, and the stack traces known."""
    rows = (
        (f"`{f.name}`", f.kind, f.title.en, f.title.zh, _sample(f.matches[0]))
        for f in load_formats()
    )
    lines = ["# Log formats", "", "How to use and how to add one: [formats](../formats.md).", ""]
    lines += [*table(("format", "kind", "title", "名称", "sample"), rows), ""]
    traces = (
        (f"`{s.name}`", s.title.en, s.title.zh, ", ".join(f"`{w}`" for w in s.libraries[:8]) or "-")
        for s in load_stacks()
    )
    lines += ["# Stack traces", ""]
    head = ("language", "title", "名称", "not the application's own (first of them)")
    return [*lines, *table(head, traces), ""]


def _sample(text: str) -> str:
    shown = text.strip("\n").replace("\n", " ⏎ ").replace("\t", " ⇥ ").replace("`", "'")
    return f"`{shown if len(shown) <= 120 else shown[:119] + '…'}`"


PAGES: dict[str, Callable[[], list[str]]] = {
    "commands": commands,
    "settings": settings,
    "errors": errors,
    "problems": problems,
    "metrics": metrics,
    "formats": formats,
}


def page(name: str) -> str:
    """Return the page called *name* as it should be."""
    return "\n".join([NOTE, "", *PAGES[name]()]).rstrip() + "\n"


def help_text(language: Language) -> str:
    """Return what ``--help`` of every command prints in *language*, by the words before it, as JSON."""
    root = app_with(language)
    pages = {}
    for path, _ in _commands(root, "paicha"):
        words = path.split()[1:]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            root.main(
                [*words, "--help"],
                prog_name="paicha",
                standalone_mode=False,
                terminal_width=help_pages.WIDTH - 2,  # as typer leaves at the edge
            )
        pages[" ".join(words)] = out.getvalue()
    return json.dumps(pages, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` name those that are out of date."""
    stale = []
    pages = [(FOLDER / f"{name}.md", page(name)) for name in PAGES]
    kept = [(HELP_PAGES / help_pages.file_of(each), help_text(each)) for each in LANGUAGES]
    for file, words in [*pages, *kept]:
        if not file.exists() or file.read_text("utf-8") != words:
            stale.append(file.name)
            if "--check" not in arguments:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(words, "utf-8")
    if "--check" in arguments and stale:
        print(f"out of date, run make reference: {', '.join(stale)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
