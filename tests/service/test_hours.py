"""A service that is asked again and again takes no more memory for it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import httpx
import pytest
from tests.service.test_kill import service

#: Views that fill what is kept, and views that are counted.
FIRST, COUNTED = 300, 900
#: Less than a third of what the counted views left behind where nobody looked for rubbish [KiB].
ALLOWED = 5 * 1024


def resident(pid: int) -> int:
    """Return what a process holds in memory [KiB]."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
    assert found is not None
    return int(found[1])


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_page_that_is_viewed_all_day_costs_no_memory(tmp_path: Path) -> None:
    """
    Each view leaves a few objects in a circle; they hold the page, and go before there are many of them.
    """
    with service(tmp_path) as running:
        running.start()
        assert running.process is not None
        with httpx.Client(base_url=f"http://127.0.0.1:{running.port}", timeout=60) as browser:
            for _ in range(FIRST):
                browser.get("/")
            before = resident(running.process.pid)
            for _ in range(COUNTED):
                assert browser.get("/").is_success
            grown = resident(running.process.pid) - before
        assert 0 == running.stop()

    assert grown < ALLOWED, grown
