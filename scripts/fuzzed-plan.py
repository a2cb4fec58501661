"""
Write what the fuzzer of native scans knows: fuzzed-plan.py FOLDER, with PYTHONPATH=.

`plan.json` there holds the formats as the kernel takes them, and what Python answered while it read the logs of the
zoo; `scan` what of each of these the fuzzer begins with.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.scans import PLAN

from paicha.kernel.scan import Scan
from paicha.kernel.steps import classes_beyond

ZOO = Path(__file__).parents[1] / "tests" / "cases" / "formats" / "zoo"
ASKED = (
    "level",
    "minute",
    "stamp",
    "workload",
    "begins",
    "block",
    "stream",
    "lesson",
    "lesson_inside",
)
#: Of each log the fuzzer begins with so many lines.
BEGUN = 6


class Recorder:
    """Asks Python, and notes what it says."""

    def __init__(self, answers: object) -> None:
        self.said: dict[str, dict[str, Any]] = {name: {} for name in ASKED}
        for name in ASKED:
            setattr(self, name, self._noting(name, getattr(answers, name)))

    def _noting(self, name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*what: Any) -> Any:
            said = ask(*what)
            shown = [
                one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in what
            ]
            self.said[name][json.dumps(shown)] = (shown, said)
            return said

        return asked


def main(folder: Path) -> None:
    """Read the zoo twice, counting and writing records."""
    recorder = Recorder(PLAN.answers)
    PLAN.answers = recorder  # type: ignore[assignment]
    (folder / "scan").mkdir(parents=True, exist_ok=True)
    scan = Scan(PLAN, None, None)
    for path in sorted(ZOO.glob("*[!l]")):
        data = path.read_bytes()
        (folder / "scan" / path.stem).write_bytes(b"".join(data.splitlines(keepends=True)[:BEGUN]))
        for _ in range(2):
            scan.stretch(data, 0, 1)
            scan.rows(data, 0, 1, len(data))
            scan.last_record(data)
    *formats, stacks = PLAN.packed
    told = {
        "formats": formats[0],
        "kinds": formats[1],
        "address": formats[2],
        "stacks": (*stacks, PLAN.languages),
        "classes": classes_beyond(),
        "said": {name: list(said.values()) for name, said in recorder.said.items()},
    }
    (folder / "plan.json").write_text(json.dumps(told, default=list))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
