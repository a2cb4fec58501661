"""With which kernel the laws of scans read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scans import KERNELS

from paicha.kernel import native
from paicha.sources.files import scanning


@pytest.fixture(params=KERNELS)
def kernel(request: pytest.FixtureRequest) -> Iterator[native.Found]:
    """Scan with one kernel, then with the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "find", lambda: request.param)
        yield request.param


@pytest.fixture
def never_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scan also what is mostly left to Python, instead of reading the whole file line by line."""
    monkeypatch.setattr(scanning, "_LEFT_SHARE", 2.0)
