"""A command leaves its process at once, but only when all is done that was to be done at the end."""

from __future__ import annotations

import os
import subprocess
import sys

_PROGRAM = """
import atexit, sys, threading, time
import paicha.__main__ as program

def late():
    time.sleep(0.2)
    print("thread", flush=True)

def main():
    atexit.register(print, "registered")
    threading.Thread(target=late).start()
    print("main")
    sys.stderr.write("said")
    {ending}

program.main = main
sys.exit(program.command())
"""


def left(ending: str) -> tuple[int, str, str]:
    """Return exit code, output and messages of a process whose command ends so."""
    command = [sys.executable, "-c", _PROGRAM.format(ending=ending)]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_threads_and_what_was_registered_come_first() -> None:
    """The exit code is the command's, and nothing written is lost."""
    assert (3, "main\nthread\nregistered\n", "said") == left("return 3")


def test_a_command_that_fails_ends_as_every_program() -> None:
    """An error nobody caught is shown, and the code says so."""
    code, output, messages = left("raise KeyError('gone')")

    assert (1, "main\nthread\nregistered\n") == (code, output)
    assert messages.endswith("KeyError: 'gone'\n")


def test_output_that_nobody_takes_is_no_success() -> None:
    """Where the end of the output cannot be written, Python says so as ever."""
    closed = "import os; os.close(1); return 0"
    code, output, messages = left(closed)

    assert (120, "") == (code, output)
    assert "Bad file descriptor" in messages
