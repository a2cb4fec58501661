"""Exceptions behind one and the same message: each with its own count and its own class."""

from __future__ import annotations

from pathlib import Path

import paicha

FRAMES = "".join(
    f"\tat com.example.shop.Filter{n}.doFilter(Filter{n}.java:{n})\n" for n in range(90)
)
CAUSES = {
    "database_connection": "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available",
    "null_reference": "java.lang.NullPointerException",
    "dns_failure": "java.net.UnknownHostException: stock.shop.svc",
}
COUNTS = {"database_connection": 5, "null_reference": 30, "dns_failure": 2}


def test_what_was_thrown_tells_problems_apart(tmp_path: Path) -> None:
    """The message says nothing, and the cause stands behind ninety frames, beyond what an example keeps."""
    log = tmp_path / "shop.log"
    entries = [
        f"2025-03-04 05:06:{n:02d}.891 ERROR 1 --- [exec-1] shop.Api : Servlet.service() for request {n} threw exception\n"
        f"org.springframework.web.util.NestedServletException: Request processing failed\n{FRAMES}"
        f"Caused by: {CAUSES[problem]}\n\tat shop.Cart.total(Cart.java:55)\n"
        for n, problem in enumerate(p for p, count in COUNTS.items() for _ in range(count))
    ]
    log.write_text("".join(entries))
    found = paicha.investigate(log, zone="UTC").findings.problems

    assert COUNTS == {problem.id: problem.n for problem in found}
