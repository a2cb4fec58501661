"""The laws of numbers read by columns: the figures are those of reading them one by one."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from paicha.kernel.merge import hashes_of_bytes, stable_hash
from paicha.kernel.number_columns import FigureSums, buckets, decimals, wholes
from paicha.kernel.quantiles import bucket
from paicha.kernel.slots import micros
from paicha.kernel.spellings import number_of

WHOLE = st.from_regex(r"[0-9]{1,15}", fullmatch=True)
PARTS = st.from_regex(r"-?[0-9]{1,9}\.[0-9]{1,9}5?", fullmatch=True)
PRIME = 2**61 - 1


@given(st.one_of(st.lists(WHOLE, min_size=1), st.lists(st.one_of(WHOLE, PARTS), min_size=1)))
@example(["0.0000005", "0.0000015", "2.5000005"])
@example(["-0.0", "-0", "999999999999999.5"])
@example(["999999999999999"] * 10_000)
@example(["-999999999999999.5"] * 10_000)
def test_numbers_of_a_column_are_those_of_its_texts(texts: list[str]) -> None:
    """Values, sums in millionths and buckets, also where a digit stands next to the middle of two millionths."""
    read = wholes if all(text.isdigit() for text in texts) else decimals
    column = read(pa.array([text.encode() for text in texts]))
    numbers = [number_of(text) for text in texts]
    sums = FigureSums()
    sums.add(pa.array([7] * len(texts), pa.int32()), column)
    found = sums.of(7)

    assert column.to_pylist() == numbers
    assert found is not None
    assert found == (7, sum(map(micros, numbers)), min(numbers), max(numbers))
    assert sums.of(8) is None
    assert buckets(column).to_pylist() == list(map(bucket, numbers))


@given(st.lists(st.tuples(st.integers(0, 2), WHOLE, PARTS, st.booleans()), min_size=1))
def test_sums_of_many_columns_are_those_of_one_after_the_other(
    rows: list[tuple[int, str, str, bool]],
) -> None:
    """Whole numbers, others and single ones of three variables, asked for now and then."""
    sums = FigureSums()
    expected: dict[int, list[float]] = {}
    for slot, whole, part, asks in rows:
        sums.add(pa.array([slot], pa.int32()), wholes(pa.array([whole.encode()])))
        sums.add(pa.array([slot], pa.int32()), decimals(pa.array([part.encode()])))
        sums.add_one(slot, 0.5, 2)
        expected.setdefault(slot, []).extend([float(whole), number_of(part), 0.5, 0.5])
        assert not asks or sums.of(slot) is not None

    for slot, numbers in expected.items():
        found = sums.of(slot)
        assert found == (slot, sum(map(micros, numbers)), min(numbers), max(numbers))


@given(st.lists(st.text(max_size=30), max_size=40))
@example([(PRIME * 255).to_bytes(9, "little").decode("latin-1"), "a" * 56, "a" * 57])
def test_many_texts_hash_as_each_alone_does(texts: list[str]) -> None:
    """Short and long ones together."""
    data = [text.encode() for text in texts]
    hashes = [stable_hash(text) for text in texts]

    assert hashes_of_bytes(data) == hashes


def test_texts_that_are_multiples_of_the_prime_hash_to_nothing() -> None:
    """The remainder of a multiple is zero, not the prime."""
    multiples = [(PRIME * factor).to_bytes(16, "little") for factor in (1, 2, 8, 2**60)]

    assert hashes_of_bytes(multiples) == [0, 0, 0, 0]
