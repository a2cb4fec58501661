"""A few failures in one burst: too few to name anybody, and no reason to say that nobody suffers."""

from __future__ import annotations

from pathlib import Path

import paicha

_EVERY_MINUTE = "Mar  4 {hour:02d}:{minute:02d}:10 pay-01 chronyd[55]: Selected source 10.0.0.5\n"
_KILLED = (
    "Mar  4 03:45:03 pay-01 kernel: Out of memory: Killed process 2000 (java) total-vm:8123456kB\n"
    "Mar  4 03:45:04 pay-01 systemd[1]: pay.service: Main process exited, code=killed, status=9/KILL\n"
)


def test_a_grave_problem_that_is_new_is_never_called_harmless(tmp_path: Path) -> None:
    """One kill is too little to be sure of by counts alone; that nobody seems to suffer is untrue all the same."""
    lines = [_EVERY_MINUTE.format(hour=hour, minute=m) for hour in (2, 3) for m in range(60)]
    log = tmp_path / "pay-01.messages"
    log.write_text("".join(sorted([*lines, *_KILLED.splitlines(keepends=True)])), "utf-8")

    found = paicha.investigate(
        log, start="2026-03-04 03:30", end="2026-03-04 04:00", zone="Asia/Shanghai"
    ).findings

    assert found.suspects is not None
    assert not found.suspects.conclusive
    assert "nobody to name" not in found.suspects.text.en.lower()
    assert "没有迹象表明" not in found.suspects.text.zh
