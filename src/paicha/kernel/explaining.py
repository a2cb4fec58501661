"""Why a line was read as it was: which part of which pattern matched what, and where others stopped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paicha.kernel.candidates import Candidates
from paicha.kernel.gates import cuts_of
from paicha.kernel.line_formats import HEAD, BlockFormat, FieldFormat, LineFormat, PatternFormat
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.model.explanation import Refused, Step

_GROUP = re.compile(r"\(\?P<(\w+)>")
_SHOWN = 60  # characters of a pattern's part


def explain_line(reader: LineReader, text: str) -> tuple[Step, ...]:
    """Return who read *text* and what is in it, the outermost format first; none when no format fits."""
    steps: list[Step] = []
    candidates: Candidates | None = reader.candidates
    while candidates is not None and text:
        step, taken, parsed = _step(candidates, text)
        if step is None or taken is None or parsed is None:
            break
        steps.append(step)
        # What names no message is its own: nothing else stands in it.
        text = "" if parsed.body == text else parsed.body
        candidates = reader.inside(taken.format.name, levelled=bool(parsed.severity_text))
    return tuple(steps)


def _step(
    candidates: Candidates, text: str
) -> tuple[Step | None, LineFormat | None, ParsedLine | None]:
    offered = candidates.of(text)
    refused: list[Refused] = []
    for holds, candidate in offered:
        if holds not in text:
            continue
        parsed = _read(candidate, text)
        if parsed is None:
            refused.append(_why_not(candidate, text))
            continue
        if not candidates.count(parsed):
            continue
        log_format = candidate.format
        ruled_out = candidates.size - len(offered) + _place(offered, candidate) - len(refused)
        parts = _parts(candidate, text, parsed)
        step = Step(log_format.name, log_format.title, parts, tuple(refused), ruled_out)
        return step, candidate, parsed
    return None, None, None


def _place(offered: Sequence[tuple[str, LineFormat]], candidate: LineFormat) -> int:
    return next(place for place, (_, other) in enumerate(offered) if other is candidate)


def _read(candidate: LineFormat, text: str) -> ParsedLine | None:
    return (
        candidate.read_whole(text) if isinstance(candidate, BlockFormat) else candidate.read(text)
    )


def _parts(candidate: LineFormat, text: str, parsed: ParsedLine) -> tuple[tuple[str, str], ...]:
    pattern = candidate.format.pattern
    whole = candidate.whole if isinstance(candidate, BlockFormat) else candidate
    if isinstance(whole, PatternFormat):
        match = re.compile(pattern, re.DOTALL).match(text[:HEAD])
        if match is not None:
            return tuple((name, value) for name, value in match.groupdict().items() if value)
    if isinstance(whole, FieldFormat):
        places = tuple((name, f"{path}={value}") for name, path, value in whole.places(text))
        return places or (("body", parsed.body),)  # of the first of several records
    return (("body", parsed.body),)


def _why_not(candidate: LineFormat, text: str) -> Refused:
    log_format = candidate.format
    name = log_format.name
    whole = candidate.whole if isinstance(candidate, BlockFormat) else candidate
    if isinstance(whole, FieldFormat):
        return Refused(name, "lacks" if whole.places(text) else "not_fields")
    pattern = log_format.pattern
    head = text[:HEAD]
    match = re.compile(pattern, re.DOTALL).match(head)
    if match is not None:
        said = match.groupdict("")
        level = said.get("level", "")
        if level and not whole.knows_level(level):
            return Refused(name, "no_level", fits=head[: match.start("level")], found=level)
        return Refused(name, "no_time", found=said.get("time", ""))
    return _stop(name, pattern, head)


def _stop(name: str, pattern: str, head: str) -> Refused:
    """Return how far *pattern* fits, and what it wants next."""
    cuts = cuts_of(pattern)
    for index in range(len(cuts) - 1, -1, -1):
        match = re.compile(pattern[: cuts[index]], re.DOTALL).match(head)
        if match is not None:
            after = cuts[index + 1] if index + 1 < len(cuts) else len(pattern)
            wanted = pattern[cuts[index] : after]
            stands = head[match.end() : match.end() + 20]
            return Refused(name, "stops", match.group(), _shown(wanted), stands)
    first = pattern[: cuts[0]] if cuts else pattern
    return Refused(name, "stops", "", _shown(first), head[:20])


def _shown(part: str) -> str:
    """Return a part of a pattern as a reader knows it: the field it is for, or the text it wants."""
    group = _GROUP.search(part)
    if group is not None:
        return group.group(1)
    plain = part.replace(r"\n", "⏎").replace(r"\t", "⇥")
    plain = re.sub(r"\\([^\w\s])", r"\1", plain)
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN] + "…"
