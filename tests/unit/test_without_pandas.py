"""A command starts without importing pandas where somebody installed it, but for those that need it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import sys
from paicha.__main__ import _leave_pandas_out
sys.path.insert(0, sys.argv[1])
_leave_pandas_out(sys.argv[2:])
try:
    import pandas
    print(pandas.WHO)
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["investigate", "app.log"], "No module named 'pandas'"),
        (["investigate", "app.log", "--engine", "spark"], "installed"),
        (["investigate", "app.log", "--spark-remote=sc://host:15002"], "installed"),
        (["serve"], "installed"),
    ],
)
def test_only_spark_and_the_service_import_pandas(
    tmp_path: Path, words: list[str], said: str
) -> None:
    """What asks for it elsewhere hears what Python says of a module that is not there."""
    (tmp_path / "pandas.py").write_text("WHO = 'installed'\n")

    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), *words],
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"{said}\n" == done.stdout
