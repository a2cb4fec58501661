"""Runs where the system forbids what they would do for others' sake."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

#: setpriority(2) and sched_setscheduler(2) of x86-64.
FORBIDDEN = (141, 144)
#: Denies these calls to itself and to all it starts, as `SystemCallFilter=` of systemd does, and carries out one run.
CONFINED = """
import ctypes, struct, sys, time
from pathlib import Path

LOAD, EQUAL, RETURN, ALLOW, EPERM = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00050001
steps = [(LOAD, 0, 0, 0)]
for number in map(int, sys.argv[2].split(",")):
    steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, EPERM)]
steps.append((RETURN, 0, 0, ALLOW))
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
header = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(program)))
system = ctypes.CDLL(None)
if system.prctl(38, 1, 0, 0, 0) or system.prctl(22, 2, header, 0, 0):
    print("no filters here")
    raise SystemExit

from tests.service.desks import INCIDENT, ready_desk

if __name__ == "__main__":
    desk = ready_desk(Path(sys.argv[1]))
    desk.start()
    run = desk.submit(INCIDENT)
    while not desk.get(run.id).over:
        time.sleep(0.1)
    print(desk.get(run.id).state, desk.get(run.id).reason)
    desk.stop()
"""


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the numbers of its calls"
)
def test_a_run_that_may_not_stand_back_goes_on_as_it_is(tmp_path: Path) -> None:
    """
    A unit or a container may forbid niceness and scheduling to it: its result is the same.
    """
    script = tmp_path / "confined.py"
    script.write_text(CONFINED, "utf-8")
    numbers = ",".join(map(str, FORBIDDEN))
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, str(script), str(tmp_path), numbers],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )

    if "no filters here" in ended.stdout:
        pytest.skip("this system filters no calls")
    assert "done None" == ended.stdout.strip(), ended.stderr
