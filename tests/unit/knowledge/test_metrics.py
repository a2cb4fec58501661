"""Metric concepts: what is packaged, and what the loader says about wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.errors import KnowledgeError
from paicha.knowledge.metrics_loader import load_concepts
from paicha.model.knowledge import MetricConcept

CONCEPTS = {concept.id: concept for concept in load_concepts()}

GOOD = """
[room_temperature]
title = { zh = "机房温度", en = "Room temperature" }
unit = "°C"
digits = 1
threshold = 32
threshold_source = { zh = "机房规范", en = "our rules" }
column = ["temperature", { name = "temp_decidegrees", scale = 0.1 }]
"""


def names(concept: MetricConcept, system: str) -> list[tuple[str, float]]:
    return [(name.name, name.scale) for name in concept.names if name.system == system]


def mistakes_of(folder: Path, content: str) -> str:
    (folder / "own.toml").write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError) as wrong:
        load_concepts([folder])
    assert wrong.value.code == "metrics.invalid"
    return wrong.value.text("en")


def test_every_concept_of_a_host_is_there() -> None:
    """
    What people claim about machines can be looked up.
    """
    wanted = (
        "cpu_usage memory_usage physical_memory_usage swap_usage disk_usage inode_usage "
        "io_utilisation io_wait load1 load5 load15 load_per_cpu network_receive network_transmit "
        "network_errors network_dropped file_descriptors_used tcp_established tcp_time_wait "
        "tcp_close_wait processes processes_blocked uptime process_cpu_usage "
        "process_memory_usage process_file_descriptors"
    )

    assert set() == set(wanted.split()) - CONCEPTS.keys()


@pytest.mark.parametrize(
    ("concept", "threshold", "trigger"),
    [
        ("cpu_usage", 95.0, 3),
        ("memory_usage", 95.0, 3),
        ("disk_usage", 95.0, 1),
        ("io_utilisation", 80.0, 3),
        ("load5", None, 3),
    ],
)
def test_thresholds_are_those_blueking_ships(
    concept: str, threshold: float | None, trigger: int
) -> None:
    """
    Where BlueKing has no strategy there is no threshold.
    """
    found = CONCEPTS[concept]

    assert (threshold, trigger) == (found.threshold, found.trigger)
    assert (threshold is None) == (found.threshold_source is None)


@pytest.mark.parametrize(
    ("concept", "name", "scale"),
    [
        ("io_utilisation", "bkmonitor:system:io:util", 100.0),
        ("io_wait", "bkmonitor:system:cpu_summary:iowait", 100.0),
        ("process_cpu_usage", "bkmonitor:system:proc:cpu_usage_pct", 100.0),
        ("cpu_usage", "bkmonitor:system:cpu_summary:usage", 1.0),
        ("memory_usage", "bkmonitor:system:mem:pct_used", 1.0),
        ("physical_memory_usage", "bkmonitor:system:mem:psc_pct_used", 1.0),
        ("disk_usage", "bkmonitor:system:disk:in_use", 1.0),
    ],
)
def test_shares_of_one_are_scaled_to_percent(concept: str, name: str, scale: float) -> None:
    """
    BlueKing has percent in some tables and shares of one in others.
    """
    assert [(name, scale)] == names(CONCEPTS[concept], "blueking")


@pytest.mark.parametrize("concept", sorted(CONCEPTS))
def test_every_concept_can_be_found_and_shown(concept: str) -> None:
    """
    Each has a title in both languages and a column name; PromQL says where the host goes.
    """
    found = CONCEPTS[concept]

    assert all((found.title.zh, found.title.en, names(found, "column")))
    assert ["{host}" in name.query for name in found.names if name.query] == [
        True for name in found.names if name.query
    ]


def test_concepts_come_in_the_order_of_the_table() -> None:
    """
    CPU first, then memory, disk, IO and load, as an engineer reads a host page.
    """
    order = [concept.id for concept in load_concepts()]
    wanted = ["cpu_usage", "memory_usage", "disk_usage", "io_utilisation", "load5"]

    assert wanted == [concept for concept in order if concept in wanted]


def test_a_folder_adds_a_concept_and_replaces_one(tmp_path: Path) -> None:
    """
    A user's file adds metrics and changes thresholds.
    """
    replaced = GOOD.replace("room_temperature", "load5").replace('"temperature"', '"own_load"')
    replaced = replaced.replace("temp_decidegrees", "own_deciload")
    (tmp_path / "rooms.toml").write_text(GOOD + replaced, encoding="utf-8")

    found = {concept.id: concept for concept in load_concepts([tmp_path])}

    assert found["room_temperature"].group == "rooms"
    assert names(found["room_temperature"], "column") == [
        ("temperature", 1.0),
        ("temp_decidegrees", 0.1),
    ]
    assert found["load5"].threshold == 32.0
    assert len(CONCEPTS) + 1 == len(found)


def test_all_mistakes_are_shown_at_once(tmp_path: Path) -> None:
    """
    Each with its file, its concept and its key.
    """
    text = mistakes_of(
        tmp_path,
        """
        loose = 1
        [Bad-Name]
        colour = "red"
        digits = 99
        threshold = "high"
        comparison = "beside"
        healthy = "green"
        trigger = 0
        blueking = [{ scale = 1 }, { name = "x", scale = 0, query = 3, unit = "s" }]
        column = "temperature"
        node_exporter = [{ name = "y", scale = "a" }]
        """,
    )

    wanted = [
        "own.toml: loose: is not a table",
        "own.toml: Bad-Name: an id is lower case letters",
        "own.toml: Bad-Name.colour: no such key",
        "own.toml: Bad-Name.title: is missing",
        "own.toml: Bad-Name.unit: is missing",
        "own.toml: Bad-Name.digits: is not a whole number from 0 to 9",
        "own.toml: Bad-Name.threshold: is not a number",
        "own.toml: Bad-Name.threshold_source: a threshold and its source come together",
        "own.toml: Bad-Name.comparison: is neither above nor below",
        "own.toml: Bad-Name.healthy: is not low, high or none",
        "own.toml: Bad-Name.trigger: is not a whole number from 1 to 5",
        "own.toml: Bad-Name.blueking[0]: is not { name",
        "own.toml: Bad-Name.blueking[1].unit: no such key",
        "own.toml: Bad-Name.blueking[1].query: is not text",
        "own.toml: Bad-Name.blueking[1].scale: would make every value 0",
        "own.toml: Bad-Name.column: is not a list",
        "own.toml: Bad-Name.node_exporter[0].scale: is not a number",
    ]
    assert [line for line in wanted if line not in text] == []


def test_broken_toml_names_its_file(tmp_path: Path) -> None:
    """
    A syntax error is one of the mistakes.
    """
    assert "own.toml: " in mistakes_of(tmp_path, "[unfinished")


def test_a_concept_needs_a_name(tmp_path: Path) -> None:
    """
    What nothing measures is no concept.
    """
    content = "\n".join(line for line in GOOD.splitlines() if not line.startswith("column"))

    assert "room_temperature: has no name in any system" in mistakes_of(tmp_path, content)


def test_one_name_cannot_mean_two_things(tmp_path: Path) -> None:
    """
    A name that another concept has already would be a guess.
    """
    content = GOOD.replace('"temperature"', '"cpu_percent"')

    assert "cpu_percent is a name of cpu_usage already" in mistakes_of(tmp_path, content)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """
    A wrong path in the settings is not an empty folder.
    """
    with pytest.raises(KnowledgeError) as wrong:
        load_concepts([tmp_path / "none"])

    assert wrong.value.code == "metrics.folder_missing"
    assert f"指标定义目录 {tmp_path / 'none'} 不存在。" in wrong.value.text("zh")
