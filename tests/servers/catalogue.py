"""Which servers the tests know, and where each is found on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_FILE = Path(__file__).with_name("servers.toml")
_JAVAS = Path("/usr/lib/jvm")


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """One table of `servers.toml`; empty text means "not this kind"."""

    name: str
    maven: str = ""
    debian: str = ""
    go: str = ""
    python: str = ""
    command: str = ""  # the program of a Debian package or Go module
    sha256: str = ""
    java: int = 0
    java_newest: int = 0
    heavy: bool = False


@cache
def entries() -> dict[str, ServerEntry]:
    """Return every server by name."""
    tables = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: ServerEntry(name, **table) for name, table in tables.items()}


def cache_folder() -> Path:
    """
    Return where installed servers are kept.

    As root it is a folder that others may enter: Elasticsearch runs as nobody.
    """
    named = os.environ.get("TEST_SERVERS")
    if named:
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/cache/paicha/servers")
    return Path.home() / ".cache" / "paicha" / "servers"


def installed(entry: ServerEntry) -> Path | None:
    """Return the folder of a distribution or the program itself; None when it is not here."""
    if entry.maven:
        _, artifact, version, _ = entry.maven.split(":")
        folder = cache_folder() / f"{artifact}-{version}"
        return folder if (folder / "complete").exists() else None
    if entry.go:
        module, version = entry.go.split("@")
        program = cache_folder() / f"{module.rpartition('/')[2]}-{version}" / entry.command
        return program if program.exists() else None
    if entry.python:
        return Path(sys.executable) if find_spec(entry.python) else None
    found = shutil.which(entry.command)
    return Path(found) if found else None


def java_for(entry: ServerEntry) -> Path | None:
    """Return the home of the oldest Java here that *entry* starts on; None when there is none."""
    fitting = [
        (version, home)
        for version, home in _javas()
        if entry.java <= version <= (entry.java_newest or version)
    ]
    return min(fitting)[1] if fitting else None


def missing(name: str) -> str:
    """Return what keeps the server called *name* from starting here; "" when nothing does."""
    entry = entries()[name]
    if installed(entry) is None:
        if entry.python:
            return f"the package {entry.python} is not installed: requirements/dev.txt holds it"
        return f"the server {name} is not installed: scripts/install-servers.sh {name}"
    if entry.java and java_for(entry) is None:
        newest = f" to {entry.java_newest}" if entry.java_newest else ""
        return f"the server {name} needs Java {entry.java}{newest}"
    return ""


@cache
def _javas() -> tuple[tuple[int, Path], ...]:
    homes = {Path(home).resolve() for home in _JAVAS.glob("*") if (home / "bin" / "java").exists()}
    if os.environ.get("JAVA_HOME"):
        homes.add(Path(os.environ["JAVA_HOME"]).resolve())
    return tuple(sorted((_version(home), home) for home in homes))


def _version(home: Path) -> int:
    said = subprocess.run(
        [home / "bin" / "java", "-version"], capture_output=True, text=True, check=False
    ).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0
