"""A command starts without importing pandas and numpy where somebody installed them, but for those that need them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.compute as pc
import pytest

from paicha.interfaces.cli.lean_imports import use_plain_memory

_PROGRAM = """
import sys
from paicha.interfaces.cli.lean_imports import leave_out
sys.path.insert(0, sys.argv[1])
leave_out(sys.argv[3:])
try:
    print(__import__(sys.argv[2]).WHO)
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize("module", ["pandas", "numpy"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["investigate", "app.log"], "No module named '{}'"),
        (["investigate", "app.log", "--engine", "spark"], "installed"),
        (["investigate", "app.log", "--spark-remote=sc://host:15002"], "installed"),
        (["serve"], "installed"),
    ],
)
def test_only_spark_and_the_service_import_pandas_and_numpy(
    tmp_path: Path, module: str, words: list[str], said: str
) -> None:
    """What asks for it elsewhere hears what Python says of a module that is not there."""
    (tmp_path / f"{module}.py").write_text("WHO = 'installed'\n")

    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), module, *words],
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"{said.format(module)}\n" == done.stdout


def test_functions_of_arrow_work_without_their_documentation() -> None:
    """Options are given by name as ever; only what documents them is not read."""
    program = """
import sys
from paicha.interfaces.cli.lean_imports import leave_out
leave_out(["demo"])
import pyarrow.compute as pc
print(pc.round(2.345, ndigits=2), pc.count([1, None], mode="all"), "pydoc" in sys.modules)
"""

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "2.35 2 False\n" == done.stdout


def test_every_function_of_arrow_is_there_when_it_is_asked_for() -> None:
    """They are those that pyarrow makes at once, with their signatures; of others it is said that they are not there."""
    told = """
import inspect, pyarrow.compute as pc
names = {n.rstrip("_") for n in pc.list_functions()} | set(KNOWN)
names |= {n + "_" for n in names}
found = {n: inspect.signature(getattr(pc, n)) for n in sorted(names) if inspect.isfunction(getattr(pc, n, None))}
print(sorted((n, str(s)) for n, s in found.items()), hasattr(pc, "no_such"), len(pc.function_registry().list_functions()))
"""
    known = sorted(name for name in vars(pc) if not name.startswith("_"))
    late = "from paicha.interfaces.cli.lean_imports import leave_out\nleave_out(['demo'])\n"

    first, second = (
        subprocess.run(
            [sys.executable, "-c", f"{start}KNOWN = {known!r}\n{told}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for start in ("", late)
    )

    assert first == second
    assert "and_kleene" in first


@pytest.mark.parametrize(("said", "used"), [("", "system"), ("mimalloc", "mimalloc")])
def test_arrow_takes_memory_from_the_system_unless_told_otherwise(said: str, used: str) -> None:
    """Whoever names another allocator of Arrow's keeps it."""
    environ = {"ARROW_DEFAULT_MEMORY_POOL": said} if said else {}

    use_plain_memory(environ)

    assert {"ARROW_DEFAULT_MEMORY_POOL": used} == environ


def test_relations_of_duckdb_work_though_their_classes_wait() -> None:
    """A relation is filtered, joined, written and read as ever, and the version is said as ever."""
    program = """
import sys
from paicha.interfaces.cli.lean_imports import leave_out
leave_out(["demo"])
import duckdb
print(duckdb.__version__ == duckdb._duckdb.__version__, "email" in sys.modules)
one = duckdb.sql("SELECT 1 AS a, 'x' AS b").filter("a = 1").order("b").limit(3)
print(one.join(duckdb.sql("SELECT 1 AS a, 2 AS c"), "a").project("b, c").fetchall())
print(duckdb.version().split(" ")[0] == duckdb.build_info()["package_version"])
import dataclasses
print(dataclasses.dataclass is duckdb._relation.dataclasses.dataclass, duckdb._relation.__spec__.loader)
"""

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ["True False", "[('x', 2)]", "True"] == done.stdout.splitlines()[:3]
    assert done.stdout.splitlines()[3].startswith("True <_frozen_importlib_external.SourceFile")
