"""``python -m paicha.testing.blueking --scenario DIR --port N [--fault NAME[=N]…]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from paicha.testing.blueking.faults import FAULTS
from paicha.testing.blueking.server import (
    DEMO_APP_CODE,
    DEMO_APP_SECRET,
    DEMO_BK_TOKEN,
    BluekingStandIn,
)


def _arguments(given: list[str] | None) -> argparse.Namespace:
    faults = "\n".join(f"  {name:18} {what} (N={n:g})" for name, (what, n) in FAULTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m paicha.testing.blueking",
        description="A stand-in for BlueKing's gateways on loopback.",
        epilog=f"faults:\n{faults}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    example = Path(__file__).parent.parent / "scenario"
    parser.add_argument("--scenario", type=Path, default=example, help="folder to serve")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--fault", action="append", default=[], help="NAME or NAME=N; repeatable")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Serve until interrupted; the addresses go to stdout."""
    arguments = _arguments(given)
    try:
        server = BluekingStandIn(arguments.scenario, arguments.fault, arguments.port)
    except (ValueError, OSError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    sys.stdout.write(
        f"monitor_url = {server.monitor_url}\nlog_url = {server.log_url}\n"
        f"cmdb_url = {server.cmdb_url}\napp_code = {DEMO_APP_CODE}\n"
        f"app_secret = {DEMO_APP_SECRET}\nbk_token = {DEMO_BK_TOKEN}\n"
    )
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
