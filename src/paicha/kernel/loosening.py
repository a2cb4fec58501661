"""
Which digits of a line's chunks may be others, or more of them, without the line being read differently.

`chunks.take_apart` decides by what a chunk looks like, and digits rarely matter to it: an identifier is one
whatever its digits are. `loosened` says for every run of digits by which pattern it may be replaced so
that the same recogniser takes the chunk for the same pieces. Where it cannot say, the digits stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from paicha.kernel import characters, chunks

#: Digits of a whole number that survive a float; of one with decimals one less, so that rounding never
#: takes it to the bound of `chunks`.
_WHOLE, _BEFORE_POINT = 15, 14
ANY = r"\d+"
_OCTET = r"(?:25[0-5]|2[0-4]\d|[01]?\d?\d)"
_LONG_OCTET = r"(?:25[0-5]|2[0-4]\d|[01]\d\d)"
#: An address of four numbers, each of which is below 256.
ADDRESS = r"\.".join([_OCTET] * 4)
#: A year, and what stands before the pattern of a number that is none.
YEAR = r"(?:19|20)\d\d"
NOT_A_YEAR = rf"(?!{YEAR}(?!\d))"
#: Stands for no bound [digits].
ENDLESS = 1 << 20
_RUN = re.compile(r"[0-9]+")
_LENGTHS = re.compile(r"\\d(?:\+|\{(\d+)(?:(,)(\d*))?\})")
_SIMPLE = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(?:[^0-9.,eE+-].*)?")
_FOUR_PARTS = re.compile(r"/?([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)")
_ADDRESSES = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(?:,[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)+")
_EXPONENT = re.compile(r"[eE][+-][0-9]")
#: What clocks, dates and addresses of colons are written with; with any other character a chunk is none.
_CLOCK_LIKE = re.compile(r"[0-9.,Z+\-:T_/]*")
_DATE_LIKE = re.compile(r"[0-9\-/.]*")
_MONTH = re.compile("Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec")
_HEX_GROUPS = re.compile(r"[0-9a-fA-F:]*(?:%.*)?")
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#: Identifiers that stay one with any hexadecimal digits: long enough to be nothing else.
_HEX_CHUNK = re.compile(
    rf"0x(?P<short>[0-9a-f]+)|(?:[A-Za-z]+-)?(?P<uuid>{_UUID})"
    r"|(?P<long>[0-9a-f]{20,})|(?P<word>(?=[0-9]*[a-f])[0-9a-f]{8,19})"
)
#: With a digit: letters alone are a word as often.
_HEX_INSIDE = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?=[a-f-]*[0-9]){_UUID}|(?=[a-f]*[0-9])[0-9a-f]{{4,}})(?![0-9A-Za-z])|[0-9]+"
)
#: A word of hexadecimal digits that is neither a number nor one of days.
_NO_NUMBER = "(?![0-9]+d?(?![0-9a-f]))"
_HEX_LETTER = re.compile("[a-f]")
_MASKED_TERMS = frozenset(_RUN.sub("0", term) for term in chunks.TERMS)


class Loose(NamedTuple):
    """
    A run of digits, or of hexadecimal ones, and what may stand there.

    Args:
        start: Where it begins.
        end: Where it ends.
        pattern: What may stand there.
        sure: Whether any digits of the same number fit.
        is_hex: Whether letters may stand there too.
        is_number: Whether it begins the digits of a number.
        is_address: Whether it is an address of four numbers.
    """

    start: int
    end: int
    pattern: str
    sure: bool = True
    is_hex: bool = False
    is_number: bool = False
    is_address: bool = False

    def firm(self, text: str) -> Loose:
        """Return the same with its length kept, or what stands there where its length is not all."""
        if self.is_address:
            octets = text[self.start : self.end].split(".")
            parts = (_LONG_OCTET if len(one) == 3 else rf"\d{{{len(one)}}}" for one in octets)
            return self._replace(pattern=r"\.".join(parts))
        if not self.sure or self.is_hex:
            return kept(self.start, self.end, text)
        return self._replace(pattern=rf"\d{{{self.end - self.start}}}")


def lengths(pattern: str) -> tuple[int, int] | None:
    r"""
    Return how many digits a pattern takes, whichever they are; None where it asks for more than that.

    Example:
        >>> lengths(r"\d{1,15}"), lengths(r"\d{4}"), lengths(r"\d{16,}") == (16, ENDLESS), lengths("7")
        ((1, 15), (4, 4), True, None)
    """
    found = _LENGTHS.fullmatch(pattern)
    if found is None:
        return None
    least = int(found[1] or 1)
    return least, int(found[3]) if found[3] else least if found[1] and not found[2] else ENDLESS


def kept(start: int, end: int, text: str) -> Loose:
    """Return a run whose digits stay."""
    return Loose(start, end, re.escape(text[start:end]), sure=False)


def loosened(text: str, start: int, end: int) -> Iterator[Loose]:
    r"""
    Yield for the runs of digits of the chunk ``text[start:end]`` what they may be; those left out stay.

    Example:
        >>> [one.pattern for one in loosened("took 83ms", 5, 9)]
        ['\\d{1,15}']
    """
    chunk = text[start:end]
    if characters.is_number(chunk):
        yield _digits(start, end)
        return
    first, last = chunks.core_of(chunk)
    if first < last and _RUN.search(chunk, first, last):
        yield from _core(text, start + first, start + last)


def inside(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield the runs of a text that is a variable as a whole, whatever its digits are."""
    for found in _HEX_INSIDE.finditer(text, start, end):
        run = found.group()
        if _HEX_LETTER.search(run):
            yield from _hex_runs(text, *found.span())
        else:
            yield from _any(text, *found.span())


def _hex_runs(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield the runs of an identifier; without any digit it would be a word."""
    needs = f"(?=[a-f-]{{0,{end - start - 1}}}[0-9])"
    for found in re.finditer("[0-9a-f]+", text[start:end]):
        pattern = f"{needs}[0-9a-f]{{{found.end() - found.start()}}}"
        yield Loose(start + found.start(), start + found.end(), pattern, is_hex=True)
        needs = ""


def _digits(start: int, end: int) -> Loose:
    many = end - start > _WHOLE
    pattern = rf"\d{{{_WHOLE + 1},}}" if many else rf"\d{{1,{_WHOLE}}}"
    return Loose(start, end, pattern, is_number=not many)


def _runs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _RUN.finditer(text, start, end):
        yield found.span()


def _of_length(text: str, start: int, end: int) -> Iterator[Loose]:
    for first, last in _runs(text, start, end):
        yield Loose(first, last, rf"\d{{{last - first}}}")


def _short(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield runs that keep their lengths, where none is so long that other digits make it no number."""
    if all(last - first <= _BEFORE_POINT for first, last in _runs(text, start, end)):
        yield from _of_length(text, start, end)


def _any(text: str, start: int, end: int) -> Iterator[Loose]:
    for first, last in _runs(text, start, end):
        yield Loose(first, last, ANY)


def _core(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield the runs of a chunk without its marks; in the order in which `chunks` asks its recognisers."""
    core = text[start:end]
    number = chunks.number_of(core)
    if number:
        if number[0].kind == "number":
            yield from _number(text, start, end)
        elif not _EXPONENT.search(core):
            yield from _of_length(text, start, end)
    elif _RUN.sub("0", core.lower()) in _MASKED_TERMS:
        return
    elif "..." in core:
        if core.count("...") > chunks.MOST_PARTS:
            yield from _of_length(text, start, end)
        else:
            yield from _both(text, start, end, "...")
    elif "://" in core:
        yield from inside(text, start + core.index("://") + 3, end)
    elif ":" in core:
        yield from _with_colon(text, start, end)
    else:
        yield from _plain(text, start, end)


def _number(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield the runs of a number: of one with commas or an exponent the lengths stay."""
    core = text[start:end]
    if _EXPONENT.search(core):
        return
    found = _SIMPLE.fullmatch(core)
    runs = list(_runs(text, start, end))
    if found is None:
        yield from _short(text, start, end)
        return
    first, last = runs[0]
    most = _BEFORE_POINT if found[1] else _WHOLE
    if last - first <= most:
        yield Loose(first, last, rf"\d{{1,{most}}}", is_number=True)
        yield from (Loose(*more, ANY) for more in runs[1:])


def _both(text: str, start: int, end: int, mark: str) -> Iterator[Loose]:
    at = text.index(mark, start, end)
    yield from loosened(text, start, at)
    at += len(mark)
    while mark == "..." and text[at : at + 1] == ".":
        at += 1
    yield from loosened(text, at, max(at, end))


def _with_colon(text: str, start: int, end: int) -> Iterator[Loose]:
    core = text[start:end]
    if core.count(":") > chunks.MOST_PARTS:
        yield from _of_length(text, start, end)
        return
    pieces = chunks.with_colon(core)
    if len(pieces) == 1 and pieces[0].text == core:
        yield from _of_length(text, start, end)  # a clock, an address, a path of Windows
        return
    parts = _both(text, start, end, ":")
    may_be_whole = _CLOCK_LIKE.fullmatch(core) or _HEX_GROUPS.fullmatch(core) or _MONTH.search(core)
    # Before the first colon of a clock stand two digits, before that of a date and clock three parts.
    if (may_be_whole and not _FOUR_PARTS.fullmatch(core.partition(":")[0])) or "\\" in core:
        parts = (one.firm(text) for one in parts)
    yield from parts


def _plain(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield the runs of a chunk without colons that is no number."""
    core = text[start:end]
    four = _FOUR_PARTS.fullmatch(core)
    if four:
        if chunks.is_ip(four[1]):
            yield Loose(start + four.start(1), end, ADDRESS, sure=False, is_address=True)
        return
    if _ADDRESSES.fullmatch(core):
        yield from _any(text, start, end)  # a list: too many points for a number
        return
    known = _HEX_CHUNK.fullmatch(core)
    if known is not None:
        yield from _hex_chunk(text, start, end, known)
        return
    if core[0] == "/":
        yield from inside(text, start, end)
        return
    if _FOUR_PARTS.fullmatch(core.partition("/")[2]):
        yield from _named_address(text, start, end)
        return
    starts_as_number = core[0] in "+-.," or core[0].isdigit()
    if starts_as_number and _EXPONENT.search(core):
        return
    if "," in core or _DATE_LIKE.fullmatch(core) or _MONTH.search(core):
        yield from _of_length(text, start, end)
    elif "/" in core or "\\" in core:
        if not starts_as_number:
            yield from _any(text, start, end)
        else:
            yield from _with_slash(text, start, end)
    else:
        yield from _last(text, start, end)


def _named_address(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield the runs of ``web1/10.0.0.1``."""
    at = text.index("/", start, end)
    if chunks.is_ip(text[at + 1 : end]):
        yield from loosened(text, start, at)
        yield Loose(at + 1, end, ADDRESS, sure=False, is_address=True)


def _with_slash(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield the runs of ``50/50``, or of a path that begins as a number does."""
    at = text.find("/", start, end)
    sides = [(start, at), (at + 1, end)]
    if at > start and all(_SIMPLE.fullmatch(text, *side) for side in sides):
        numbers = [chunks.number_of(text[first:last]) for first, last in sides]
        if all(numbers) and not numbers[0][0].unit:
            for first, last in sides:
                yield from _number(text, first, last)
            return
    yield from _short(text, start, end)


def _last(text: str, start: int, end: int) -> Iterator[Loose]:
    """Yield the runs of ``CPU#3``, ``core.2275``, of a host's name, of an identifier."""
    core = text[start:end]
    if chunks.counted(core):
        at = text.rindex("#", start, end)
        yield from loosened(text, start, at)
        yield _digits(at + 1, end)
        return
    if chunks.is_object(core):
        yield from _of_length(text, start, end)
        return
    pieces = chunks.prefixed(core)
    if pieces:
        yield _digits(end - len(pieces[1].text), end)
        return
    # What stands in the labels of a host does not decide that it is one.
    yield from inside(text, start, end) if chunks.is_host(core) else _any(text, start, end)


def _hex_chunk(text: str, start: int, end: int, known: re.Match[str]) -> Iterator[Loose]:
    if known["short"]:
        yield Loose(start + 2, end, "[0-9a-f]+", is_hex=True)
        return
    if known["word"]:
        size = end - start
        yield Loose(start, end, f"{_NO_NUMBER}[0-9a-f]{{{size}}}", is_hex=True)
        return
    yield from _hex_runs(text, end - len(known["uuid"] or known["long"]), end)
