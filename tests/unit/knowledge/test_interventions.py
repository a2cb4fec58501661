"""What tells of changes: what is packaged, what a user's folder adds, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.errors import KnowledgeError
from paicha.knowledge.interventions_loader import load_interventions
from paicha.wiring.built_knowledge import knowledge_of

GOOD = """
[gate_opened]
title = { zh = "放开闸门", en = "gate opened" }
patterns.en = ['valve \\S+ opened by hand']
patterns.zh = ['手动打开阀门']
moves_load = true
matches = ["valve 7 opened by hand", "手动打开阀门 7"]
rejects = ["valve 7 closed"]
"""


def mistakes_of(folder: Path, content: str) -> str:
    (folder / "own.toml").write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError) as wrong:
        load_interventions([folder])
    assert wrong.value.code == "knowledge.interventions_invalid"
    return wrong.value.text("en")


def test_a_folder_of_the_users_adds_kinds_before_the_packaged_ones(tmp_path: Path) -> None:
    """Who writes one knows better: of two that fit a line theirs is taken."""
    (tmp_path / "own.toml").write_text(GOOD, encoding="utf-8")
    packaged = load_interventions()
    first, *rest = load_interventions([tmp_path])

    assert ("gate_opened", True) == (first.id, first.moves_load)
    assert list(packaged) == rest


def test_a_kind_of_the_same_name_replaces_the_packaged_one(tmp_path: Path) -> None:
    """Nobody is told of the same change twice."""
    (tmp_path / "own.toml").write_text(GOOD.replace("gate_opened", "release"), encoding="utf-8")
    found = load_interventions([tmp_path])

    assert len(load_interventions()) == len(found)
    assert ["gate opened"] == [kind.title.en for kind in found if kind.id == "release"]


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """File, table and key of each, and what to do."""
    said = mistakes_of(
        tmp_path,
        """
[Gate]
title = "gate"
patterns.en = ['(opened']
patterns.fr = ['ouvert']
moves_load = "yes"
colour = "red"
matches = ["opened"]
""",
    )

    for part in (
        "own.toml: Gate: an id is lower case letters",
        "own.toml: Gate.colour: no such key",
        "own.toml: Gate.patterns.fr: no such language",
        "own.toml: Gate.moves_load: is neither true nor false",
        "own.toml: Gate.patterns[0]:",
    ):
        assert part in said


def test_a_sample_that_does_not_behave_is_a_mistake(tmp_path: Path) -> None:
    """A user's pattern is tested before it is used: nobody else tests it."""
    said = mistakes_of(tmp_path, GOOD.replace("valve 7 closed", "valve 7 opened by hand"))

    assert "gate_opened: matches: 'valve 7 opened by hand'" in said


def test_the_settings_knowledge_folders_are_read(tmp_path: Path) -> None:
    """A folder named in the settings may hold changes beside problems; they change the fingerprint."""
    folder = tmp_path / "interventions"
    folder.mkdir()
    (folder / "own.toml").write_text(GOOD, encoding="utf-8")
    found = knowledge_of((tmp_path,))

    assert "gate_opened" == found.interventions[0].id
    assert knowledge_of(()).fingerprint != found.fingerprint
