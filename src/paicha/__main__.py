"""``paicha`` and ``python -m paicha``: the command line."""

from __future__ import annotations

import signal
import sys

from paicha.interfaces.cli.help_pages import page


def main() -> int:
    """Print a page of help, or import the command line, run it and return its exit code."""
    if help_page := page(sys.argv[1:]):
        sys.stdout.write(help_page)
        return 0
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
