"""Which names formats ask for."""

from paicha.kernel.asked_names import ANYWHERE, OF_LINE, TELLING, WITH_TELLING, names_asked
from paicha.knowledge.formats_loader import load_formats


def test_names_are_known_by_how_they_are_asked_for() -> None:
    """Where a value may stand, what a pattern looks for, and by what values a format is told."""
    asked = dict(names_asked(load_formats()))

    assert asked["msg"] & OF_LINE
    assert asked["kubernetes"] & OF_LINE
    assert asked["short_message"] & ANYWHERE
    assert asked["status"] & TELLING
    assert WITH_TELLING == asked["RequestMethod"] & (WITH_TELLING | ANYWHERE | OF_LINE)


def test_what_no_format_asks_for_is_no_such_name() -> None:
    """Nor what stands inside a value that has another name."""
    asked = dict(names_asked(load_formats()))

    assert set() == {"headers", "shard", "tenant", ""} & set(asked)
