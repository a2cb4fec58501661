"""The laws of folding: templates are a function of the shapes and their counts, whatever their order."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from paicha.kernel.grouping import groups
from paicha.kernel.openings import openings

NAMES = st.sampled_from(
    [
        "alice",
        "bob",
        "order_worker",
        "Front Desk",
        "IDLE",
        "BUSY",
        "debug",
        "true",
        "<id>",
        "失败",
        "failed",
        "é",
    ]
)
SHAPES = st.one_of(
    st.builds("session of {} opened on {}".format, NAMES, NAMES),
    st.builds("queue {}: {} is full".format, NAMES, NAMES),
    st.builds("{} <number> moved from {} to {}".format, NAMES, NAMES, NAMES),
    st.builds("state={} user={}".format, NAMES, NAMES),
    st.builds("roles [{}] to {{{}}}".format, st.lists(NAMES, max_size=3).map(", ".join), NAMES),
    st.builds(
        "took {} from [{}".format, st.lists(NAMES, min_size=1, max_size=3).map(", ".join), NAMES
    ),
    st.text(max_size=20).map(lambda text: text.replace("<", "")),
)


@given(shapes=st.lists(SHAPES, max_size=40), random=st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_shapes_changes_nothing(shapes: list[str], random: object) -> None:
    """Shuffled and repeated shapes make the same messages with the same members."""
    shuffled = [*shapes]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert groups(sorted(set(shapes))) == groups(sorted(set(shuffled), reverse=True))


@given(shapes=st.lists(SHAPES, max_size=40, unique=True))
@settings(max_examples=60)
def test_every_shape_is_in_exactly_one_message(shapes: list[str]) -> None:
    """None is lost, none stands twice, and equal positions of a message hold what its text says."""
    found = groups(shapes)

    assert sorted(shapes) == sorted(
        member.shape for members in found.values() for member in members
    )
    assert all(
        text in ("<*>", member.cells[at].text)
        for key, members in found.items()
        for member in members
        for at, text in enumerate(key)
    )


def test_the_seed_of_hashing_changes_nothing() -> None:
    """Runs with other hash seeds find the same messages."""
    program = (
        "from paicha.kernel.grouping import groups\n"
        "names = ['alice', 'bob', 'IDLE', 'order_worker', 'debug', '<id>', 'failed', 'x1']\n"
        "shapes = [f'queue {a}: {b} is {c}' for a in names for b in names for c in names]\n"
        "print([(key, [m.shape for m in members]) for key, members in groups(shapes).items()])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "12345")
    }

    assert 1 == len(outputs)


@given(
    head=st.sampled_from(["<number> ", "NAME: ", "[<id>] [main] ", "<time> vega INFO "]),
    random=st.randoms(use_true_random=False),
    more=st.lists(SHAPES, max_size=3),
)
@settings(max_examples=50)
def test_the_order_of_shapes_changes_no_column(head: str, random: Random, more: list[str]) -> None:
    """Columns are a function of the set of shapes, and each ends inside its shape."""
    shapes = [f"{head}{word} <number> of <id>" for word in ("a", "b", "c", "d", "e", "f", "g", "h")]
    shapes = sorted({*shapes, *more})
    found = openings([shapes], more)

    random.shuffle(shapes)

    assert openings([shapes], more) == found
    assert all(0 <= end <= len(shape) for shape, end in found.items())
