"""
Which problem class a line belongs to.

Patterns run on RE2 through Arrow: linear time whatever the line holds, one pass per class over a
column of distinct line heads. A line that fits no class stays without one; it is a problem of its own.
RE2 takes half a millisecond to take a class's patterns in, longer than to run them over a hundred heads; so
where the heads are few a pattern is left out when none of the texts that it needs stands in any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kept import derived
from paicha.kernel import gates
from paicha.kernel.levels import WARN
from paicha.model.knowledge import ProblemClass

#: A record's head: what the patterns see. Below it stand stack frames, whose class and method names
#: would match by accident; but what an exception was caused by stands there, too.
HEAD_LINES = 4
HEAD_CHARACTERS = 1000
#: So many exceptions of a chain are seen, and so much of each: "Caused by:" of Java, ``[cause]:`` of
#: Node.js, ``--->`` of .NET, ``** (…)`` of Elixir, and the line below the frames of Python, which says what was raised.
_CAUSES = 4
_CAUSE_CHARACTERS = 300
_CAUSE = re.compile(
    r"(?:^|\n)(?:[ \t]{0,8}(?:Caused by: |\[cause\]: |---> |\*\* \()(?P<cause>[^\n]+)"
    r"|Traceback \(most recent call last\):\n(?:[ \t][^\n]*\n)+(?P<raised>[^\s][^\n]*))"
)

#: A statement that PostgreSQL logs with how long it took: that it took long counts, and nothing of what it quotes.
_STATEMENT = re.compile(
    r"(?:LOG: +)?duration: \d{1,12}(?:\.\d{1,6})? ms +(?:statement|plan|(?:execute|parse|bind) \S{1,100}):"
)

#: Worst first; the place decides between classes of equal rank.
SEVERITIES = ("outage", "critical", "major", "minor", "notice")

#: In longer texts nearly every pattern's words stand somewhere, and looking for them takes longer. In 34,000 characters of a large
#: file 232 of 998 patterns may match: 47 ms instead of 108, and 16 to find out [characters].
_FEW_HEADS = 1 << 17
#: Longer texts are looked through side by side [characters].
_LONG = 1 << 15
#: Classes looked for at the same time.
_THREADS = 4
#: Changes with the code that derives what a pattern needs.
_NEEDS = f"needs {gates.MADE}"


def classify(
    bodies: Sequence[str], severities: Sequence[int], problems: Sequence[ProblemClass]
) -> list[str | None]:
    """
    Return the id of the problem class of each body, None where no class fits.

    Of several classes that fit one body the winner has the highest `rank`; then the worst severity;
    then the longest match, as the most specific; then the smallest id.

    Args:
        bodies: Message texts; the first `HEAD_LINES` lines of each are looked at.
        severities: OpenTelemetry severity numbers, one per body.
        problems: Classes in any order; the answer does not depend on it.

    Raises:
        ValueError: If there are not as many severities as bodies.

    Example:
        >>> classify(["disk is full"], [17], [])
        [None]
    """
    applies = [severity == 0 or severity >= WARN for severity in severities]
    questions = list(zip(map(head, bodies), applies, strict=True))
    distinct = list(dict.fromkeys(questions))
    if not distinct:
        return []
    ordered = sorted(problems, key=lambda problem: (*_standing(problem), problem.id))
    winners = dict(zip(distinct, _winners(distinct, ordered), strict=True))
    return [winners[question] for question in questions]


def head(body: str) -> str:
    r"""
    Return the part of *body* that patterns of problems are matched against.

    Example:
        >>> head("duration: 3 ms  statement: select 'disk full'")
        'duration: 3 ms  statement:'
    """
    logged = _STATEMENT.match(body)
    return opening(body) if logged is None else logged[0]


def opening(body: str) -> str:
    r"""
    Return the first lines of *body*, and what an exception was caused by.

    Example:
        >>> opening("failed\nTraceback (most recent call last):\n  File 1\n    a()\n  File 2\nOSError: disk full")
        'failed\nTraceback (most recent call last):\n  File 1\n    a()\nOSError: disk full'
    """
    first = "\n".join(body[:HEAD_CHARACTERS].split("\n", HEAD_LINES)[:HEAD_LINES])
    if len(first) == len(body):
        return first
    # What was raised first stands last in Java and Node.js, and first in Python.
    told = [found["cause"] or found["raised"] for found in _CAUSE.finditer(body)]
    causes = (cause[:_CAUSE_CHARACTERS] for cause in told[-_CAUSES:])
    return "\n".join([first, *(cause for cause in causes if cause not in first)])


def matching(
    problem: ProblemClass, bodies: Sequence[str], *, below_warn: bool = False
) -> list[bool]:
    """
    Return for each body whether *problem* fits it, whatever the other classes.

    Args:
        problem: The class.
        bodies: Message texts.
        below_warn: Whether they stand at a level below WARN, where only some patterns hold.
    """
    heads = pa.array(map(head, bodies), pa.string())
    everywhere = pa.array(range(len(bodies)), pa.int64())
    own = _of_any_level(problem)
    patterns = own if below_warn else (*problem.patterns, *own)
    hits = frozenset(_hits(heads, everywhere, patterns, problem.excludes))
    return [place in hits for place in range(len(bodies))]


def _of_any_level(problem: ProblemClass) -> tuple[str, ...]:
    """Return the patterns that hold below WARN as well."""
    own = problem.below_warn.patterns
    return (*problem.patterns, *own) if problem.any_level else own


def _winners(
    questions: Sequence[tuple[str, bool]], ordered: Sequence[ProblemClass]
) -> list[str | None]:
    texts = [text for text, _ in questions]
    heads, words = pa.array(texts, pa.string()), "\n".join(texts).casefold()
    applies = [fitting_level for _, fitting_level in questions]
    places = pa.array(range(len(questions)), pa.int64())
    shared = _shared_excludes(ordered)
    left = _not_matching(heads, places, possible(shared, words))
    fitting = left.filter(pa.array(applies, pa.bool_()).take(left))

    def hits(problem: ProblemClass) -> list[int]:
        own = possible(tuple(each for each in problem.excludes if each not in shared), words)
        anywhere = possible(_of_any_level(problem), words)
        some = () if problem.any_level else possible(problem.patterns, words)
        return sorted({*_hits(heads, left, anywhere, own), *_hits(heads, fitting, some, own)})

    found: list[list[ProblemClass]] = [[] for _ in questions]
    for problem, places_of_it in zip(ordered, _each(hits, ordered, len(words)), strict=True):
        for place in places_of_it:
            found[place].append(problem)
    contenders = [_contenders(classes) for classes in found]
    lengths = _match_lengths(heads, contenders)
    return [
        max(rivals, key=lambda rival: lengths.get((place, rival.id), 0)).id if rivals else None
        for place, rivals in enumerate(contenders)
    ]


def _each(
    hits: Callable[[ProblemClass], list[int]], problems: Sequence[ProblemClass], characters: int
) -> Iterable[list[int]]:
    """Return what *hits* gives for each class: side by side where there is much to look at, for RE2 needs no lock."""
    if characters <= _LONG:
        return map(hits, problems)
    with ThreadPoolExecutor(_THREADS) as pool:
        return pool.map(hits, problems)


def _shared_excludes(problems: Sequence[ProblemClass]) -> tuple[str, ...]:
    """Return the excludes that every class has: they are tried once instead of once per class."""
    if not problems:
        return ()
    common = frozenset(problems[0].excludes).intersection(*(each.excludes for each in problems))
    return tuple(sorted(common))


def possible(patterns: tuple[str, ...], words: str) -> tuple[str, ...]:
    """Return those of *patterns* that may match in a text that is *words* when case-folded; of a long one all."""
    if not patterns or len(words) > _FEW_HEADS:
        return patterns
    return tuple(
        pattern
        for pattern, needed in zip(patterns, _needs(patterns), strict=True)
        if not needed or any(text in words for text in needed)
    )


@lru_cache(maxsize=1024)
def _needs(patterns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return of each pattern the texts of which one stands in whatever it matches; none: not known."""
    found: list[list[str]] = derived(
        _NEEDS, "\0".join(patterns), lambda: [sorted(gates.needed_of(one)) for one in patterns]
    )
    return tuple(tuple(texts) for texts in found)


def _hits(
    heads: pa.Array, places: pa.Array, patterns: Sequence[str], excludes: Sequence[str]
) -> list[int]:
    """Return those of *places* in *heads* that one of *patterns* matches and none of *excludes* does."""
    if not patterns:
        return []
    fits = pc.match_substring_regex(heads.take(places), joined(patterns))
    return list(_not_matching(heads, places.filter(fits), excludes).to_pylist())


def _not_matching(heads: pa.Array, places: pa.Array, patterns: Sequence[str]) -> pa.Array:
    if not patterns or not len(places):
        return places
    matched = pc.match_substring_regex(heads.take(places), joined(patterns))
    return places.filter(pc.invert(matched))


def joined(patterns: Sequence[str]) -> str:
    """Return one case-insensitive pattern that matches where any of *patterns* does."""
    return "(?i)" + "|".join(f"(?:{pattern})" for pattern in patterns)


def _contenders(fitting: Sequence[ProblemClass]) -> list[ProblemClass]:
    # `fitting` stands in the order of rank, severity and id: equals of the first stand next to it.
    return [problem for problem in fitting if _standing(problem) == _standing(fitting[0])]


def _match_lengths(
    heads: pa.Array, contenders: Sequence[Sequence[ProblemClass]]
) -> dict[tuple[int, str], int]:
    """Return, for heads with more than one contender, how much each one's first match covers."""
    wanted: dict[str, tuple[ProblemClass, list[int]]] = {}
    for place, problems in enumerate(contenders):
        if len(problems) > 1:
            for problem in problems:
                wanted.setdefault(problem.id, (problem, []))[1].append(place)
    lengths: dict[tuple[int, str], int] = {}
    for key, (problem, places) in wanted.items():
        texts = heads.take(pa.array(places, pa.int64()))
        # Arrow gives no match's end; what one replacement by nothing takes away is its length.
        patterns = joined((*problem.patterns, *problem.below_warn.patterns))
        rests = pc.replace_substring_regex(texts, patterns, "", max_replacements=1)
        covered = pc.subtract(pc.utf8_length(texts), pc.utf8_length(rests)).to_pylist()
        lengths.update(((place, key), n) for place, n in zip(places, covered, strict=True))
    return lengths


def _standing(problem: ProblemClass) -> tuple[int, int]:
    return -problem.rank, SEVERITIES.index(problem.severity)
