"""Stack traces to attributes."""

from __future__ import annotations

from paicha.kernel.stacks import StackReader
from paicha.knowledge.stacks_loader import check_samples, load_stacks

RULES = load_stacks()
STACKS = StackReader(RULES)


def test_every_language_gives_exception_and_innermost_frame_of_its_samples() -> None:
    """Frames of libraries and of the runtime are no application's."""
    assert {"java", "python", "go", "dotnet", "node"} <= {rule.name for rule in RULES}
    assert () == check_samples(RULES)


def test_the_root_of_a_chain_is_named_beside_what_was_told() -> None:
    """The exception is the one that was logged; its cause is the last of the chain."""
    java = next(rule for rule in RULES if rule.name == "java").samples[0].text

    assert "java.net.SocketTimeoutException" == STACKS.read(java)["exception.cause"]


def test_text_without_frames_gives_nothing() -> None:
    """An exception's name in a sentence is no trace, and a frame without one says nothing either."""
    assert {} == STACKS.read("java.lang.Error: x\nno frame")
    assert {} == STACKS.read("late\n\tat shop.Keeper.run(Keeper.java:12)")


def test_only_lines_that_look_like_it_continue_a_trace() -> None:
    """The line that names the exception closes a Python traceback, and begins a Java one."""
    assert STACKS.continues("\tat shop.Keeper.run(Keeper.java:12)", in_trace=False)
    assert STACKS.continues("Caused by: java.io.IOException", in_trace=False)
    assert STACKS.continues("ValueError: x", in_trace=True)
    assert not STACKS.continues("ValueError: x", in_trace=False)
    assert not STACKS.continues("order 12 placed", in_trace=True)
    assert STACKS.opens("java.lang.IllegalStateException: lost")
    assert not STACKS.opens("An Exception was thrown")


def test_hostile_text_ends_soon() -> None:
    """No line makes a pattern try over and over: this test would not end."""
    for unit in ("a.", "at (", "\tat x(", "Caused by: ", "#1 /(", 'File "', "x/", "A::"):
        assert {} == STACKS.read("\n".join([unit * 50_000] * 3))
