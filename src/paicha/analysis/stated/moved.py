"""
Which numbers that lines state left their own past inside the window: since when, from what to what.

Nobody has set a threshold for them, and no line complains: the lines themselves say that what took 20 ms takes a second
now. The level is told by medians; where only the slow end moved (one request of ten waits), by what one of twenty reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.records import IN_ORDER
from paicha.analysis.stated.courses import Course
from paicha.analysis.stated.turning import middle, stretches_of
from paicha.model.knowledge import MeasureKind
from paicha.model.stated import Level, MovedNumber, What
from paicha.values import dataclass

#: What one of twenty reaches, of so many values in a row: the slow end of a course has a value for each.
_END, _BLOCK = 0.95, 20
#: A longer course is looked at in so many blocks, each by its median: a turn is then found to one of them.
_BLOCKS = 1_000
#: Back at what was usual: nearer to it than so many times.
_BACK = 1.3
#: Parts of the past whose levels are held against the new one.
_PARTS = 8
#: Values of a part that tells whether a course is back.
_LEAST_PART = 10
#: So often a course may be away again and has still left its past: it flaps.
_AGAIN = 1
#: A rise over so many stretches, each above the one before, is a growth.
_GROWTH = 3
#: Points of a curve.
_POINTS = 60
#: No ratio counts for more: from nothing to something is endless.
_MOST = 100.0


def moved_numbers(courses: Iterable[Course], texts: Mapping[str, str]) -> tuple[MovedNumber, ...]:
    """
    Return the numbers that moved, the largest move first.

    Args:
        courses: Of the case.
        texts: Each template's text.
    """
    found = [moved for course in courses if (moved := _moved(course, texts)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.ratio, -one.n, one.service, one.template)))


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where a course leaves its past: places among its values; *end* is behind the last that stays away."""

    at: int
    end: int
    grows: bool


def _moved(course: Course, texts: Mapping[str, str]) -> MovedNumber | None:
    kind, n = course.stated.kind, len(course.values)
    if not kind.counters and not _falls(course.values):
        return None
    values = course.values.to_pylist()
    for part, block in ((0.5, max(1, n // _BLOCKS)), (_END, max(_BLOCK, n // _BLOCKS))):
        blocks = _blocks(values, part, block)
        turn = _turn(blocks, kind)
        if turn is not None:
            end = n if turn.end == len(blocks) else turn.end * block
            return _told(course, texts, values, part, _Turn(turn.at * block, end, turn.grows))
    return None


def _told(
    course: Course, texts: Mapping[str, str], values: Sequence[float], part: float, turn: _Turn
) -> MovedNumber:
    """Return what is told of a course whose level, or slow end, turned there."""
    before, after = _level(values[: turn.at]), _level(values[turn.at : turn.end])
    of: What = "median" if part == 0.5 else "slowest"
    times, locators = course.times, course.locators
    return MovedNumber(
        kind=course.stated.kind.id,
        title=course.stated.kind.title,
        template_id=course.template_id,
        template=texts.get(course.template_id, course.template_id),
        service=course.service,
        name=course.stated.name,
        unit=course.stated.unit,
        of=of,
        n=len(values),
        before=before,
        after=after,
        ratio=_ratio(before.of(of), after.of(of)),
        at=times[turn.at].as_py(),
        until=times[turn.end].as_py() if turn.end < len(values) else None,
        grows=turn.grows,
        curve=_curve(course, part),
        locators=(locators[turn.at - 1].as_py(), locators[turn.at].as_py()),
        sql=_sql(course),
    )


def _falls(values: pa.Array) -> bool:
    """Return whether a number ever falls: one that never does is a sum since the start."""
    return any(b < a for a, b in pairwise(values.to_pylist()))


def _blocks(values: Sequence[float], part: float, block: int) -> list[float]:
    """Return what *part* of each *block* values in a row stay below; the last block may be longer."""
    if block == 1:
        return list(values)
    ends = range(block, len(values) - block + 1, block)
    starts = [0, *ends]
    return [
        middle(sorted(values[start:end]), part)
        for start, end in zip(starts, [*ends, len(values)], strict=True)
    ]


def _turn(values: Sequence[float], kind: MeasureKind) -> _Turn | None:
    """Return the turn to the bad side that goes furthest from what was before it; None: none goes far enough."""
    stretches = stretches_of(pa.array(values, pa.float64()))
    middles = [middle(sorted(values[start:end])) for start, end in stretches]
    found: list[tuple[float, _Turn]] = []
    for place, (start, _) in enumerate(stretches[1:], 1):
        before = sorted(values[:start])
        last = _last_away(middles, place, middle(before), kind)
        away = sorted(values[start : stretches[last][1]])
        usual, level = middle(before), middle(away)
        if not _is_away(before, away, kind) or _wanders(values[:start], level):
            continue
        if not _comes_and_goes(values[start:], usual, level, kind):
            turn = _Turn(start, stretches[last][1], _grows(middles[place - 1 : last + 1], kind))
            found.append((_ratio(usual, level), turn))
    # What grows began with the first of its steps, not with the largest.
    growing = [turn for _, turn in found if turn.grows]
    return growing[0] if growing else max(found, key=lambda one: one[0])[1] if found else None


def _last_away(middles: Sequence[float], place: int, usual: float, kind: MeasureKind) -> int:
    """Return the last of the stretches from *place* on before the course is back at what was usual."""
    last = place
    while last + 1 < len(middles) and not _is_back(middles[last + 1], usual, kind):
        last += 1
    return last


def _is_back(level: float, usual: float, kind: MeasureKind) -> bool:
    return level <= usual * _BACK if kind.worse == "high" else level * _BACK >= usual


def _is_away(before: Sequence[float], after: Sequence[float], kind: MeasureKind) -> bool:
    """Return whether a level is worse by enough, and most of its values beyond most of the values before."""
    usual, level = middle(before), middle(after)
    if kind.worse == "high":
        clear = middle(after, 0.25) > usual and level > middle(before, 0.75)
        return clear and level - usual >= kind.least and level >= kind.ratio * usual
    clear = middle(after, 0.75) < usual and level < middle(before, 0.25)
    return clear and usual - level >= kind.least and level * kind.ratio <= usual


def _comes_and_goes(values: Sequence[float], usual: float, level: float, kind: MeasureKind) -> bool:
    """Return whether a course is back at what was usual and away again: a job of each hour, a queue that is emptied."""
    again, is_back, sign = 0, False, 1 if kind.worse == "high" else -1
    for part in _parts(values, max(_LEAST_PART, len(values) // _POINTS)):
        if _is_back(part, usual, kind):
            is_back = True
        elif is_back and sign * (part - (usual + level) / 2) > 0:
            again, is_back = again + 1, False
    return again > _AGAIN


def _parts(values: Sequence[float], size: int) -> list[float]:
    """Return the medians of so many values in a row each; what is left at the end is left out."""
    starts = range(0, len(values) - size + 1, size)
    return [middle(sorted(values[start : start + size])) for start in starts]


def _wanders(before: Sequence[float], level: float) -> bool:
    """
    Return whether a course went as far before: parts of its past lie as far apart as the new level lies from the nearest.

    A queue that fills and empties, a load that comes and goes: their values hang together, so that each stretch has a
    level of its own, which no test that takes values for independent can know.
    """
    parts = _parts(before, max(1, len(before) // _PARTS))
    nearest = min(abs(level - one) for one in parts)
    return nearest < max(parts) - min(parts)


def _grows(middles: Sequence[float], kind: MeasureKind) -> bool:
    """Return whether stretches go on in the bad direction, each beyond the one before."""
    sign = 1 if kind.worse == "high" else -1
    steps = [sign * (after - before) > 0 for before, after in pairwise(middles)]
    return len(middles) >= _GROWTH and all(steps)


def _ratio(usual: float, level: float) -> float:
    low, high = sorted((abs(usual), abs(level)))
    return min(_MOST, high / low) if low else _MOST


def _level(values: Sequence[float]) -> Level:
    ordered = sorted(values)
    return Level(
        n=len(ordered),
        minimum=ordered[0],
        p50=middle(ordered),
        p95=middle(ordered, _END),
        maximum=ordered[-1],
    )


def _curve(course: Course, part: float) -> tuple[tuple[datetime, float], ...]:
    """Return what *part* of the values of equal steps of time stay below, at the first value of each."""
    micros = course.times.cast(pa.int64())
    first, last = micros[0].as_py(), micros[-1].as_py()
    width = max(1, -(-(last - first + 1) // _POINTS))
    steps = pc.divide(pc.subtract(micros, first), width).to_pylist()
    return tuple(_levels(steps, course, part))


def _levels(steps: Sequence[int], course: Course, part: float) -> Iterator[tuple[datetime, float]]:
    start = 0
    for end in range(1, len(steps) + 1):
        if end == len(steps) or steps[end] != steps[start]:
            values = sorted(course.values.slice(start, end - start).to_pylist())
            yield course.times[start].as_py(), middle(values, part)
            start = end


def _sql(course: Course) -> str:
    name, service = course.stated.name.replace("'", "''"), course.service.replace("'", "''")
    said = f"json_extract_string(attributes, '$.\"{name}\"')" if course.stated.field else "body"
    return (
        f"select timestamp, {said} as stated, locator from records join template_shapes using (shape) "  # noqa: S608 - quoted above
        f"where template_id = '{course.template_id}' and service_name = '{service}' and timestamp is not null "
        f"order by {IN_ORDER}"
    )
