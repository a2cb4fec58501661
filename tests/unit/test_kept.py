"""What is derived from the package's data is kept, and losing it costs time and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paicha import kept


@pytest.fixture(autouse=True)
def nothing_kept_behind() -> Iterator[None]:
    """Leave the process as it was: nothing is kept."""
    yield
    kept.open_file(None)


def asked(folder: Path, content: str = "a = 1") -> tuple[object, int]:
    """Return what a start gives for *content*, and how often it had to be made."""
    made: list[str] = []

    def make() -> object:
        made.append(content)
        return {"content": content, "list": [1, 2.5, None, True]}

    kept.open_file(folder)
    value = kept.derived("test", content, make)
    kept.close_file()
    return value, len(made)


def test_a_second_start_finds_what_the_first_derived(tmp_path: Path) -> None:
    """The same content is derived once; other content anew."""
    first = asked(tmp_path / "cache")
    second = asked(tmp_path / "cache")
    other = asked(tmp_path / "cache", "b = 2")

    assert ({"content": "a = 1", "list": [1, 2.5, None, True]}, 1) == first
    assert (first[0], 0) == second
    assert 1 == other[1]


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff\xfe", b"null"])
def test_a_damaged_file_is_passed_over(tmp_path: Path, damage: bytes) -> None:
    """Whatever stands in the file, the value is right, and the file is mended."""
    asked(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)

    assert ({"content": "a = 1", "list": [1, 2.5, None, True]}, 1) == asked(tmp_path)
    assert 0 == asked(tmp_path)[1]


def test_a_bit_that_fell_over_is_noticed(tmp_path: Path) -> None:
    """Wherever it is, the value is derived anew."""
    asked(tmp_path)
    (file,) = tmp_path.iterdir()
    document = file.read_bytes()

    made = set()
    for place in range(len(document)):
        file.write_bytes(document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :])
        made.add(asked(tmp_path)[1])
    assert {1} == made


def test_a_file_that_others_could_have_written_is_not_read(tmp_path: Path) -> None:
    """It is written anew, for its owner alone."""
    asked(tmp_path)
    (file,) = tmp_path.iterdir()
    file.chmod(0o666)

    assert 1 == asked(tmp_path)[1]
    assert 0o600 == file.stat().st_mode & 0o777


def test_a_folder_that_takes_nothing_is_passed_over(tmp_path: Path) -> None:
    """A file stands where the folder should be: everything is derived each time."""
    place = tmp_path / "file"
    place.write_text("here")

    assert 1 == asked(place)[1]
    assert 1 == asked(place)[1]


def test_what_json_would_change_is_not_kept(tmp_path: Path) -> None:
    """A date of TOML comes back as a date, also from a second start."""
    for _ in range(2):
        kept.open_file(tmp_path)
        found = kept.toml("day = 2025-12-19")
        kept.close_file()

        assert "datetime.date(2025, 12, 19)" == repr(found["day"])


def test_a_damaged_compiled_page_is_compiled_again(tmp_path: Path) -> None:
    """The page comes out the same from nothing, from what is kept, and over a file that is damaged."""
    code = (
        "import sys, pathlib; from paicha import kept; kept.open_file(pathlib.Path(sys.argv[1]));"
        "from paicha.interfaces.http.page.drawing import environment;"
        "print(environment().get_template('trouble.html.j2').name)"
    )
    for damage in (False, False, True):
        if damage:
            for file in tmp_path.glob("page-*"):
                file.write_bytes(b"damaged")
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )

        assert "trouble.html.j2\n" == done.stdout
        assert 1 == sum(b"damaged" != page.read_bytes() for page in tmp_path.glob("page-*"))


def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library leaves no traces: only a program opens the file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert {"a": 1} == kept.toml("a = 1")
    assert [] == list(tmp_path.iterdir())


def test_without_a_file_a_process_derives_once() -> None:
    """A library that investigates again and again takes no pattern apart twice."""
    made: list[str] = []
    for _ in range(2):
        kept.derived("test", "without a file", lambda: made.append("made"))

    assert ["made"] == made


def test_a_file_of_many_former_versions_keeps_what_a_start_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What former versions of the data gave is thrown away where it has become too much, and only then."""
    folder = tmp_path / "cache"
    asked(folder, "a = 1")
    asked(folder, "b = 2")

    assert (0, 0) == (asked(folder, "a = 1")[1], asked(folder, "b = 2")[1])

    with monkeypatch.context() as small:
        small.setattr(kept, "_LARGEST", 10)
        asked(folder, "b = 2")

    assert (1, 0) == (asked(folder, "a = 1")[1], asked(folder, "b = 2")[1])


def test_what_the_package_brings_along_is_derived_by_no_start(tmp_path: Path) -> None:
    """The first start of all finds it, also where nothing is kept; what it does not hold is kept beside it."""
    package, folder = tmp_path / "package", tmp_path / "cache"
    kept.open_file(package, package=package)
    kept.derived("test", "a = 1", lambda: "brought")
    kept.close_file()

    for place in (None, folder):
        kept.open_file(place, package=package)
        assert "brought" == kept.derived("test", "a = 1", lambda: "made")
        kept.close_file()
    assert not folder.exists()

    kept.open_file(folder, package=package)
    kept.derived("test", "b = 2", lambda: "made")
    kept.close_file()
    kept.open_file(folder, package=tmp_path)
    assert "made" == kept.derived("test", "b = 2", lambda: "made anew")
    assert "made anew" == kept.derived("test", "a = 1", lambda: "made anew")


def test_a_damaged_file_of_the_package_costs_time_and_nothing_else(tmp_path: Path) -> None:
    """What a start derives then is kept as if the package had brought nothing along."""
    package, folder = tmp_path / "package", tmp_path / "cache"
    kept.open_file(package, package=package)
    kept.derived("test", "a = 1", lambda: "brought")
    kept.close_file()
    place = kept.file_in(package)
    place.write_bytes(place.read_bytes()[:-1] + b"\x00")

    for _ in range(2):
        kept.open_file(folder, package=package)
        found = kept.derived("test", "a = 1", lambda: "made")
        kept.close_file()
        assert "made" == found
    assert kept.file_in(folder).exists()
