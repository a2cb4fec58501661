"""A server as a process group of its own: started, waited for, paused, killed, stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
_LOG_TAIL = 3000  # [characters] of the log shown when a server does not start


@dataclass(frozen=True, slots=True)
class Start:
    """How a server starts."""

    argv: Sequence[str]
    port: int
    ready: Callable[[str], bool]  # given the base address
    environ: Mapping[str, str]
    as_nobody: bool = False  # it refuses to run as root
    scheme: str = "http"


@dataclass(frozen=True, slots=True)
class RunningServer:
    """
    A server that answers on loopback.

    `folder` is its own, with data, configuration and ``out.log``; it goes when the server stops.
    """

    name: str
    url: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        """The end of what it wrote, for a failure's message."""
        return (self.folder / "out.log").read_text("utf-8", "replace")[-_LOG_TAIL:]

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def pause(self) -> None:
        """Let it hold still: connections stay open and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it and remove its folder; a second time does nothing."""
        if self.alive:
            self._signal(signal.SIGCONT)
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self._signal(signal.SIGKILL)  # what its wrapper left behind
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_folder(name: str) -> Path:
    """Return a new empty folder that any user may enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"paicha-{name}-"))
    folder.chmod(0o755)
    return folder


def start(name: str, folder: Path, how: Start, *, patience_s: float = 120) -> RunningServer:
    """
    Start a server and return it when it answers.

    Raises:
        AssertionError: With the end of its log, if it ends or does not answer in *patience_s*.
    """
    argv = list(how.argv)
    if how.as_nobody and os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        argv = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *argv]
    with (folder / "out.log").open("wb") as log:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), **how.environ},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"{how.scheme}://127.0.0.1:{how.port}"
    server = RunningServer(name, url, how.port, folder, process)
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and server.alive:
        if how.ready(url):
            return server
        time.sleep(0.1)
    said = server.log
    server.stop()
    raise AssertionError(f"{name} did not start on {url}:\n{said}")
