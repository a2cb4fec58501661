"""Incidents in areas of their own: network gear, databases, training. What a report says of them first."""

from __future__ import annotations

from pathlib import Path

import pytest

import paicha
from paicha.model.findings import Findings


def _of(folder: Path, name: str, text: str) -> Findings:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return paicha.investigate(folder, zone="UTC").findings


def test_errors_in_trace_files_of_oracle_are_told_apart(tmp_path: Path) -> None:
    """
    "Errors in file <path>:" was one problem, whatever broke.
    """
    said = ("ORA-07445: exception encountered: core dump", "ORA-04030: out of process memory")
    records = (
        f"2025-03-04T05:0{n}:07.891234+00:00\nErrors in file /srv/shop_{n}.trc  (incident=81{n}):\n{line}\n"
        for n, line in enumerate(said)
    )
    found = _of(tmp_path, "alert.log", "".join(records))

    assert 2 == len(found.problems)
    assert all("Errors in file" not in problem.title.en for problem in found.problems)


def test_a_failing_task_of_airflow_is_not_rate_limited(tmp_path: Path) -> None:
    """
    FlowException was found in AirflowException.
    """
    lines = (
        f"[2025-03-04 05:0{n}:07,891: ERROR/ForkPoolWorker-3] Task etl.load raised unexpected: "
        "AirflowException('command failed')\n"
        for n in range(9)
    )
    found = _of(tmp_path, "worker.log", "".join(lines))

    assert "rate_limited" not in {problem.class_id for problem in found.problems}


def test_a_rank_that_times_out_is_a_record_of_its_own(tmp_path: Path) -> None:
    """
    PyTorch's own lines were part of the trainer's line above them, at INFO: the time out was in no problem.
    """
    steps = "".join(
        f"2025-03-04 05:{n:02d}:07,891 - INFO - trainer - step {n} loss 1.{n}\n" for n in range(30)
    )
    late = (
        "[rank0]:[E304 05:40:07.891234567 Keeper.cpp:616] [Rank 0] Watchdog caught collective "
        "operation timeout: WorkNCCL(SeqNum=48213, OpType=ALLREDUCE) ran for 600042 milliseconds\n"
    )
    found = _of(tmp_path, "rank0.log", steps + late)
    (problem,) = found.problems

    assert ("collective_failed", 1) == (problem.class_id, problem.n)
    assert problem.first is not None
    assert "2025-03-04T05:40" == problem.first.isoformat()[:16]


@pytest.mark.parametrize("host", ["wall-3", "wall-3 :"])
def test_a_firewall_states_levels_however_it_names_its_device(tmp_path: Path, host: str) -> None:
    """
    Behind "wall-3 : " its severities and the message were lost.
    """
    lines = (
        f"Mar  4 05:0{n}:07 {host} %ASA-{level}-10481{n}: {said}\n"
        for n, (level, said) in enumerate(
            ((6, "Built connection 12"), (1, "(Primary) Switching to STANDBY - Interface check"))
        )
    )
    found = _of(tmp_path, "wall.log", "".join(lines))
    (problem,) = found.problems

    assert ("failover", 1) == (problem.class_id, problem.n)


def test_what_a_health_check_of_storage_says_is_no_failing_probe(tmp_path: Path) -> None:
    """
    "Health check failed: 1 osds down" was told as instances that are taken out of traffic.
    """
    lines = (
        f"2025-03-04T05:0{n}:07.891234+0000 mon.shop-1 (mon.0) {n} : cluster [WRN] {said}\n"
        for n, said in enumerate(
            (
                "Health check failed: 1 osds down (OSD_DOWN)",
                "Health check update: 7 slow ops, oldest one blocked for 61 sec, osd.4 has slow ops (SLOW_OPS)",
            )
        )
    )
    found = _of(tmp_path, "ceph.log", "".join(lines))

    assert [("distributed_storage_failure", 2)] == [(one.class_id, one.n) for one in found.problems]
