"""The laws of shapes: total on any text, one slot per placeholder, blind to what varies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paicha.kernel.cells import cells
from paicha.kernel.shape import LINE_CAP, shape

#: Text that is likely to meet a rule: digits, marks and letters close together.
DENSE = st.text(alphabet="019af ./:=,-_%()[]\"'<>\\@GET用户，：ms\n\x00é🙂", max_size=60)


@given(text=st.one_of(st.text(), DENSE))
def test_any_text_has_a_shape_with_a_slot_per_placeholder(text: str) -> None:
    """No text is refused, and placeholders and slots go together one by one."""
    shaped = shape(text)

    assert shaped.shape.count("<") == len(shaped.values)
    assert shaped.shape.count("<") <= shaped.shape.count(">")
    assert shaped == shape(text)


@given(text=st.one_of(st.text(), DENSE))
def test_cells_hold_the_whole_shape(text: str) -> None:
    """Taken apart and put together again, a shape is the same; slots are numbered in order."""
    shaped = shape(text)
    pieces = cells(shaped.shape)

    assert shaped.shape == "".join(cell.text + cell.unit for cell in pieces)
    assert list(range(len(shaped.values))) == [cell.slot for cell in pieces if cell.kind]


@given(text=DENSE, more=DENSE)
def test_only_the_first_line_counts(text: str, more: str) -> None:
    """What follows a line that says something changes nothing."""
    line = "x" + text.partition("\n")[0]

    assert shape(line) == shape(f"{line}\n{more}")


@given(number=st.integers(-(10**14), 10**14))
def test_whole_numbers_of_any_size_share_a_shape(number: int) -> None:
    """The shape of a line does not tell how large its number was, the slot does."""
    shaped = shape(f"rows={number}, done")

    assert shaped.shape == "rows=<number>, done"
    assert float(number) == shaped.values[0].number


@given(filler=st.text(alphabet="ab1 ", max_size=20), size=st.integers(0, 3))
def test_a_line_beyond_the_cap_is_cut_visibly(filler: str, size: int) -> None:
    """Whatever follows the cap, the shape is the same and ends with an ellipsis."""
    start = "x" * LINE_CAP

    assert shape(start + "y").shape.endswith("…")
    assert shape(start + "y") == shape(start + "y" + filler * size)
