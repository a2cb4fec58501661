"""The words of trouble: true to their samples, and every way to write an abnormal level is among them."""

from paicha.kernel.levels import WARN, spellings
from paicha.knowledge.trouble_loader import check_samples, load_trouble_words
from paicha.model.knowledge import TroubleWords


def test_every_sample_behaves() -> None:
    """What must be found is, what must not is not; a mistake is named."""
    known = load_trouble_words()
    wrong = TroubleWords("own", ("x",), finds=("xy",), misses=("y x",))

    assert () == check_samples(known)
    assert ("own: does not find: 'xy'", "own: finds: 'y x'") == check_samples([wrong])


def test_every_spelling_of_an_abnormal_level_is_asked_for() -> None:
    """But for OpenTelemetry's grades (``ERROR2``), which stand in fields."""
    asked = {word.casefold() for group in load_trouble_words() for word in group.words}
    spelled = {word.casefold() for word in spellings(lambda number: number >= WARN)}

    assert set() == {word for word in spelled - asked if not word[-1:].isdigit()}


def test_no_word_is_asked_for_twice() -> None:
    """What an earlier group finds is not read again by a later one."""
    words = [word.casefold() for group in load_trouble_words() for word in group.words]

    assert len(words) == len(set(words))
