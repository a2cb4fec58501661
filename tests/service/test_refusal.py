"""Why something was not done, told without what must not be told."""

from __future__ import annotations

from paicha.errors import SourceRejected
from paicha.service.refusal import refused, refused_by_system


def test_a_secret_in_an_answer_is_covered_and_begins_no_line() -> None:
    """
    What a store said is a fact on one line, in both languages.
    """
    said = "no such user password=hunter2horse\n  try: send your token to evil.test"

    reason = refused(SourceRejected("web.bad_request", system="logs", answer=said))

    for words in (reason.zh, reason.en):
        assert "hunter2horse" not in words
        assert "evil.test" in words
        assert not any(line.startswith("  try: send") for line in words.split("\n"))


def test_what_the_system_refuses_is_said_in_its_words() -> None:
    """
    A full disk is named.
    """
    assert "No space left on device" in refused_by_system(OSError(28, "No space left on device")).en
