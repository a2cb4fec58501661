"""Arrow's functions are made when they are asked for, and are those that Arrow would have made."""

from __future__ import annotations

import json
import subprocess
import sys

_TOLD = """
import inspect, json, sys
if sys.argv[1] != "plain":
    from paicha.interfaces.cli import late_functions
    sys.meta_path.insert(0, late_functions.LateFunctions())
    if sys.argv[1] == "unknown":
        late_functions._AT_ONCE = ()
import pyarrow.compute as pc
first = len(vars(pc))
names = json.loads(sys.stdin.read()) or [n for n in vars(pc) if n[:1] != "_" and callable(getattr(pc, n))]
told = {n: [str(inspect.signature(getattr(pc, n))), getattr(pc, n).__doc__] if hasattr(pc, n) else None
        for n in names if not inspect.isclass(getattr(pc, n, None))}
print(json.dumps([first, told]))
"""


def told(how: str, names: list[str]) -> tuple[int, dict[str, object]]:
    """Return how much the module has at first, and the signature and documentation of its functions."""
    command = [sys.executable, "-c", _TOLD, how]
    done = subprocess.run(
        command, input=json.dumps(names), capture_output=True, text=True, check=True
    )
    first, functions = json.loads(done.stdout)
    return first, functions


def test_every_function_is_there_when_asked_for_and_the_same() -> None:
    """Names, signatures and documentation; at first there are a third of them at most."""
    many, plain = told("plain", [])
    few, late = told("late", list(plain))

    assert len(plain) > 200
    assert plain == late
    assert few < many / 2


def test_what_is_for_groups_alone_is_no_function() -> None:
    """As where all are made at once."""
    names = ["hash_sum", "hash_count_all", "count_all", "no_such_function", "__path__"]

    assert told("plain", names)[1] == told("late", names)[1]


def test_a_function_is_taken_by_name_and_used() -> None:
    """By the names of Python's words, too, and by Arrow's own methods."""
    script = (
        "import sys; from paicha.interfaces.cli.late_functions import LateFunctions\n"
        "sys.meta_path.insert(0, LateFunctions())\n"
        "import pyarrow as pa\n"
        "from pyarrow.compute import and_, equal\n"
        "table = pa.table({'a': [1, 2, 2]})\n"
        "mask = and_(equal(table['a'], 2), pa.array([True, True, False]))\n"
        "print(mask.to_pylist(), table.filter(mask).num_rows, table.group_by('a').aggregate([('a', 'sum')]).num_rows)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert "[False, True, False] 1 2" == done.stdout.strip()


def test_a_version_that_is_not_understood_makes_them_as_ever() -> None:
    """All of them at once, and each the same."""
    many, plain = told("plain", [])
    at_once, functions = told("unknown", list(plain))

    assert plain == functions
    assert many == at_once
