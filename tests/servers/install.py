"""
Fetch the servers of `servers.toml` into the cache: ``python3 -m tests.servers.install [NAME …]``.

Needs the standard library alone. With ``--check`` it fetches nothing and says what is missing.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.servers.catalogue import ServerEntry, cache_folder, entries, installed, missing

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"


def install(entry: ServerEntry) -> None:
    """
    Put one server into the cache; nothing happens when it is there.

    Raises:
        SystemExit: If what came is not what is pinned.
        CalledProcessError: If Maven or Go fails.
    """
    if installed(entry) is not None or entry.debian or entry.python:
        return
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder()) as place:
        made = _distribution(entry, Path(place)) if entry.maven else _built(entry, Path(place))
        made.rename(cache_folder() / made.name)


def _distribution(entry: ServerEntry, place: Path) -> Path:
    _, artifact, version, _ = entry.maven.split(":")
    asked = [f"-Dartifact={entry.maven}", f"-DoutputDirectory={place}", "-Dmdep.useBaseVersion"]
    subprocess.run(["mvn", "-q", "-B", _COPY, *asked], check=True)
    archive = place / f"{artifact}-{version}.zip"
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != entry.sha256:
        raise SystemExit(f"{entry.name}: sha256 is {found}, pinned is {entry.sha256}")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place)
    folder = place / f"{artifact}-{version}"
    for path in [folder, *folder.rglob("*")]:
        # zipfile keeps no permissions; the programs must run, and others must read.
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    (folder / "complete").touch()
    return folder


def _built(entry: ServerEntry, place: Path) -> Path:
    module, version = entry.go.split("@")
    folder = place / f"{module.rpartition('/')[2]}-{version}"
    folder.mkdir()
    go = shutil.which("go") or "/usr/local/go/bin/go"
    subprocess.run(["env", f"GOBIN={folder}", go, "install", entry.go], check=True)
    folder.chmod(0o755)
    return folder


def main(arguments: Sequence[str]) -> int:
    """Install those named, or all; with ``--check`` only say what is missing."""
    names = [a for a in arguments if not a.startswith("--")] or list(entries())
    if "--check" not in arguments:
        for name in names:
            install(entries()[name])
    lacking = [reason for name in names if (reason := missing(name))]
    print("\n".join(lacking) or f"servers: {', '.join(names)}", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
