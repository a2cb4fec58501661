"""Modules are compiled once where Python may not keep them, and what is kept is never wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

_SCRIPT = """
import sys
from pathlib import Path
from paicha import bytecode
sources, kept, settled = sys.argv[1:]
sys.path.insert(0, sources)
bytecode.open_file("" if kept == "off" else Path(kept), float(settled))
compiled = []
sys.addaudithook(lambda event, given: compiled.append(given[1]) if event == "compile" else None)
import invented_module
print(invented_module.said(), invented_module.__file__, sum(str(p).startswith(sources) for p in compiled))
bytecode.close_file()
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Return a folder with a module of its own."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "invented_module.py").write_text("def said():\n    return 'one'\n")
    return folder


def started(
    sources: Path, kept: Path | str, settled_s: float = 0.0, **more: str
) -> tuple[str, str, int]:
    """Return what the module says in a new process, the place it says it is at, and how often it was compiled."""
    environ: Mapping[str, str] = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **more}
    command = [sys.executable, "-c", _SCRIPT, str(sources), str(kept), str(settled_s)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    said, place, compiled = done.stdout.split()
    return said, place, int(compiled)


def test_a_second_start_compiles_nothing(sources: Path, tmp_path: Path) -> None:
    """The module is compiled once, and is the same module from the same place."""
    place = str(sources / "invented_module.py")

    assert ("one", place, 1) == started(sources, tmp_path / "kept")
    assert ("one", place, 0) == started(sources, tmp_path / "kept")
    assert not list(sources.glob("__pycache__"))


def test_a_source_that_changed_is_compiled(sources: Path, tmp_path: Path) -> None:
    """The same size and the time of writing put back: the source still says what holds."""
    module = sources / "invented_module.py"
    before = module.stat()
    started(sources, tmp_path / "kept")
    module.write_text("def said():\n    return 'two'\n")
    os.utime(module, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert ("two", str(module), 1) == started(sources, tmp_path / "kept")
    assert ("two", str(module), 0) == started(sources, tmp_path / "kept")


def test_a_source_of_this_moment_is_not_kept(sources: Path, tmp_path: Path) -> None:
    """It may be written again before the clock of the file system goes on."""
    started(sources, tmp_path / "kept", settled_s=3600.0)

    assert 1 == started(sources, tmp_path / "kept")[2]


def test_modules_of_another_folder_are_not_taken(sources: Path, tmp_path: Path) -> None:
    """A module of the same name elsewhere is another module."""
    started(sources, tmp_path / "kept")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "invented_module.py").write_text("def said():\n    return 'six'\n")

    assert ("six", str(elsewhere / "invented_module.py"), 1) == started(
        elsewhere, tmp_path / "kept"
    )


@pytest.mark.parametrize("keep", [0, 20, 45, 200, -1])
@pytest.mark.parametrize("tail", [b"", b"\xff" * 64])
def test_a_damaged_file_is_passed_over_and_mended(
    sources: Path, tmp_path: Path, keep: int, tail: bytes
) -> None:
    """Wherever it ends, and whatever stands there instead, the module is right."""
    started(sources, tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(file.read_bytes()[:keep] + tail)

    assert ("one", 1) == started(sources, tmp_path / "kept")[::2]
    assert ("one", 0) == started(sources, tmp_path / "kept")[::2]


def test_every_damaged_byte_is_passed_over(sources: Path, tmp_path: Path) -> None:
    """A bit that fell over in the index or in the code is noticed by their digests."""
    started(sources, tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    document = file.read_bytes()

    said = set()
    for place in range(0, len(document), len(document) // 12):
        file.write_bytes(document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :])
        said.add(started(sources, tmp_path / "kept")[::2])
    assert {("one", 1)} == said


def test_a_file_that_others_could_have_written_is_not_read(sources: Path, tmp_path: Path) -> None:
    """What stands in it would be carried out."""
    started(sources, tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    file.chmod(0o666)

    assert 1 == started(sources, tmp_path / "kept")[2]
    assert 0o600 == next((tmp_path / "kept").iterdir()).stat().st_mode & 0o777


def test_a_folder_that_takes_nothing_is_passed_over(sources: Path, tmp_path: Path) -> None:
    """A file stands where the folder should be: the module is compiled each time."""
    place = tmp_path / "file"
    place.write_text("not a folder")

    assert "one" == started(sources, place / "kept")[0]
    assert 1 == started(sources, place / "kept")[2]
    assert 1 == started(sources, "off")[2]


def test_python_keeps_what_it_may_keep_itself(sources: Path, tmp_path: Path) -> None:
    """Where nothing forbids it, there is no second place."""
    started(sources, tmp_path / "kept", PYTHONDONTWRITEBYTECODE="")

    assert not (tmp_path / "kept").exists()
    assert (sources / "__pycache__").is_dir()


def test_files_of_environments_that_are_gone_do_not_add_up(sources: Path, tmp_path: Path) -> None:
    """Those that were written longest ago go."""
    kept = tmp_path / "kept"
    kept.mkdir()
    for age in range(6):
        old = kept / f"modules-{age}.code"
        old.write_bytes(b"")
        os.utime(old, (1_000_000_000 - age, 1_000_000_000 - age))
    started(sources, kept)

    assert 4 == len(list(kept.iterdir()))
    assert 0 == started(sources, kept)[2]


def test_two_starts_at_once_give_a_whole_file(sources: Path, tmp_path: Path) -> None:
    """Each writes a file of its own and puts it in place at one stroke."""
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", _SCRIPT, str(sources), str(tmp_path / "kept"), "0"]
    both = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) for _ in range(3)]

    assert [0, 0, 0] == [process.wait() for process in both if process.communicate()]
    assert 0 == started(sources, tmp_path / "kept")[2]
    assert 1 == len(list((tmp_path / "kept").iterdir()))
