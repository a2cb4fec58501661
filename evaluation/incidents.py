#!/usr/bin/env python3
"""
Investigate invented incidents and hold what is said against what is true.

usage: incidents.py [--seeds N] [--postmortems | --quiet] [--aside] [--whole] [--kind NAME] [--each] [--keep DIR]

Of each kind (`incident_kinds/*.toml`, or those of `incident_postmortems`, `incident_quiet`) N incidents are written and investigated as a user would: log, metrics
and spans of an hour against the hour before (`--whole`: both hours, without a window). Half of the kinds, by a hash of their names, stand aside
(`--aside`): they are measured, not worked with. Of each incident is asked

problem   whether the problem whose lines name the cause stands at rank 1, among the first 3
suspect   whether the first suspect (one of the first 3) is the cause, and whether the answer is conclusive
since     whether that problem (or silence) is said to have begun within a minute of when it did
verdict   whether the metric that confirms or contradicts is said to
symptom   whether whoever only suffers is called a symptom
silence   whether a service that stops writing is said to
where     whether the first suspect is said to be in trouble on just the hosts on which it is
changed   whether what was changed before (a release, a setting) is said on the first screen or of a suspect
calm      of incidents where nothing happened: nobody named, nothing new or louder called urgent (P1)
soon      of the same: nothing new or louder called P2 either
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from incident_writer import HOSTS, KINDS, POSTMORTEMS, QUIET, Incident, aside, investigated, kinds

from paicha.model.findings import Findings, Problem
from paicha.model.suspects import Suspect

COLUMNS = (
    *("problem@1", "problem@3", "suspect@1", "suspect@3", "sure", "since", "verdict"),
    *("symptom", "silence", "where", "changed", "innocent", "calm", "soon"),
)
_MINUTE = timedelta(minutes=1)
#: What is asked of an incident, and whether it was answered rightly.
Answers = Mapping[str, bool]


def main(argv: Sequence[str] | None = None) -> int:
    """Print one row per kind and the sum of all."""
    parser = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--postmortems", action="store_true", help="the kinds written later")
    parser.add_argument("--quiet", action="store_true", help="the kinds on which nothing broke")
    parser.add_argument("--aside", action="store_true", help="the kinds that stand aside")
    parser.add_argument("--whole", action="store_true", help="without a window, so no baseline")
    parser.add_argument("--kind", action="append", default=[], help="only these, whatever half")
    parser.add_argument("--each", action="store_true", help="print what each incident got")
    parser.add_argument("--keep", type=Path, help="keep files and reports here")
    asked = parser.parse_args(argv)
    rows: dict[str, list[Answers]] = {}
    folder = POSTMORTEMS if asked.postmortems else QUIET if asked.quiet else KINDS
    for name, kind in kinds(folder).items():
        half = asked.quiet or aside(name) == asked.aside  # of the quiet ones none stands aside
        if name in asked.kind or (not asked.kind and half):
            for seed in range(asked.seeds):
                incident = Incident(name, kind, seed)
                answers = _answered(incident, asked.keep, told=asked.each, whole=asked.whole)
                rows.setdefault(name, []).append(answers)
    _print(rows)
    return 0


def _answered(incident: Incident, keep: Path | None, *, told: bool, whole: bool) -> Answers:
    with tempfile.TemporaryDirectory() as made:
        folder = keep / f"{incident.name}-{incident.seed}" if keep else Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        case = folder / "case.paicha" if keep else None
        findings = investigated(incident, folder, case, whole=whole)
        judged = Judged(incident, findings)
        answers = judged.answers()
    if told:
        wrong = ", ".join(name for name, right in answers.items() if not right)
        print(f"{incident.name} {incident.seed} ({incident.format}, {incident.language}): {wrong}")
        print("".join(f"    {line}\n" for line in judged.told()), end="", flush=True)
    return answers


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one incident, beside what is true of it."""

    incident: Incident
    findings: Findings

    def answers(self) -> Answers:
        """Return each question that the incident asks with whether it was answered rightly."""
        return dict(self._null() if "cause" not in self.incident.kind else self._asked())

    def told(self) -> Iterator[str]:
        """Yield what stands first, for people."""
        kind = self.incident.kind
        yield f"cause {self.incident.truth('cause')}, at {self.incident.onset:%H:%M:%S}"
        for problem in self.findings.problems[:4]:
            change = problem.change.kind if problem.change else "-"
            since = problem.course.onset if problem.course else None
            at = f"{since:%H:%M:%S}" if since else "-"
            who = ",".join(share.name for share in problem.services[:3])
            title = problem.title.en[:70]
            yield f"#{problem.number} {problem.priority} {problem.score} {change} {at} {who}: {title}"
        for one in self._suspects[:4]:
            clues = ", ".join(f"{clue.kind} {clue.points:.2f}" for clue in one.clues)
            yield f"{one.role} {one.name} {one.points:.2f} ({clues})"
        if "cause" in kind and self._caused is None:
            yield "no problem holds the line that names the cause"

    @property
    def _suspects(self) -> tuple[Suspect, ...]:
        report = self.findings.suspects
        return report.suspects if report else ()

    @property
    def _caused(self) -> Problem | None:
        """The first problem with a line that names the cause."""
        words = self.incident.constant(self.incident.kind["marker"])
        return next((p for p in self.findings.problems if _holds(p, words)), None)

    def _asked(self) -> Iterator[tuple[str, bool]]:
        kind, report = self.incident.kind, self.findings.suspects
        causes, names = self.incident.truth("cause"), [one.name for one in self._suspects]
        number = self._caused.number if self._caused else 1_000
        yield "problem@1", number == 1
        yield "problem@3", number <= 3
        yield "suspect@1", any(name in causes for name in names[:1])
        yield "suspect@3", any(name in causes for name in names[:3])
        yield "sure", bool(report and report.conclusive and names[0] in causes)
        yield "since", self._dated()
        if "verdict" in kind:
            yield "verdict", self._verified()
        roles = {one.name: one.role for one in self._suspects}
        if kind["symptoms"]:
            yield (
                "symptom",
                all(roles.get(name) == "symptom" for name in self.incident.truth("symptoms")),
            )
        if "silent" in kind:
            yield "silence", self._silent()
        if "only_on" in kind:
            yield "where", self._placed()
        if "change" in kind:
            yield "changed", self._named(self.incident.constant(kind["change"]))
        if "innocent" in kind:
            blamed = {name for name, role in roles.items() if role == "suspect"}
            yield "innocent", not blamed & set(self.incident.truth("innocent"))

    def _null(self) -> Iterator[tuple[str, bool]]:
        report = self.findings.suspects
        urgent = {
            problem.priority
            for problem in self.findings.problems
            if problem.change is None or (problem.change.firm and problem.change.changed)
        }
        yield "calm", not (report and report.conclusive) and "P1" not in urgent
        yield "soon", "P2" not in urgent
        if "change" in self.incident.kind:
            yield "changed", self._named(self.incident.constant(self.incident.kind["change"]))

    def _dated(self) -> bool:
        silent = self.incident.kind.get("silent")
        moments: list[datetime | None] = []
        if silent:
            name = self.incident.names[silent]
            moments += [one.first for one in self._suspects if one.name == name]
        caused = self._caused
        if caused is not None:
            moments.append(caused.course.onset if caused.course else caused.first)
        return any(at is not None and abs(at - self.incident.onset) <= _MINUTE for at in moments)

    def _verified(self) -> bool:
        asked = self.incident.kind["verdict"]
        said = {
            claim.verdict.kind
            for claim in self.findings.claims
            if claim.concept == asked["concept"]
        }
        report = self.findings.suspects
        if asked["kind"] == "contradicted":
            return "contradicted" in said
        named = self.incident.names[asked["at"]]
        moved = report.moved if report else ()
        seen = any(one.concept == asked["concept"] and named in one.host for one in moved)
        # Where no line claims it, a series that moved before or with the problem is the confirmation.
        return "confirmed" in said or ("contradicted" not in said and seen)

    def _silent(self) -> bool:
        name = self.incident.names[self.incident.kind["silent"]]
        return any(
            "silen" in text and name in text
            for text in (*self._screen(), *(f"{name} {clue}" for clue in self._clues(name)))
        )

    def _placed(self) -> bool:
        concerned = set(self.incident.truth("only_on"))
        others = {self.incident.names[host] for host in HOSTS} - concerned
        said = [clue.text.en for one in self._suspects[:1] for clue in one.clues]
        return any(
            all(host in text for host in concerned) and not any(host in text for host in others)
            for text in said
        )

    def _screen(self) -> Iterator[str]:
        yield from (statement.text.en for statement in self.findings.statements)

    def _clues(self, name: str) -> Iterator[str]:
        for one in self._suspects:
            if one.name == name:
                yield from (clue.text.en for clue in one.clues)

    def _named(self, words: str) -> bool:
        clues = (clue.text.en for one in self._suspects[:3] for clue in one.clues)
        return any(words in text for text in (*self._screen(), *clues))


def _holds(problem: Problem, words: str) -> bool:
    texts = [variant.text for variant in problem.variants]
    texts += [example.body for example in problem.examples]
    return any(words in text for text in texts)


def _print(rows: Mapping[str, Iterable[Answers]]) -> None:
    print(f"{'':16}" + "".join(f"{column:>10}" for column in COLUMNS))
    every: list[Answers] = []
    for name, answers in rows.items():
        print(_row(name, list(answers)))
        every += answers
    print(_row("all", every))


def _row(name: str, answers: Sequence[Answers]) -> str:
    cells = []
    for column in COLUMNS:
        asked = [one[column] for one in answers if column in one]
        cells.append(f"{sum(asked)}/{len(asked)}" if asked else "")
    return f"{name:16}" + "".join(f"{cell:>10}" for cell in cells)


if __name__ == "__main__":
    sys.exit(main())
