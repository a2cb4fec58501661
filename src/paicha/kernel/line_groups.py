"""
A stretch of a file cut into lines, and those put together that may be read alike.

The work is Arrow's: no line becomes an object of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.digits import HEX_ZEROS, ZEROS
from paicha.kernel.parsed_line import uncoloured_bytes
from paicha.kernel.runs import DIGITS
from paicha.kernel.texts import apart, column, counting, lines_of, plain

#: Longer lines are left, as the native twin leaves them [bytes].
LONGEST = 4096
#: Letters that may be digits.
_HEX_LETTERS = b"abcdef"
#: Stands for the key of lines that are too long; no other line has it.
LONG = b"\n\n"


class Lines:
    """
    The lines of a stretch.

    Args:
        data: Whole lines; the last may lack its end.
    """

    def __init__(self, data: bytes) -> None:
        whole = data if data.endswith(b"\n") else data + b"\n"
        cut = lines_of(whole)
        edges = _edges(cut)
        self._starts = plain(edges)
        if b"\r" in whole or b"\x1b" in whole:
            whole = b"\n".join([as_read(line) for line in whole.split(b"\n")])
            edges = _edges(lines_of(whole))
        self._count = len(cut)
        #: Each with its line end; all of them, and where each begins there.
        self.texts = column(edges, whole)
        self.data, self.edges = whole, edges
        self._edges = plain(edges)
        #: Each with every digit as zero; few of these are distinct.
        self.forms = column(edges, whole.translate(ZEROS)).dictionary_encode()
        self._holds: dict[bytes, bool] = {}
        self._letters = b""
        encoded = self._coded()
        #: What lines are without digits, and the number of that for each line.
        self.keys = encoded.dictionary
        self.codes = encoded.indices.take(self.forms.indices)

    def __len__(self) -> int:
        return self._count

    def start(self, place: int) -> int:
        """Return where a line begins; of the one behind the last: where that ends."""
        return self._starts[place]

    def may_hold(self, text: bytes) -> bool:
        """Return whether a text may stand anywhere in them; what they are without digits is looked at, which is less."""
        if text not in self._holds:
            letters = text.translate(None, DIGITS)
            self._letters = self._letters or apart(self.keys)[1]
            self._holds[text] = letters in self._letters
        return self._holds[text]

    def __getitem__(self, place: int) -> bytes:
        return self.data[self._edges[place] : self._edges[place + 1] - 1]

    def _coded(self) -> pa.DictionaryArray:
        """Return what forms are without digits."""
        forms = self.forms.dictionary
        keys = lines_of(apart(forms)[1].translate(None, b"0"))
        long = pc.greater(pc.binary_length(forms), LONGEST + 1)
        if pc.any(long).as_py():
            keys = pc.if_else(long, pa.scalar(LONG, pa.binary()), keys)
        return keys.dictionary_encode()

    def groups(
        self, known: Sequence[bytes], places: pa.Int32Array
    ) -> Iterator[tuple[bytes, pa.Array]]:
        """
        Yield the keys of groups of lines, and which lines these are, in order.

        Args:
            known: What lines are without digits that are read alike. Of others the letters that may be digits are
                left out too, and a line end stands before their key.
            places: The lines, in order.
        """
        codes = self.codes.take(places).dictionary_encode()
        keys = self.keys.take(codes.dictionary)
        numbers = pc.index_in(keys, value_set=pa.array([*known, LONG], pa.binary()))
        is_other = pc.is_null(numbers)
        _, data = apart(pc.binary_join_element_wise(keys.filter(is_other), b"", b"\n"))
        others = lines_of(data.translate(None, _HEX_LETTERS)).dictionary_encode()
        names = [*known, LONG, *(b"\n" + key for key in others.dictionary.to_pylist())]
        behind = pc.add(others.indices, pa.scalar(len(known) + 1, pa.int32()))
        numbers = pc.replace_with_mask(numbers, is_other, behind)
        yield from (
            (names[number], places.take(chosen))
            for number, chosen in _by_number(numbers.take(codes.indices))
        )

    def like(self, place: int, places: pa.Array) -> pa.BooleanArray:
        """Return which of some lines are the same without digits as the one at a place."""
        return pc.equal(self.codes.take(places), self.codes[place])

    def parted(self, places: pa.Array, width: int) -> Iterator[tuple[bytes, pa.Array]]:
        """
        Yield lines by how they begin, digits of any base apart, in the order in which that first comes.

        Args:
            places: Which lines.
            width: How many first characters are looked at.
        """
        edges, data = apart(pc.binary_slice(self.texts.take(places), 0, width))
        encoded = column(edges, data.translate(HEX_ZEROS)).dictionary_encode()
        beginnings = encoded.dictionary.to_pylist()
        for number, chosen in _by_number(encoded.indices):
            yield beginnings[number], places.take(chosen)


def as_read(line: bytes) -> bytes:
    r"""
    Return a line without the returns at its end and the colours of a terminal; one that is to be left keeps these.

    Example:
        >>> as_read(b"\x1b[31mlost\x1b[0m\r"), as_read(b"\x1b(B\x1b[31m")
        (b'lost', b'\x1b(B\x1b[31m')
    """
    line = line.rstrip(b"\r")
    if b"\x1b" not in line or len(line) > LONGEST:
        return line
    text = uncoloured_bytes(line)
    # Another return would be taken off when the line is read again, and so would what is a colour only now.
    return line if b"\x1b" in text or text.endswith(b"\r") else text


def _edges(lines: pa.BinaryArray) -> pa.Int32Array:
    """Return where lines begin and the last ends, of which line ends were left out."""
    edges = pa.Array.from_buffers(pa.int32(), len(lines) + 1, [None, lines.buffers()[1]])
    # Before line n so many line ends are missing.
    return pc.add(edges, counting(len(edges)))


def _by_number(numbers: pa.Int32Array) -> Iterator[tuple[int, pa.Array]]:
    """Yield each number that occurs, the least first, and where it does."""
    order = pc.array_sort_indices(numbers)
    counted = numbers.value_counts()
    found: Sequence[tuple[int, int]] = sorted(
        zip(*(counted.field(at).to_pylist() for at in (0, 1)), strict=True)
    )
    edges = pairwise(accumulate((n for _, n in found), initial=0))
    for (number, _), (start, end) in zip(found, edges, strict=True):
        yield number, order[start:end]
