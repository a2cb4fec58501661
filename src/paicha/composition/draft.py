"""What every section is written from: the findings, the reader's words, and where problems stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from paicha.composition.rezoning import in_zone
from paicha.composition.words import Words
from paicha.locales import Language, Text
from paicha.model.findings import Findings, Priority, Problem, Share, VerdictKind
from paicha.model.report import Badge, Block, Curve, Line, Paragraph, Span, Tone
from paicha.values import dataclass

#: Where in its file, in bytes, a line begins: for whoever reads it again.
_BYTES = re.compile(r"(?<=\d)@\d+$")
#: Problems with a row and a detail of their own in a report; the JSON report has all.
MOST_PROBLEMS = 200
#: Problems named in a row about something else.
_MAIN_PROBLEMS = 5
#: Modules, devices and turning points in one table.
MOST_ROWS = 200

PRIORITY_TONES: Mapping[Priority, Tone] = {"P1": "bad", "P2": "warn", "P3": "muted"}
VERDICT_TONES: Mapping[VerdictKind, Tone] = {
    "contradicted": "bad",
    "confirmed": "warn",
    "not_verifiable": "unknown",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A report being written."""

    findings: Findings
    words: Words
    shown: tuple[Problem, ...]  # problems with a row and a detail
    anchors: Mapping[str, str]  # problem id -> id of its detail
    problems: Mapping[str, Problem]

    @staticmethod
    def of(findings: Findings, language: Language, zone: str) -> Draft:
        """Return the draft of a report on *findings*; at most `MOST_PROBLEMS` of them are shown."""
        findings = in_zone(findings, zone)
        words = Words.of(language, zone, findings.question.extent)
        shown = _shown(findings.problems)
        problems = {problem.id: problem for problem in findings.problems}
        return Draft(findings, words, shown, _anchors(shown), problems)

    def name(self, problem: Problem, tone: Tone = "plain") -> Span:
        """Return a problem's title, pointing at its detail; log text where it has no other name."""
        title = self.words.title(problem.title)
        target = self.anchors.get(problem.id, "")
        return Span(title, tone if problem.class_id else "code", target)

    def named(self, identity: str) -> Span:
        """Return the title of the problem with that id."""
        problem = self.problems.get(identity)
        return self.name(problem) if problem else Span(self.words.text(identity, 160), "code")

    def main_problems(self, shares: Sequence[Share]) -> Line:
        """Return the first problems with their counts in one line, and how many more there are."""
        main = shares[:_MAIN_PROBLEMS]
        spans = self.enumerate((self.named(s.name), self.words.count(s.n)) for s in main)
        more = len(shares) - len(main)
        return (*spans, Span(f" +{more}", "muted")) if more else spans

    def marked(self, text: Text) -> Line:
        """Return a text of ours, with what stands between its backticks as code."""
        parts = self.words.read(text).split("`")
        if len(parts) % 2 == 0:  # a backtick without its partner is only a backtick
            return line(self.words.read(text))
        tones: tuple[Tone, Tone] = ("plain", "code")
        return tuple(Span(part, tones[place % 2]) for place, part in enumerate(parts) if part)

    def shares(self, shares: Sequence[Share]) -> Line:
        """Return names out of the log with their counts, in one line."""
        return self.enumerate(
            (Span(self.words.text(s.name, 160) or "—", "code"), self.words.count(s.n))
            for s in shares
        )

    def enumerate(self, items: Iterable[tuple[Span, str]]) -> Line:
        """Return names, each with the figure that belongs to it."""
        spans: list[Span] = []
        for name, figure in items:
            if spans:
                spans.append(Span(self.words.say("joint")))
            spans.append(name)
            spans.append(Span(f"\u00a0{figure}", "muted"))  # never on a line of its own
        return tuple(spans) or (Span("—", "muted"),)

    def priority(self, priority: Priority) -> Badge:
        """Return a priority's badge."""
        return Badge(priority, PRIORITY_TONES[priority])

    def verdict(self, kind: VerdictKind) -> Badge:
        """Return a verdict's badge."""
        return Badge(self.words.label(f"badges.{kind}"), VERDICT_TONES[kind])

    def counts(self, values: Sequence[int], label: str, tone: Tone) -> Curve:
        """Return counts per bucket as a curve over the whole window."""
        start, end = self.ends()
        return Curve(tuple(float(value) for value in values), label, tone, start, end)

    def of_some(self, timed: int, n: int) -> Paragraph:
        """Return what stands below a curve in which some of its records are missing."""
        words = self.words
        said = words.say("detail.curve_of_some", timed=words.count(timed), n=words.count(n))
        return Paragraph(line(said, "unknown"))

    def points(
        self,
        points: Sequence[tuple[datetime, float | None]],
        label: str,
        tone: Tone,
        unit: str,
    ) -> Curve:
        """Return points on the axis of time that the counts have, those outside it left out."""
        start, end = self.stretch()
        left, right = self.ends()
        length = (end - start).total_seconds()
        inside = [(moment, value) for moment, value in points if start <= moment < end]
        return Curve(
            values=tuple(value for _, value in inside),
            label=label,
            tone=tone,
            start=left,
            end=right,
            unit=unit,
            kind="line",
            at=tuple((moment - start).total_seconds() / length for moment, _ in inside),
        )

    def ends(self) -> tuple[str, str]:
        """Return what stands under both ends of a curve: never a time outside the window."""
        (start, end), window = self.stretch(), self.findings.question.extent
        return self.words.clock(max(start, window.start)), self.words.clock(min(end, window.end))

    def stretch(self) -> tuple[datetime, datetime]:
        """Return the stretch of time every curve is drawn over: the whole buckets of the window."""
        totals, window = self.findings.totals, self.findings.question.extent
        # What is measured is drawn over the window that was asked for.
        if totals.bucket_start is None:
            return window.start, window.end
        length = timedelta(seconds=totals.bucket_s * max(1, totals.buckets))
        return totals.bucket_start, totals.bucket_start + length

    def left_out(self, shown: int, whole: int) -> list[Block]:
        """Return the sentence that says how much of a list is not shown; nothing where all of it is."""
        return left_out(self.words, shown, whole)

    def whole(self) -> int:
        """Return how many records belong to problems: what every share of a problem is of."""
        return sum(problem.n for problem in self.findings.problems)

    def reach(self, problem: Problem) -> str:
        """Return in how many of the modules a problem shows; a dash when its records name none."""
        named = sum(1 for share in problem.modules if share.name)
        modules = self.findings.totals.modules
        return f"{named}/{modules}" if named else "—"

    def first_line(self, problem: Problem) -> str:
        """Return where the first line of a problem stands; "": the case keeps none."""
        return problem.examples[0].locator if problem.examples else ""

    def step(self) -> str:
        """Return the width of a bucket in words."""
        return self.words.step(self.findings.totals.bucket_s)


def _shown(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    # The urgent ones first; then back into the order of their rank.
    urgent_first = sorted(problems, key=lambda p: (p.priority == "P3", p.number))
    return tuple(sorted(urgent_first[:MOST_PROBLEMS], key=lambda p: p.number))


def _anchors(problems: Sequence[Problem]) -> dict[str, str]:
    anchors: dict[str, str] = {}
    taken: set[str] = set()
    for problem in problems:
        # An id may come from a user's file; only what is safe in an address stays.
        anchor = f"problem-{re.sub(r'[^A-Za-z0-9_-]+', '-', problem.id)[:60]}"
        if anchor in taken:
            anchor = f"{anchor}-{problem.number}"
        taken.add(anchor)
        anchors[problem.id] = anchor
    return anchors


def left_out(words: Words, shown: int, whole: int) -> list[Block]:
    """Return the sentence that says how much of a list is not shown; nothing where all of it is."""
    if shown >= whole:
        return []
    said = words.say("left_out", shown=words.count(shown), all=words.count(whole))
    return [Paragraph(line(said, "muted"))]


def place_of(locator: str) -> str:
    """Return where a line stands, for a cell: of a long path its end; the examples of the problem have it whole."""
    locator = _BYTES.sub("", locator)
    is_path = locator.startswith(("/", "./", "../")) and len(locator) > 40
    return f"…/{locator.rpartition('/')[2]}" if is_path else locator


def line(text: str, tone: Tone = "plain") -> Line:
    """Return one line of one tone."""
    return (Span(text, tone),)
