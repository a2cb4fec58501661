"""Text of logs becomes no markup in any renderer, whatever it is and wherever it stands."""

from __future__ import annotations

import dataclasses
import re
import typing
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import Element

import html5lib
import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import paicha
from paicha.app.report import report, told_comparison
from paicha.comparisons import change_of_investigation
from paicha.locales import LANGUAGES, Language, Text
from paicha.model.change import Comparison
from paicha.model.findings import Findings
from paicha.renderers.visible import visible
from paicha.wiring.assembly import Assembly

SCENARIO = Path(paicha.__file__).parent / "testing" / "scenario"
#: What has meaning to somebody: HTML, Markdown, terminals, templates, chat systems, spreadsheets.
FRAGMENTS = (
    *("<script>alert(1)</script>", "</script>", "</style>", "<img src=x onerror=alert(1)>", "<b>", "</td></tr></table>"),
    *('" onmouseover="alert(1)', "' autofocus onfocus='x", "javascript:alert(1)", "<!--", "-->", "<![CDATA[", "]]>", "&lt;b&gt;", "&#60;", "&"),
    *("</details>", "<h1>", "<svg/onload=x>", "<a href=//evil.test>", "<br", "<", ">", "<?php", "{{7*7}}", "{% raw %}", "${x}", "{}", "%s"),
    *("`", "```", "~~~", "**b**", "_i_", "# ", "- ", "1. ", "> ", "| a | b |", "|", "---", "[x](javascript:x)", "![x](//e.test)", "<http://e.test>", "[x]: //e.test", "\\", "$x$", "\n\n", "\n# h", "\r\n", "\t"),
    *("\x1b[2J", "\x1b]0;t\x07", "\x9b31m", "\x00", "\x08", "\x7f", "\u202e", "\u2066", "\u2028", "\ufeff", "\u00ad", "\u200b", "\ud800", "e\u0301" * 9),
    *("@all", "<at user_id=all>", "<!channel>", "=cmd|x", "支付失败", "💣"),
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), min_size=1, max_size=6).map(
    "".join
)
#: Words of our own that decide, or that come from the knowledge base: no log writes them. So are sentences with marks of
#: our own (`reasons`, `against`, `missing`): what names of a log do in them is held where messages are made.
OURS = frozenset(
    {
        "zone",
        "category",
        "concept",
        "schema_version",
        "choice",
        "baseline_choice",
        "class_id",
        "both_true",
    }
    | {"causes", "actions", "risk", "focus", "configuration", "product_version"}
    | {"reasons", "against", "missing"}
)
#: Where a page points to: into itself, and the icon that stands in it.
PLACES = {"#", "data:image/svg+xml;base64,"}
#: Of these classes, `name` is a word of ours.
NAMED_BY_US = frozenset({"Factor", "Indication"})
FAST = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def found() -> paicha.Investigation:
    """Return an investigation that has everything: baseline, metrics, claims, suspects."""
    whole = paicha.investigate(
        SCENARIO / "app.log",
        metrics=SCENARIO / "metrics.json",
        start="2025-12-19T10:40:00+08:00",
        end="2025-12-19T10:47:32+08:00",
        zone="Asia/Shanghai",
        language="en",
    )
    return dataclasses.replace(whole, findings=fewer(whole.findings))


def fewer(findings: Findings) -> Findings:
    """Return *findings* with a few of everything: each kind of row is drawn, none a hundred times."""
    known = {problem.id for problem in findings.problems[:2]} | {
        claim.problem_id for claim in findings.contradictions[:1]
    }
    change = findings.change
    assert change is not None
    return dataclasses.replace(
        findings,
        problems=tuple(p for p in findings.problems if p.id in known),
        claims=tuple(c for c in findings.claims if c.problem_id in known),
        actions=tuple(a for a in findings.actions if set(a.problems) <= known),
        timeline=tuple(t for t in findings.timeline if t.problem_id in known)[:5],
        modules=tuple(dataclasses.replace(m, problems=()) for m in findings.modules[:3]),
        devices=tuple(dataclasses.replace(d, problems=()) for d in findings.devices),
        metrics=findings.metrics[:2],
        change=dataclasses.replace(
            change,
            changes=tuple(c for c in change.changes if c.dimension != "problem" or c.key in known)[
                :12
            ],
        ),
    )


@dataclasses.dataclass(slots=True)
class Poison:
    """
    Puts text in the place of every other text, equal text for equal text, so that ids still fit.

    Args:
        doses: What is put there, over and over.
        tame: Whether every letter with a meaning is made an x: the same places, the same lengths.
    """

    doses: list[str]
    tame: bool
    _given: dict[str, str] = dataclasses.field(default_factory=dict)

    def __call__(self, text: str) -> str:
        """Return what stands for *text*."""
        if not text:
            return text
        if text not in self._given:
            number = len(self._given)
            dose = self.doses[number % len(self.doses)]
            self._given[text] = f"k{number}" + (_quiet(dose) if self.tame else dose)
        return self._given[text]


def _quiet(dose: str) -> str:
    """Return *dose* with an x for each letter that has a meaning, but for the ends of lines: a record may have several."""
    # Renderers write a text as it shows; where they cut, they count what shows.
    pieces = re.split(r"(\r?\n)", dose)
    pieces[::2] = (
        re.sub(r"[^A-Za-z0-9]", "x", visible(piece)) if piece.strip() else piece
        for piece in pieces[::2]
    )
    return "".join(pieces)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def poisoned(value: Any, poison: Callable[[str], str]) -> Any:
    """Return *value* with every text replaced that could have come out of a log."""
    if isinstance(value, Text):
        return Text(zh=poison(value.zh), en=poison(value.en))
    if isinstance(value, tuple):
        return tuple(poisoned(part, poison) for part in value)
    if isinstance(value, str):
        return poison(value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for field in dataclasses.fields(value):
        hint = _hints(type(value))[field.name]
        named = field.name == "name" and type(value).__name__ in NAMED_BY_US
        if field.name not in OURS and not named and not _holds_literal(hint):
            changed[field.name] = poisoned(getattr(value, field.name), poison)
    return dataclasses.replace(value, **changed)


def _holds_literal(hint: Any) -> bool:
    if typing.get_origin(hint) is Literal:
        return True
    return any(_holds_literal(part) for part in typing.get_args(hint))


def parsed(document: str) -> Element:
    """Return what a browser makes of *document*."""
    tree: Element = html5lib.parse(document, namespaceHTMLElements=False)
    return tree


def skeleton(tree: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """
    Yield every element with the names of its attributes, and nothing of what they hold.

    Whether ``code`` has a class depends on how long its text is before what does not show is written out.
    """
    for element in tree.iter():
        names = set(element.attrib) - ({"class"} if element.tag == "code" else set())
        yield str(element.tag), tuple(sorted(names))


def acting(text: str) -> list[str]:
    """Return every character that moves, hides or turns something, line ends aside."""
    return [
        c
        for c in text
        if c not in "\n\u200d" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    ]


def targets(tree: Element) -> set[str]:
    """Return what kinds of places anything points to."""
    held = (element.get(name) for element in tree.iter() for name in ("href", "src", "action"))
    return {
        re.sub(r"^(#|data:image/svg\+xml;base64,).*", r"\1", t, flags=re.DOTALL)
        for t in held
        if t is not None
    }


def scripts(tree: Element) -> list[str]:
    """Return the text of everything that a browser does not show as text."""
    return [
        "".join(element.itertext()) for element in tree.iter() if element.tag in ("script", "style")
    ]


def drawn(findings: Findings, kind: str, language: Language, **options: Any) -> str:
    """Return the report of *findings* as text."""
    extent: Any = kind if kind in ("chat", "page") else "whole"
    told = report(findings, language, None, extent)
    return Assembly.renderer(kind, **options).render(told).decode("utf-8")


def pair(value: Any, doses: list[str]) -> tuple[Any, Any]:
    """Return *value* poisoned, and poisoned with the same doses made tame."""
    return poisoned(value, Poison(doses, tame=False)), poisoned(value, Poison(doses, tame=True))


def as_html(markdown: str) -> str:
    """Return what a Markdown reader that lets HTML pass makes of *markdown*."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return str(reader.render(markdown))


@FAST
@given(doses=st.lists(HOSTILE, min_size=1, max_size=12), language=st.sampled_from(LANGUAGES))
def test_no_text_becomes_an_element_of_the_page(doses: list[str], language: Language) -> None:
    """
    A page of hostile text has the elements and attributes of the page of tame text, and its scripts.
    """
    hostile, tame = pair(found().findings, doses)
    bad, good = (parsed(drawn(each, "html", language)) for each in (hostile, tame))

    assert list(skeleton(good)) == list(skeleton(bad))
    assert targets(bad) <= PLACES
    assert scripts(good) == scripts(bad)
    shown = "".join(bad.itertext())
    assert visible(hostile.problems[0].title.in_language(language)) in shown


@FAST
@given(doses=st.lists(HOSTILE, min_size=1, max_size=12), language=st.sampled_from(LANGUAGES))
def test_no_text_becomes_an_element_of_the_markdown(doses: list[str], language: Language) -> None:
    """
    Markdown of hostile text, read by a reader that lets HTML pass, has the elements of tame text.
    """
    for kind in ("md", "page"):
        bad, good = (
            parsed(as_html(drawn(each, kind, language))) for each in pair(found().findings, doses)
        )

        assert list(skeleton(good)) == list(skeleton(bad))
        assert targets(bad) <= PLACES


@FAST
@given(doses=st.lists(HOSTILE, min_size=1, max_size=12), language=st.sampled_from(LANGUAGES))
def test_no_byte_of_a_text_reaches_a_terminal_as_a_command(
    doses: list[str], language: Language
) -> None:
    """
    Beside our own colours and line ends everything on a terminal and in a chat prints.
    """
    hostile, tame = pair(found().findings, doses)
    plain = drawn(hostile, "terminal", language)
    coloured = drawn(hostile, "terminal", language, colour=True)
    chat = drawn(hostile, "chat", language)

    for text in (plain, re.sub(r"\x1b\[[0-9;]*m", "", coloured), chat):
        assert [] == acting(text)
    codes = [
        set(re.findall(r"\x1b\[[0-9;]*m", drawn(each, "terminal", language, colour=True)))
        for each in (hostile, tame)
    ]
    assert codes[0] == codes[1]
    assert len(chat.encode()) <= 2_000


@FAST
@given(doses=st.lists(HOSTILE, min_size=1, max_size=12))
def test_the_json_holds_every_text_and_prints(doses: list[str]) -> None:
    """
    Read back it is the text itself; as it stands, nothing in it acts.
    """
    hostile, _ = pair(found().findings, doses)
    text = drawn(hostile, "json", "en")

    assert [] == acting(text)
    msgspec.json.decode(text)


@FAST
@given(doses=st.lists(HOSTILE, min_size=1, max_size=12), language=st.sampled_from(LANGUAGES))
def test_no_text_becomes_an_element_of_a_comparison(doses: list[str], language: Language) -> None:
    """
    The same for what differs between two windows, as a page and as Markdown.
    """
    comparison: Comparison = change_of_investigation(found()).found
    for kind in ("html", "md"):
        documents = []
        for each in pair(comparison, doses):
            text = Assembly.renderer(kind).render(told_comparison(each, language)).decode()
            documents.append(parsed(text if kind == "html" else as_html(text)))
        good, bad = documents[1], documents[0]

        assert list(skeleton(good)) == list(skeleton(bad))
        assert targets(bad) <= PLACES


@FAST
@given(lines=st.lists(HOSTILE, min_size=1, max_size=8), language=st.sampled_from(LANGUAGES))
def test_no_text_of_an_audited_report_becomes_an_element(
    lines: list[str], language: Language
) -> None:
    """
    The audit shows the whole report: line by line, as text, whatever it holds.
    """
    text = "Total records: 12\n" + "\n".join(lines) + "\nErrors: 99 (500 %)\n"
    audited = paicha.audit(text)
    page = audited.render("html", language).decode()
    tree = parsed(page)
    reference = parsed(
        paicha.audit("Total records: 12\nErrors: 99 (500 %)\n").render("html", language).decode()
    )
    known = dict.fromkeys(tag for tag, _ in skeleton(reference)) | dict.fromkeys(("del", "mark"))

    assert {tag for tag, _ in skeleton(tree)} <= set(known) | {"ul", "li", "ol", "strong"}
    assert [] == [name for _, names in skeleton(tree) for name in names if name.startswith("on")]
    assert targets(tree) <= PLACES
    assert scripts(reference) == scripts(tree)
    assert [] == acting(page)
    marked = parsed(as_html(audited.render("md", language).decode()))
    assert targets(marked) == set()
    assert {"script", "img", "a", "svg", "details"}.isdisjoint(tag for tag, _ in skeleton(marked))
