"""``paicha`` and ``python -m paicha``: the command line."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Import the command line, run it and return its exit code."""
    # Importing takes a moment. Ctrl-C in it ends the process at once, instead of showing where in
    # somebody's library it was; whoever ignores the signal (a job in the background) goes on so.
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from paicha.interfaces.cli.main import main as run  # noqa: PLC0415 - see above

    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, before)
    return run()


if __name__ == "__main__":
    sys.exit(main())
