"""The HTML report is one file that asks for nothing and lets nothing act."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tests.unit.renderers import sample

from paicha.composition.compose import compose
from paicha.locales import LANGUAGES, Language
from paicha.model.findings import Findings
from paicha.renderers.html import HtmlRenderer

_VOID = {"meta", "link", "input", "br"}


class _Page(HTMLParser):
    """What a parser sees: elements, attributes, and whether every element is closed in order."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self._open: list[str] = []
        self.crossed: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in {"style", "script"}:
            self.raw[self._open[-1]] = self.raw.get(self._open[-1], "") + data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]


def _document(findings: Findings, language: Language) -> str:
    return HtmlRenderer().render(compose(findings, language)).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_log_adds_no_element_and_no_handler(language: Language) -> None:
    """One script, ours; no picture, no frame, no attribute that acts, no address outside."""
    page = _Page(_document(sample.hostile_findings(), language))

    assert [] == page.crossed
    assert 1 == len(page.all("script"))
    assert {"img", "iframe", "object", "embed", "form", "base"}.isdisjoint(
        tag for tag, _ in page.elements
    )
    names = {name for _, attributes in page.elements for name in attributes}
    assert [] == [name for name in names if name.startswith("on") or name == "style"]
    targets = [link["href"] or "" for link in page.all("a")]
    assert [] == [target for target in targets if not re.fullmatch(r"#[\w-]+", target)]


def test_no_control_or_turning_character_is_in_the_page() -> None:
    """What the browser cannot show is written out."""
    document = _document(sample.hostile_findings(), "en")

    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", document)
    assert "\\u202e" in document


def test_the_policy_allows_our_style_and_script_and_nothing_else() -> None:
    """The hashes in the policy are those of what stands in the page."""
    page = _Page(_document(sample.reference_findings(), "zh"))
    policy = page.all("meta")[1]["content"] or ""

    assert policy.startswith("default-src 'none'; ")
    for name in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.raw[name].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_ids_are_unique_and_every_link_has_its_target() -> None:
    """A click always arrives."""
    page = _Page(_document(sample.reference_findings(), "en"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    targets = {(link["href"] or "").removeprefix("#") for link in page.all("a")}

    assert len(set(ids)) == len(ids)
    assert targets <= set(ids)


def test_headings_go_down_one_level_at_a_time() -> None:
    """A screen reader's outline has no holes."""
    page = _Page(_document(sample.reference_findings(), "en"))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]

    assert 1 == levels[0]
    assert 1 == levels.count(1)
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_drawing_says_what_it_shows() -> None:
    """An SVG has a label, or is hidden because its figure stands beside it."""
    page = _Page(_document(sample.reference_findings(), "en"))
    drawings = page.all("svg")

    assert len(drawings) > 50
    assert all(d.get("aria-label") or d.get("aria-hidden") == "true" for d in drawings)


@pytest.mark.parametrize(("language", "lang"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_says_its_language(language: Language, lang: str) -> None:
    """A screen reader picks the right voice."""
    page = _Page(_document(sample.reference_findings(), language))

    assert [{"lang": lang}] == page.all("html")


def test_the_same_report_gives_the_same_bytes() -> None:
    """The page depends on the findings and on nothing else."""
    findings = sample.reference_findings()

    assert _document(findings, "zh") == _document(findings, "zh")


def test_a_thousand_problems_make_a_page_one_can_open() -> None:
    """Two hundred have a row and a detail; the page says how many there are."""
    document = _document(sample.many_findings(1000), "en")

    assert 200 == document.count('<details class="detail">')
    assert "200 of 1,000 problems are shown here" in document
    assert "<b>200</b> found among the 200 listed here, of 1,000 problems<" in document
    assert document.index("200 of 1,000 problems") < document.index('<table class="ranked')
    assert len(document) < 3_000_000


def test_what_can_wait_is_folded_and_keeps_its_numbers() -> None:
    """P1 stands open, P2 and P3 and the queries behind the metrics a click away."""
    page = _Page(_document(sample.reference_findings(), "en"))
    folds = [found for found in page.all("details") if "fold" in (found["class"] or "")]

    assert len(folds) >= 2
    assert all("open" not in found for found in folds)
    assert any("start" in found for found in page.all("ol"))
