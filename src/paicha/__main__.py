"""``paicha`` and ``python -m paicha``: the command line."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from paicha import bytecode, own_files
from paicha.version import __version__

#: Containers made before rubbish is looked for. At Python's 700 a reading of 200,000 records of a store spends a
#: fifth of its time on looking, at 50,000 an eighth; the peak is no higher (`benchmarks/notes.md`).
_CONTAINERS_PER_LOOK = 1_000_000
#: How long a thread keeps Python's lock while another waits for it [s]. The kernel, the database and RE2 compute without it and
#: take it for microseconds between two pieces of work. Beside other work (load 3 to 5) a report of two million lines takes a
#: quarter less of the clock than with Python's 5 ms (26 pairs), alone it takes as long (8 pairs).
_KEEPS_LOCK_S = 0.0005


def main() -> int:
    """Print a page of help, or import the command line, run it and return its exit code."""
    # What is imported behind this may be kept as it was compiled.
    bytecode.open_file(own_files.folder_name(os.environ))
    import signal  # noqa: PLC0415

    from paicha.interfaces.cli.help_pages import page  # noqa: PLC0415

    if help_page := page(sys.argv[1:]):
        sys.stdout.write(help_page)
        return 0
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"paicha {__version__}\n")
        return 0
    # Importing takes a moment. Ctrl-C in it ends the process at once, instead of showing where in
    # somebody's library it was; whoever ignores the signal (a job in the background) goes on so.
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What is imported stays: looking for rubbish in it takes a tenth of the start.
    gc.disable()
    # A page of help needs none of this.
    from paicha import kept, patterns  # noqa: PLC0415

    kept.open_file(kept.folder_of(os.environ))
    patterns.keep()
    from paicha.interfaces.cli.lean_imports import leave_out, use_plain_memory  # noqa: PLC0415

    use_plain_memory(os.environ)
    leave_out(sys.argv[1:])
    from paicha.interfaces.cli.main import main as run  # noqa: PLC0415 - see above

    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, before)
    gc.freeze()
    gc.set_threshold(_CONTAINERS_PER_LOOK, *gc.get_threshold()[1:])
    gc.enable()
    sys.setswitchinterval(_KEEPS_LOCK_S)
    try:
        return run()
    finally:
        kept.close_file()
        bytecode.close_file()
        # The system takes all of it back; Python would look through it once more.
        gc.freeze()


def command() -> int:
    """
    Do as `main` does, as the one thing this process is there for.

    At the end, when everything registered for it has run and all is written, the process is left at once: taking
    pyarrow, DuckDB and 700 modules apart object by object takes a fiftieth of a run.
    """
    codes: list[int] = []
    atexit.register(_leave, codes)  # what is registered first runs last
    codes.append(main())
    return codes[0]


def _leave(codes: list[int]) -> None:
    """Leave the process with the code that *codes* holds; without one, or where something cannot be written, as ever."""
    if not codes:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    os._exit(codes[0])


if __name__ == "__main__":
    sys.exit(command())
