"""Files that are a pod's log by their path: kubelet's, and those of `kubectl logs POD > POD.log`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from paicha import Asked, carry_out, prepare
from paicha.app.inquiry import KEEP_BYTES
from paicha.sources.files.pods import pod_of

UID = "1f1a2b3c-0000-4000-8000-000000000001"
LINES = "".join(
    f"2025-03-04 05:{n // 60:02d}:{n % 60:02d} {'ERROR lease' if n % 3 else 'INFO order'} {n} lost\n"
    for n in range(600)
)


@pytest.mark.parametrize(
    ("place", "pod"),
    [
        (f"/var/log/pods/shop_cart-6c9bd7f8d4-x2x9p_{UID}/app/0.log", "cart-6c9bd7f8d4-x2x9p"),
        (f"node.tar.gz!/var/log/pods/shop_db-0_{UID}/postgres/0.log.20250304-050607.gz", "db-0"),
        (f"/var/log/containers/db-0_shop_postgres-{'0a' * 32}.log", "db-0"),
        ("pods/fluent-bit-x2x9p.log", "fluent-bit-x2x9p"),
        ("cart-6c9bd7f8d4-x2x9p.log.1.gz", "cart-6c9bd7f8d4-x2x9p"),
        ("C:\\logs\\cart-6c9bd7f8d4-x2x9p.txt", "cart-6c9bd7f8d4-x2x9p"),
        ("logs/worker-1.log", ""),
        ("logs/access-today.log", ""),
        ("cart-6c9bd7f8d4-x2x9p", ""),
        ("-", ""),
    ],
)
def test_a_path_names_a_pod_only_where_that_is_sure(place: str, pod: str) -> None:
    """A number behind a name may be anything outside kubelet's folders; a generated name is a pod's."""
    assert pod == pod_of(place)


@pytest.mark.parametrize("keep_bytes", [KEEP_BYTES, 0])
def test_records_of_a_pods_file_belong_to_its_workload(tmp_path: Path, keep_bytes: int) -> None:
    """Read line by line, or summed up as large files are; a number is a pod's only beside what surely is one."""
    for pod in ("cart-6c9bd7f8d4-x2x9p", "cart-6c9bd7f8d4-pq7zt", "worker-1"):
        (tmp_path / f"{pod}.log").write_text(LINES)
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "db-0.log").write_text(LINES)
    prepared = prepare(Asked(files=(str(tmp_path),), zone="UTC"))
    inquiry = replace(prepared.inquiry, keep_bytes=keep_bytes)
    found = carry_out(replace(prepared, inquiry=inquiry)).findings.problems

    assert [("cart", 800), ("", 400), ("worker", 400)] == [
        (one.name, one.n) for one in found[0].services
    ]
