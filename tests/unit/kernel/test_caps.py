"""What the sums hold at most, and what they say and keep beyond it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from paicha.kernel.caps import OTHER, Caps, Cut
from paicha.kernel.count import Partial, Room, Sum, add, count
from paicha.kernel.fold import fold
from paicha.kernel.keeping import FIRST, LAST, kept
from paicha.kernel.unit_order import place_of
from paicha.kernel.weights import MANY, put_many, row_weights, total, weight_of
from paicha.model.schema import RECORDS

START = datetime(2025, 12, 19, 10, 0, tzinfo=UTC)
ERROR, WARN, INFO = 17, 13, 9
_WORDS = ["ready", "lost", "sent", "full", "done", "open"]


def part(*rows: Mapping[str, object]) -> Partial:
    """Count some records."""
    blank = {field.name: "" if field.type == pa.string() else None for field in RECORDS}
    filled = [blank | {"severity_number": INFO, "timestamp": START} | dict(row) for row in rows]
    return count(pa.RecordBatch.from_pylist(filled, RECORDS))[1]


def minute(at: int) -> datetime:
    """Return a moment some minutes after the start."""
    return START + timedelta(minutes=at)


def counted(sums: Partial) -> dict[str, int]:
    """Return the records of every shape."""
    found: dict[str, int] = {}
    for row in sums.counts.to_pylist():
        found[row["shape"]] = found.get(row["shape"], 0) + row["n"]
    return found


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "body": st.builds(
                "{} took {}ms for 0x{}".format,
                st.sampled_from(_WORDS),
                st.integers(0, 3),
                st.sampled_from(["a1", "b4" * 200, "a3" * 300]),
            ),
            "severity_number": st.sampled_from([0, INFO, WARN, ERROR]),
            "timestamp": st.one_of(st.none(), st.integers(0, 4000).map(minute)),
            "host_ip": st.sampled_from(["a", "b", "c", "dd", "eeeeeeee"]),
        }
    ),
    max_size=60,
)
CAPS = st.builds(
    Caps,
    rows=st.integers(1, 40),
    units=st.integers(1, 12),
    slots=st.integers(1, 8),
    slot_shapes=st.integers(10, 400),
    weight=st.integers(200, 40_000),
    places=st.integers(100, 1000),
    all_places=st.integers(100, 10_000),
    examples=st.integers(100, 10_000),
)


@settings(max_examples=100)
@given(
    rows=ROWS,
    caps=CAPS,
    cuts=st.lists(st.integers(0, 60), max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_beyond_the_caps_any_order_and_any_cut_give_the_same_tables(
    rows: list[dict[str, object]], caps: Caps, cuts: list[int], order: object
) -> None:
    """What is given up depends on the records alone, and no record is lost."""
    whole = add([part(*rows)], caps)
    mixed = list(rows)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    ends = [0, *sorted(cuts), len(mixed)]

    added = add([])
    for start, end in pairwise(ends):
        added = add([added, part(*mixed[start:end])], caps)

    assert whole == added
    assert whole == add([added], caps)
    assert len(rows) == sum(whole.counts["n"].to_pylist())


@given(one=ROWS, two=ROWS, three=ROWS, caps=CAPS)
def test_beyond_the_caps_adding_is_associative_and_commutative(
    one: list[dict[str, object]],
    two: list[dict[str, object]],
    three: list[dict[str, object]],
    caps: Caps,
) -> None:
    """A tree of any form over the parts has the same root."""
    a, b, c = (part(*rows) for rows in (one, two, three))

    assert add([add([a, b], caps), c], caps) == add([a, add([c, b], caps)], caps)


def test_minutes_become_wider_where_rows_are_too_many() -> None:
    """One shape over two hours, twenty rows allowed: ten-minute buckets."""
    parts = [part({"body": "ready", "timestamp": minute(n)}) for n in range(40)]

    sums = add(parts, Caps(rows=20))

    assert (600, 4, 0) == (sums.minute_s, sums.counts.num_rows, sums.others)


def test_a_shape_of_too_many_hosts_keeps_its_minutes_and_names_none() -> None:
    """A unit whose hosts weigh too much is counted without them; one of few hosts beside it keeps its own."""
    many = [
        {"body": "ready", "host_ip": f"10.0.0.{n}", "timestamp": minute(n % 2)} for n in range(40)
    ]
    few = {"body": "lost", "host_ip": "10.0.0.1", "timestamp": START}

    sums = add([part(*many), part(few)], Caps(places=1000))

    rows = [(row["shape"], row["host"], row["n"]) for row in sums.counts.to_pylist()]
    assert [("lost", "10.0.0.1", 1), ("ready", MANY, 20), ("ready", MANY, 20)] == rows
    assert (40, 0, 60) == (sums.unplaced, sums.others, sums.minute_s)


def test_rows_are_given_up_by_their_weight_too() -> None:
    """Forty minutes of one shape weigh more than may be held by the minute, though rows are few."""
    parts = [part({"body": "ready", "timestamp": minute(n)}) for n in range(40)]

    sums = add(parts, Caps(weight=20 * 165))

    assert (600, 4, 0) == (sums.minute_s, sums.counts.num_rows, sums.others)


def test_what_all_rows_weigh_is_the_sum_of_what_each_does() -> None:
    """
    With and without a row that stands for many places, and of no rows at all.
    """
    counts = part(*({"body": f"{word} now", "host_ip": word} for word in _WORDS)).counts
    first = pa.array([at == 0 for at in range(counts.num_rows)])
    for table in (counts, put_many(counts, first), counts.slice(0, 0)):
        assert total(row_weights(table, 1000)) == weight_of(table, 1000)


def test_examples_behind_much_else_are_short() -> None:
    """Long values do not fill the memory: an example is then as long as its shape tells."""
    rows = [{"body": f"{word} 0x{'a3' * 900}", "host_ip": "a"} for word in _WORDS]

    sums = add([part(*rows)], Caps(examples=500))

    lengths = [len(row["example"]) for row in sums.counts.to_pylist()]
    assert [256, 1800] == sorted({length // 8 * 8 for length in lengths})


def test_errors_keep_their_shapes_before_anything_else() -> None:
    """With room for two shapes, both errors stay and every other line is counted together."""
    quiet = [{"body": word, "host_ip": "a"} for word in _WORDS] * 3
    loud = [{"body": f"{word} broken", "severity_number": ERROR} for word in _WORDS[:2]]

    sums = add([part(*quiet), part(*loud)], Caps(units=2))

    assert {"ready broken": 1, "lost broken": 1, OTHER: 18} == counted(sums)
    assert 18 == sums.others


def test_what_is_counted_together_keeps_level_place_first_and_last() -> None:
    """Only shape and minute are gone."""
    rows = [
        {"body": "ready", "host_ip": "a", "timestamp": minute(5)},
        {"body": "lost", "host_ip": "a", "timestamp": minute(0)},
    ]

    sums = add([part(*rows, {"body": "bad", "severity_number": ERROR})], Caps(units=1))
    (other,) = (row for row in sums.counts.to_pylist() if row["shape"] == OTHER)

    no_minute = datetime(1970, 1, 1, tzinfo=UTC)
    assert (INFO, "a", no_minute, 2, minute(0), minute(5), "lost") == tuple(
        other[name]
        for name in ("severity_number", "host", "minute", "n", "first", "last", "example")
    )


def test_even_places_become_one_where_they_are_too_many() -> None:
    """A host name per line must not fill the memory either."""
    rows = [{"body": "ready", "host_ip": f"h{n}"} for n in range(50)]

    sums = add([part(*rows)], Caps(rows=8, units=1))

    assert {OTHER: 50} == counted(sums)
    assert [MANY] == sums.counts["host"].to_pylist()


def test_variables_are_kept_whole_or_not_at_all() -> None:
    """Beyond the cap some shapes have no variables; those that have them have all."""
    rows = [{"body": f"{word} took {n}ms for {n}"} for word in _WORDS for n in range(3)]

    sums = add([part(*rows)], Caps(slots=6))
    whole = add([part(*rows)])
    kept = set(sums.slots["shape"].to_pylist())

    assert sums.without_variables
    assert 3 == len(kept)
    for mine, all_ in zip(
        (sums.slots, sums.slot_values, sums.slot_buckets),
        (whole.slots, whole.slot_values, whole.slot_buckets),
        strict=True,
    ):
        assert mine.to_pylist() == [r for r in all_.to_pylist() if r["shape"] in kept]


def test_variables_are_given_up_by_what_their_shapes_weigh_too() -> None:
    """In each row of a dumped object's hundreds of variables stands all of its shape: 3.3 GB of memory for 100 MB of such lines."""
    words = [f"field{at}" for at in range(300)]
    dumped = [
        " ".join(f"{word}={n + 10 * at}" for at, word in enumerate(words)) for n in range(100)
    ]
    few = [{"body": "order took 5ms"}]

    sums = part(*({"body": body} for body in dumped), *few)

    assert sums.slot_values.nbytes < 1 << 20
    assert sums.without_variables
    assert not part(*({"body": body} for body in dumped[:9]), *few).without_variables
    assert 101 == sum(sums.counts["n"].to_pylist())


def test_what_is_counted_together_is_a_template_of_its_own() -> None:
    """The fold joins it to no message, and every record stays in one template."""
    rows = [{"body": word} for word in _WORDS] + [{"body": "17"}, {"body": "17 18"}]
    sums = add([part(*rows)], Caps(units=3))

    folded = fold(sums.counts, sums.slots, sums.slot_values, sums.slot_buckets)

    assert 8 == sum(folded.templates["n"].to_pylist())
    assert [5] == [r["n"] for r in folded.templates.to_pylist() if r["text"] == OTHER]


def test_a_line_cannot_pretend_to_be_counted_together() -> None:
    """The mark holds a letter that no line's shape has."""
    assert OTHER not in counted(part({"body": OTHER}))


def test_within_the_caps_nothing_is_cut() -> None:
    """The ordinary case."""
    assert Cut() == add([part({"body": "ready"})]).cut


@settings(max_examples=60)
@given(rows=ROWS, caps=CAPS, taken=st.sets(st.integers(0, 12)), size=st.integers(1, 9))
def test_a_running_sum_is_the_sum_of_all_its_parts(
    rows: list[dict[str, object]], caps: Caps, taken: set[int], size: int
) -> None:
    """Whenever it is asked in between, and though later parts give up at once what the sum gave up."""
    parts = [part(*rows[start : start + size]) for start in range(0, len(rows), size)]
    running = Sum(caps)

    for at, one in enumerate(parts):
        running.put(one)
        if at in taken:
            running.take()

    assert add(parts, caps) == running.so_far()() == running.take()


@settings(max_examples=60)
@given(rows=ROWS, cut=st.integers(0, 60), most=st.integers(1, 8), order=st.randoms())
def test_kept_records_are_those_of_the_first_kinds_in_any_cut(
    rows: list[dict[str, object]], cut: int, most: int, order: object
) -> None:
    """What is kept of the whole is kept of what was kept of its parts."""
    stored = records_of(*({"locator": f"f:{at}"} | row for at, row in enumerate(rows)))
    places = list(range(stored.num_rows))
    order.shuffle(places)  # type: ignore[attr-defined]
    mixed = stored.take(pa.array(places, pa.int64()))

    whole = kept([stored], most)

    assert whole == kept([kept([mixed[:cut]], most), mixed[cut:]], most)
    kinds = Counter(zip(*(whole[n].to_pylist() for n in ("shape", "severity_number")), strict=True))
    assert len(kinds) == min(most, len(kinds_of(stored)))
    assert all(n <= FIRST + LAST for n in kinds.values())
    assert all(
        place_of(*kind) < place_of(*other)
        for kind in kinds
        for other in kinds_of(stored) - set(kinds)
    )


def records_of(*rows: Mapping[str, object]) -> pa.Table:
    """Return some records with their shapes."""
    blank = {field.name: "" if field.type == pa.string() else None for field in RECORDS}
    filled = [blank | {"severity_number": INFO, "timestamp": START} | dict(row) for row in rows]
    return pa.Table.from_batches([count(pa.RecordBatch.from_pylist(filled, RECORDS))[0]])


def kinds_of(stored: pa.Table) -> set[tuple[str, int]]:
    """Return shape and severity of every record, each pair once."""
    return set(zip(*(stored[n].to_pylist() for n in ("shape", "severity_number")), strict=True))


def test_few_rows_are_held_while_shapes_are_many() -> None:
    """More where they turn out to be few, and few again."""
    room = Room()
    least = room.rows
    one_shape = part(*({"body": "ready", "timestamp": minute(n)} for n in range(20)))

    room.learn(one_shape)
    room.learn(one_shape)
    more = room.rows
    room.learn(part(*({"body": word} for word in _WORDS)))

    assert (4 * least, least) == (more, room.rows)
