"""What the process owes whoever started it: streams that hold, and a clean end when it is stopped."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from paicha.model.question import never

#: Signals that end a process in silence, and with it what it was going to tidy up. Not on Windows.
_ENDING = ("SIGTERM", "SIGHUP")
#: Ways of a stream to fail at a letter that its encoding lacks; the second is that of LC_ALL=C.
_REFUSING = ("strict", "surrogateescape")
#: The numbers of the signals that asked this process to end at once.
_interruptions: list[int] = []
#: Likewise of those that end a process.
_endings: list[int] = []


class Stopped(BaseException):
    """Somebody asked the process to end; passes through everything that only tidies up."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        #: 128 and the number of the signal, as shells count.
        self.exit_code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """
    Turn the signals that end a process into `Stopped` inside, and note Ctrl-C.

    A signal that is ignored (``nohup``) or that somebody else already handles stays as it is.
    """
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _stop)
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    _interruptions.clear()
    _endings.clear()
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
        if before is signal.default_int_handler:
            signal.signal(signal.SIGINT, before)


def was_interrupted() -> bool:
    """
    Return whether Ctrl-C was to end the work at once.

    What is written in C makes other errors of it: a query that failed, a document that says something else.
    """
    return bool(_interruptions)


def was_stopped() -> Stopped | None:
    """Return the end that was asked for, of which C made another error as well; None: none was."""
    return Stopped(_endings[-1]) if _endings else None


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _interruptions.append(number)
    raise KeyboardInterrupt


def _stop(number: int, _frame: FrameType | None) -> None:
    _endings.append(number)
    raise Stopped(number)


@contextmanager
def asked_to_stop(said: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """
    Give the answer to "has somebody pressed Ctrl-C?"; pressed again, it ends the process as ever.

    Args:
        said: Called once, at the first.
    """
    before = signal.getsignal(signal.SIGINT)
    if before not in (signal.default_int_handler, _interrupt):
        yield never  # ignored (a job in the background), or somebody else's
        return
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        asked.append(number)
        said()

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def hold_streams() -> None:
    """
    Let neither a stream that is closed nor a letter that its encoding lacks end the work.

    A closed stream becomes one that holds nothing; a letter outside the encoding is written as its
    number.
    """
    sys.stdin = sys.stdin or _nothing("r")
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in _REFUSING:
            stream.reconfigure(errors="backslashreplace")


def _nothing(mode: str) -> TextIO:
    # Open to the end of the process, as the stream that it stands for would be.
    stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115, PTH123
    assert isinstance(stream, io.TextIOWrapper)
    return stream
