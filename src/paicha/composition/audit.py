"""An audit as a report: what contradicts itself, what the evidence says, and the text annotated."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.locales import Language, catalogue, message, pair
from paicha.model.audit import Audit, Judged, Judgement, Objection, Place
from paicha.model.report import (
    Badge,
    Block,
    Bullets,
    Callout,
    Column,
    Fact,
    Facts,
    Group,
    Line,
    Paragraph,
    Report,
    Row,
    Section,
    Span,
    Stack,
    Table,
    Tone,
)
from paicha.version import __version__

#: Rows of one table; what is beyond is said.
_MOST = 500
_LONGEST = 300
_PLACES = 12
_TONES: dict[Judged, Tone] = {
    "supported": "good",
    "contradicted": "bad",
    "not_verifiable": "unknown",
}
_LABELS = {"window.length": "length", "records.total": "total", "records.abnormal": "abnormal"}


def compose_audit(
    found: Audit, text: str, language: Language, *, annotated: bool = False
) -> Report:
    """
    Return an audit as a report.

    Args:
        found: The audit.
        text: The audited report.
        language: The reader's language.
        annotated: Whether every line of the text is shown, with what was decided about it.
    """
    draft = _Draft(found, language)
    sections = [draft.verdict(), draft.objections()]
    if found.case_id:
        sections += [
            draft.judged("contradicted"),
            draft.left_out(),
            draft.judged("not_verifiable"),
            draft.judged("supported"),
        ]
    if annotated:
        sections.append(draft.annotated(text))
    return Report(
        title=message("audit.title", language, name=found.name),
        subtitle=(Span(draft.subtitle(), "muted"),),
        language=language,
        zone="UTC",
        sections=tuple(sections),
        findings=None,
        labels=draft.labels(),
    )


class _Draft:
    """An audit being written in one language."""

    def __init__(self, found: Audit, language: Language) -> None:
        self.found = found
        self.language = language

    def say(self, key: str, /, **values: object) -> str:
        """Return a sentence of the audit."""
        return message(f"audit.report.{key}", self.language, **values)

    def labels(self) -> tuple[tuple[str, str], ...]:
        """Return the words that renderers need themselves."""
        known = {
            key.removeprefix("labels.ui."): words
            for key, words in catalogue(self.language).items()
            if key.startswith("labels.ui.")
        }
        known["made_by"] = self.say("made_by", version=__version__)
        return tuple(sorted(known.items()))

    def subtitle(self) -> str:
        """Return how much was read, and against what it was held."""
        head = self.say("subtitle", lines=f"{self.found.lines:,}", stated=len(self.found.stated))
        case = self.found.case_id
        return f"{head} · {self.say('evidence', case=case) if case else self.say('no_evidence')}"

    def verdict(self) -> Section:
        """Return the first screen: can it be trusted."""
        found = self.found
        numbers: list[tuple[str, int, Tone]] = [("objections", len(found.objections), "bad")]
        if found.case_id:
            judged = [each.judged for each in found.judgements]
            numbers += [
                ("contradicted", judged.count("contradicted"), "bad"),
                ("supported", judged.count("supported"), "good"),
                ("unverifiable", judged.count("not_verifiable"), "unknown"),
                ("left", len(found.omissions), "warn"),
            ]
        facts = tuple(
            Fact(f"{n:,}", self.say(f"fact_{name}"), tone if n else "plain")
            for name, n, tone in numbers
        )
        tone, words = self._verdict()
        return Section(
            "verdict",
            self.say("verdict"),
            (Callout(tone, ((Span(words, "strong"),),)), Facts(facts)),
        )

    def _verdict(self) -> tuple[Tone, str]:
        found = self.found
        stated, alone = len(found.stated), "" if found.case_id else "_alone"
        supported = sum(each.judged == "supported" for each in found.judgements)
        if found.failed or found.objections:
            numbers = {"objections": len(found.objections), "contradicted": len(found.contradicted)}
            return "bad" if found.failed else "warn", self.say(f"verdict_failed{alone}", **numbers)
        if not stated:
            return "unknown", self.say("verdict_nothing")
        return "good", self.say(f"verdict_clean{alone}", stated=stated, supported=supported)

    def objections(self) -> Section:
        """Return what the report contradicts in itself."""
        columns = (
            Column(self.say("lines")),
            Column(self.say("weight"), "badge"),
            Column(self.say("wrong")),
            Column(self.say("says")),
        )
        rows = [self._objection(each) for each in self.found.objections]
        return self._section("objections", columns, rows)

    def _objection(self, each: Objection) -> Row:
        tone: Tone = "bad" if each.weight == "error" else "warn"
        quotes = tuple(
            (Span(_short(place.says), "code"),) for place in each.places[:3] if place.says
        )
        return Row(
            (
                Span(_numbers(each.places)),
                Badge(self.say(each.weight), tone),
                Span(each.text.in_language(self.language)),
                Stack(quotes) if quotes else Span("—", "muted"),
            )
        )

    def judged(self, kind: Judged) -> Section:
        """Return the statements judged so."""
        columns = (
            Column(self.say("line"), "number"),
            Column(self.say("what")),
            Column(self.say("says")),
            Column(self.say("shows")),
            Column(self.say("records"), "code"),
        )
        rows = [self._judgement(e) for e in self.found.judgements if e.judged == kind]
        return self._section(kind, columns, rows, folded=kind == "supported")

    def _judgement(self, each: Judgement) -> Row:
        stated = each.stated
        name = _LABELS.get(stated.measure, stated.measure.replace(".", "_"))
        subject: Line = (Span(message(f"audit.measure.{name}", self.language)),)
        if stated.subject:
            subject = (*subject, Span(" "), Span(_short(stated.subject), "muted"))
        return Row(
            (
                Span(f"{stated.place.line:,}"),
                subject,
                Span(_short(stated.place.says), "code")
                if stated.place.says
                else Span("—", "muted"),
                Span(each.text.in_language(self.language)),
                Span(", ".join(each.locators), "code") if each.locators else Span("—", "muted"),
            )
        )

    def left_out(self) -> Section:
        """Return what the evidence shows and the report does not say."""
        items = tuple(
            (
                Span(self.say(each.kind), "warn"),
                Span(" "),
                Span(each.text.in_language(self.language)),
                *((Span(" "), Span(", ".join(each.locators), "code")) if each.locators else ()),
            )
            for each in self.found.omissions
        )
        blocks: tuple[Block, ...] = (Bullets(items),) if items else (self._none(),)
        return Section("left_out", self.say("left_out"), blocks, count=len(items))

    def annotated(self, text: str) -> Section:
        """Return every line of the report with what was decided about it."""
        notes: dict[int, list[Line]] = {}
        for objection in self.found.objections:
            words = objection.text.in_language(self.language)
            for line in dict.fromkeys(place.line for place in objection.places):
                notes.setdefault(line, []).append(
                    (Span(words, "bad" if objection.weight == "error" else "warn"),)
                )
        for each in self.found.judgements:
            told = message(f"audit.judged.{each.judged}", self.language)
            words = pair(told, each.text.in_language(self.language), self.language)
            notes.setdefault(each.stated.place.line, []).append((Span(words, _TONES[each.judged]),))
        rows = tuple(
            Row(
                (
                    Span(f"{number:,}", "muted"),
                    Span(line or " ", "code"),
                    Stack(tuple(notes.get(number, ()))),
                )
            )
            for number, line in enumerate(text.splitlines(), start=1)
            if line.strip()
        )
        columns = (
            Column(self.say("line"), "number"),
            Column(self.say("text"), "code"),
            Column(self.say("note")),
        )
        return Section("annotated", self.say("annotated"), (Table(columns, rows),))

    def _section(
        self, name: str, columns: tuple[Column, ...], rows: Sequence[Row], *, folded: bool = False
    ) -> Section:
        title = self.say(name)
        block: Block = Table(columns, tuple(rows[:_MOST])) if rows else self._none()
        if folded and rows:
            block = Group(title, (block,), folded=True)
        blocks: list[Block] = [block]
        if len(rows) > _MOST:
            blocks.append(Paragraph((Span(f"+{len(rows) - _MOST:,}", "muted"),)))
        return Section(name, title, tuple(blocks), count=len(rows))

    def _none(self) -> Paragraph:
        return Paragraph((Span(self.say("none"), "muted"),))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _numbers(places: Sequence[Place]) -> str:
    lines = list(dict.fromkeys(place.line for place in places))
    more = f" +{len(lines) - _PLACES}" if len(lines) > _PLACES else ""
    return ", ".join(f"{line:,}" for line in lines[:_PLACES]) + more
