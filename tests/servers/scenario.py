"""The reference scenario as rows for any store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "src" / "paicha" / "testing" / "scenario"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ScenarioRow:
    """One record of the scenario, its parts apart; `line` is the whole line as the file has it."""

    timestamp: datetime
    level: str
    code_file: str
    code_line: int
    message: str
    host_ip: str
    line: str

    def named(self) -> dict[str, object]:
        """Return it as a shipper that parses lines sends it, without its time."""
        return {
            "level": self.level,
            "code_file": self.code_file,
            "code_line": str(self.code_line),
            "host_ip": self.host_ip,
        }


def scenario_rows() -> Iterator[ScenarioRow]:
    """Yield the 1,800 records, in the order of the file."""
    for line in (FOLDER / "hits.jsonl").read_text("utf-8").splitlines():
        hit = json.loads(line)
        yield ScenarioRow(
            _EPOCH + timedelta(milliseconds=int(hit["dtEventTimeStamp"])),
            hit["log_level"],
            hit["code_file"],
            hit["code_line"],
            hit["msg"],
            hit["serverIp"],
            hit["log"],
        )
