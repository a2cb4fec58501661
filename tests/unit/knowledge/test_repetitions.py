"""What says that a line stands for several occurrences: true to its samples, readable for RE2."""

import pyarrow as pa
import pyarrow.compute as pc

from paicha.knowledge.repetitions_loader import check_samples, load_repetitions
from paicha.model.knowledge import Repetition


def test_every_sample_behaves() -> None:
    """What must match does, what must not does not; a mistake is named."""
    known = load_repetitions()
    wrong = Repetition("own", known[0].title, (r"x(?P<it>\d+)",), matches=("y",), rejects=("x7",))

    assert () == check_samples(known)
    assert ("own: does not match: 'y'", "own: matches: 'x7'") == check_samples([wrong])


def test_every_pattern_is_of_re2_and_captures_how_often() -> None:
    """They run over columns of messages."""
    for one in load_repetitions():
        assert one.patterns or one.field
        for pattern in one.patterns:
            assert ["it"] == [f.name for f in pc.extract_regex(pa.array([""]), pattern).type]
