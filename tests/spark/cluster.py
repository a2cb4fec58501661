"""A standalone Spark cluster and a Connect server on loopback, each in a process group of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

_HOME = Path(pyspark.__file__).parent
_PATIENCE_S = 120
#: Half the processor time of a start on two cores.
LEAN_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_BARE_PYTHON = """\
#!/bin/sh
# A Python that has what a cluster has (pyarrow) and not this project: it must come with the job.
PYTHONPATH="{site}:$PYTHONPATH" exec "{python}" -S "$@"
"""


def missing() -> str:
    """Return what keeps Spark from starting here; "" when nothing does."""
    return (
        "" if shutil.which("java") else "Spark needs Java 17: scripts/install-servers.sh --install"
    )


@dataclass
class Worker:
    """One worker process: its group, and the folder its tasks lay files down in."""

    process: subprocess.Popen[bytes]
    scratch: Path

    def is_reading(self) -> bool:
        """Return whether one of its tasks has a file in its hands."""
        return any(self.scratch.glob("paicha-*"))

    def is_held_reading(self) -> bool:
        """Stop it, and all it started, where it is; goes on and returns False when no file is in its hands."""
        if not self.is_reading():
            return False
        self._tell(signal.SIGSTOP)
        if self.is_reading():
            return True
        self._tell(signal.SIGCONT)
        return False

    def kill(self) -> None:
        """End it, its executor and their Pythons, without a word."""
        self._tell(signal.SIGKILL)
        self.process.wait()

    def _tell(self, what: signal.Signals) -> None:
        for number in (self.process.pid, *_descendants(self.process.pid)):
            try:
                os.kill(number, what)
            except ProcessLookupError:
                continue


@dataclass
class Cluster:
    """A master with its workers."""

    url: str
    web: str
    environment: dict[str, str]
    workers: list[Worker] = field(default_factory=list)

    def alive(self) -> int:
        """Return how many workers the master counts; 0 as long as it does not say.

        Its web server listens first and hangs in its pages one by one, ``/`` before ``/json``
        (Spark's ``WebUI.bind``): in between ``/json/`` is answered by the page for people.
        """
        try:
            with urllib.request.urlopen(f"{self.web}/json/", timeout=5) as answer:
                return int(json.load(answer)["aliveworkers"])
        except (OSError, json.JSONDecodeError):
            return 0


@contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Run a master and *workers* worker processes, one core each."""
    port, web = free_port(), free_port()
    environment = _environment(folder)
    url, started = f"spark://127.0.0.1:{port}", []
    cluster = Cluster(url, f"http://127.0.0.1:{web}", environment)
    deploy = "org.apache.spark.deploy"
    try:
        words = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(web)]
        started.append(_start("master", [f"{deploy}.master.Master", *words], folder, environment))
        for number in range(workers):
            scratch = folder / f"scratch-{number}"
            scratch.mkdir()
            words = ["--host", "127.0.0.1", "--cores", "1", "--memory", "1g"]
            words += ["--webui-port", "0", "--work-dir", str(folder / f"work-{number}"), url]
            process = _start(
                f"worker-{number}",
                [f"{deploy}.worker.Worker", *words],
                folder,
                environment | {"TMPDIR": str(scratch)},
            )
            started.append(process)
            cluster.workers.append(Worker(process, scratch))
        wait_for(lambda: cluster.alive() == workers, "the workers to register")
        yield cluster
    finally:
        for process in reversed(started):
            _end(process)


@contextmanager
def connect(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Run a Connect server; gives its address and an environment for clients."""
    port = free_port()
    environment = _environment(folder)
    loopback = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    loopback |= {"spark.connect.grpc.binding.address": "127.0.0.1", "spark.ui.enabled": "false"}
    loopback |= {"spark.connect.grpc.binding.port": str(port)}
    words = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    words += ["--master", "local[2]"]
    for name, value in loopback.items():
        words += ["--conf", f"{name}={value}"]
    words = ["org.apache.spark.deploy.SparkSubmit", *words, "spark-internal"]
    process = _start("connect", words, folder, environment)
    try:
        wait_for(lambda: _listens(port), "the Connect server to listen")
        yield f"sc://127.0.0.1:{port}", environment
    finally:
        _end(process)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(happened: Callable[[], bool], what: str) -> None:
    """Wait until *happened*, which polls the state itself."""
    end = time.monotonic() + _PATIENCE_S
    while not happened():
        assert time.monotonic() < end, f"waited {_PATIENCE_S} s for {what}"
        time.sleep(0.01)


def _environment(folder: Path) -> dict[str, str]:
    bare = folder / "python"
    bare.write_text(_BARE_PYTHON.format(site=_HOME.parent, python=sys.executable))
    bare.chmod(0o755)
    return dict(os.environ) | {
        "JAVA_TOOL_OPTIONS": LEAN_JAVA,
        "PYSPARK_PYTHON": str(bare),
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_HOME": str(_HOME),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_NO_DAEMONIZE": "1",
    }


def _start(
    name: str, words: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [_HOME / "bin" / "spark-class", *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started: the wrapper alone would leave its JVM running."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # ended since it was listed
            continue
        for child in children:
            found += [int(child), *_descendants(int(child))]
    return found


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
