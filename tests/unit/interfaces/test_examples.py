"""Commands that the help shows as examples."""

from __future__ import annotations

import shlex

import pytest

from paicha.interfaces.cli import help_pages
from paicha.interfaces.cli.examples import EXAMPLES


@pytest.mark.parametrize(
    ("command", "line"), [(name, line) for name, lines in EXAMPLES.items() for line in lines]
)
def test_an_example_names_its_command_and_options_it_has(command: str, line: str) -> None:
    """Each stands in the command's help as it is, and every option in it is one of the command's."""
    words = shlex.split(line.rpartition("| ")[2])
    page = help_pages.page([command, "--help"], 80, {})
    assert page is not None

    assert ["paicha", command] == words[:2]
    assert f"  {line}\n" in page
    assert [] == [word for word in words if word.startswith("--") and f"  {word} " not in page]
