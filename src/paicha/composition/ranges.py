"""What a variable of a problem's lines was, in words."""

from __future__ import annotations

from paicha.analysis.wording import significant
from paicha.composition.draft import Draft, line
from paicha.composition.identifiers import is_number_of_a_thing
from paicha.composition.words import Words
from paicha.kernel.quantiles import ERROR
from paicha.model.findings import Range
from paicha.model.report import Line, Span

_MOST_VALUES = 8
#: Of words that are too many to be counted each.
_FEW = 3
#: Of a smaller mean one decimal says too little.
_SMALL = 10.0


def told_range(draft: Draft, item: Range) -> Line:
    """Return a variable's numbers with what they are around, or its words with their counts."""
    words = draft.words
    kind = "unnamed" if item.minimum is not None else "unnamed_words"
    name = words.text(item.name, 60) or words.say(f"detail.{kind}")
    if item.minimum is None or item.maximum is None:
        return _word_range(draft, item, name)
    if is_number_of_a_thing(item):
        return _identifiers(draft, item, name)
    unit = item.unit if item.unit.startswith("/") else words.with_unit("", item.unit)
    if item.minimum == item.maximum:
        low, n = words.number(item.minimum), words.count(item.n)
        return line(words.say("detail.range_one", name=name, low=low, unit=unit, n=n))
    facts = {
        "name": name,
        "low": words.number(item.minimum),
        "high": words.number(item.maximum),
        "unit": unit,
        "mean": _mean(words, item.mean),
        "n": words.count(item.n),
    }
    # Of more values than are kept each by itself a sketch knows the quantiles.
    exact = item.complete
    if not exact and _says_no_more_than_ends(item.minimum, item.maximum):
        return line(words.say("detail.range_narrow", **facts))
    said = words.say(
        "detail.range_numbers" if exact else "detail.range_numbers_about",
        median=_quantile(words, item.p50, exact=exact),
        high_end=_quantile(words, item.p95, exact=exact),
        error=words.with_unit(f"{100 * ERROR:g}", "%"),
        **facts,
    )
    return line(said)


def _says_no_more_than_ends(low: float, high: float) -> bool:
    """Return whether a quantile's error is as wide as all the values: the 95th of such was below their mean."""
    return high - low <= 4 * ERROR * max(abs(low), abs(high))


def _mean(words: Words, mean: float | None) -> str:
    """Return a mean with one decimal; a small one with those that matter, as 0.03 s is not nothing."""
    small = mean is None or abs(mean) < _SMALL
    return words.number(mean if small or mean is None else round(mean, 1))


def _quantile(words: Words, value: float | None, *, exact: bool) -> str:
    return words.number(value) if exact or value is None else significant(value, 3)


def _identifiers(draft: Draft, item: Range, name: str) -> Line:
    """Return such numbers as they stand in the log; where some come again and again, the most frequent ones."""
    words = draft.words
    low, high = (f"{end or 0.0:.0f}" for end in (item.minimum, item.maximum))
    if low == high:
        return line(
            words.say("detail.range_one", name=name, low=low, unit="", n=words.count(item.n))
        )
    if item.values and item.complete and 2 * item.distinct <= item.n:
        return _word_range(draft, item, name)
    key = "detail.range_ids" if item.complete else "detail.range_ids_many"
    facts = {"distinct": words.count(item.distinct), "n": words.count(item.n)}
    return line(words.say(key, name=name, low=low, high=high, **facts))


def _word_range(draft: Draft, item: Range, name: str) -> Line:
    words = draft.words
    if not item.complete:
        return _some_words(draft, item, name)
    shown = item.values[:_MOST_VALUES]
    spans = (Span(words.say("detail.range_words", name=name)), *draft.shares(shown))
    if len(shown) == item.distinct:
        return spans
    more = words.say("detail.range_more", n=words.count(item.distinct))
    return (*spans, Span(more, "muted"))


def _some_words(draft: Draft, item: Range, name: str) -> Line:
    """
    Return about how many different words there were, and a few of them without counts.

    Which are kept decides a hash: the most frequent of these need not be the most frequent of all.
    """
    words = draft.words
    n = significant(item.distinct, 2)
    spans = [Span(words.say("detail.range_some", name=name, n=n))]
    for share in item.values[:_FEW]:
        if len(spans) > 1:
            spans.append(Span(words.say("joint")))
        spans.append(Span(words.text(share.name, 160) or "—", "code"))
    return tuple(spans)
