"""The wheel, installed where nothing but its own dependencies is."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Compiled by hand where cargo is there; the wheel is the same without it.
WITHOUT_NATIVE = {**os.environ, "PAICHA_NATIVE": "off"}


@dataclass(frozen=True, slots=True)
class Installed:
    """A fresh environment with the wheel in it."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run its `paicha` in an empty folder, far from the checkout."""
        place = self.folder / "work"
        place.mkdir(exist_ok=True)
        command = self.folder / "venv" / "bin" / "paicha"
        return subprocess.run(
            [str(command), *arguments],
            cwd=place,
            env={"PATH": os.environ["PATH"], "HOME": str(place), "LANG": "en_US.UTF-8"},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=600,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    options = ["--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*command, *options], env=WITHOUT_NATIVE, check=True)
    [found] = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """
    Give an environment that holds what requirements/run.txt names, and the wheel.

    The dependencies are linked from where the tests run: the same versions, and no download.
    """
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    [packages] = (folder / "venv" / "lib").glob("python*/site-packages")
    lock = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    for name, rest in re.findall(r"^([a-z0-9-]+)==(.*)$", lock, re.MULTILINE):
        if "sys_platform" not in rest:  # else: for another system
            link(name, packages)
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    return Installed(folder)


def link(name: str, packages: Path) -> None:
    """Link everything that the distribution *name* brought into *packages*."""
    distribution = importlib.metadata.distribution(name)
    tops = {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}
    for top in sorted(tops):
        place = packages / top
        if not place.exists():
            place.symlink_to(Path(str(distribution.locate_file(top))))


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """
    Templates, static files of the page, catalogues, knowledge, schemas: whatever is tracked.
    """
    done = subprocess.run(
        ["git", "ls-files", "-z", "src/paicha"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    tracked = {name.removeprefix("src/") for name in done.stdout.split("\0") if name}
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())

    assert set() == tracked - held
    endings = {Path(name).suffix for name in tracked}
    assert {".toml", ".j2", ".css", ".js", ".json"} <= endings


def test_the_wheel_names_its_extras(wheel: Path) -> None:
    """
    What an error message tells to install can be installed.
    """
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        extras = set(
            re.findall(r"^Provides-Extra: (\S+)", archive.read(name).decode(), re.MULTILINE)
        )
    told = set()
    for file in (ROOT / "src" / "paicha" / "locales" / "en").glob("errors_*.toml"):
        told |= set(re.findall(r"paicha\[(\w+)\]", file.read_text("utf-8")))

    assert {"serve", "mcp"} <= told
    assert told <= extras


def test_the_demo_runs_from_the_wheel(installed: Installed) -> None:
    """
    Help at once, and the whole report of the built-in scenario with its figures.
    """
    helped = installed.run("--help")
    shown = installed.run("demo", "--format", "md", "--lang", "en")

    assert (0, True) == (helped.returncode, "investigate" in helped.stdout), helped.stderr
    assert 0 == shown.returncode, shown.stderr
    assert "1,800" in shown.stdout
    assert installed.run("demo", "--format", "html", "--lang", "zh").returncode == 0


def test_the_first_start_of_all_reads_no_knowledge_anew(installed: Installed) -> None:
    """
    What the wheel brings along holds every table and every pattern taken apart: none is kept beside it.
    """
    cache = installed.folder / "work" / ".cache" / "paicha"
    shutil.rmtree(cache, ignore_errors=True)
    assert 0 == installed.run("demo").returncode
    [kept] = cache.glob("pieces-*")

    assert [] == re.findall(
        rb"(?:toml|gates [0-9a-f]{16} \S+ [0-9a-f]{16}) [0-9a-f]{32}", kept.read_bytes()
    )


@pytest.mark.parametrize(("command", "extra"), [("serve", "serve"), ("mcp", "mcp")])
def test_a_missing_extra_is_named(installed: Installed, command: str, extra: str) -> None:
    """
    Without the extra the command says what to install, and nothing that looks like a crash.
    """
    said = installed.run(command, "--lang", "en")

    assert 2 == said.returncode, said.stderr
    assert f"paicha[{extra}]" in said.stderr
    assert "Traceback" not in said.stderr
