"""The documentation says what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import paicha
from paicha import audits, comparisons, facade
from paicha.interfaces.cli.main import app_with
from paicha.locales import LANGUAGES, catalogue, placeholders

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    if not path.name.startswith(".")
)
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def commands() -> dict[str, set[str]]:
    """Return every command of the command line with its options."""
    found: dict[str, set[str]] = {}

    def walk(command: object, path: str) -> None:
        options = {name for p in getattr(command, "params", []) for name in p.opts}
        found[path] = options | {"--help", "-h"}
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}")

    walk(app_with("en"), "paicha")
    return found


def shown_commands(page: Path) -> list[list[str]]:
    """Return the words of every `paicha …` line in the console blocks of *page*."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    found = [re.match(r"\$ (?:\.venv/bin/)?(paicha .*)", line) for line in lines]
    return [match.group(1).split() for match in found if match]


def test_the_reference_is_what_the_code_says() -> None:
    """
    Every command, setting, error, problem class, metric and format is listed, and nothing else.
    """
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "reference.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """
    Links and pictures inside the repository exist.
    """
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))

    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]

    assert [] == missing


def test_every_command_of_the_docs_exists() -> None:
    """
    Commands and options shown in console blocks are real ones.
    """
    known = commands()
    shown = [(page.name, words) for page in PAGES for words in shown_commands(page)]

    for name, words in shown:
        command = " ".join(words[:3]) if " ".join(words[:3]) in known else " ".join(words[:2])
        assert command in known, (name, words)
        options = {word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)}
        assert options <= known[command], (name, words)
    assert len(shown) > 10


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_python_of_the_readme_uses_what_is_there(page: Path) -> None:
    """
    The example compiles, and the names it takes from the package exist.
    """
    [code] = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)

    compile(code, page.name, "exec")

    assert {"investigate"} == set(re.findall(r"paicha\.(\w+)", code))
    for name in re.findall(r"found\.(\w+)", code):
        assert hasattr(facade.Investigation, name) or name in {"findings", "case_path"}, name


def test_the_two_readmes_show_the_same_commands() -> None:
    """
    English and Chinese readers are told the same.
    """
    english, chinese = READMES

    assert shown_commands(english) == shown_commands(chinese)


def test_every_target_of_the_docs_is_in_the_makefile() -> None:
    """
    `make x` in a page is a target of the Makefile.
    """
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|\$ )make ([a-z]+)", page.read_text("utf-8"))
    }

    assert named <= known
    assert {"demo", "test", "check"} <= named


def test_every_room_is_in_the_architecture() -> None:
    """
    Each layer of the import contract is one line of the picture, in its order.
    """
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = contract["tool"]["importlinter"]["contracts"][0]["layers"]
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")

    assert "\n".join(layers) in page


def test_the_public_names_are_those_of_the_facade() -> None:
    """
    What `paicha` says it has can be taken from it, and is sorted.
    """
    for name in paicha.__all__:
        assert getattr(paicha, name) is not None
    rooms = (facade, audits, comparisons)
    assert set(paicha.__all__) - {"__version__"} == {n for room in rooms for n in room.__all__}
    for room in rooms:
        assert sorted(room.__all__) == list(room.__all__)


def test_both_catalogues_say_the_same_things() -> None:
    """
    Each message stands in both languages with the same placeholders.
    """
    english, chinese = (catalogue(language) for language in reversed(LANGUAGES))

    assert set(english) == set(chinese)
    for key, words in english.items():
        assert placeholders(words) == placeholders(chinese[key]), key
        assert bool(words) == bool(chinese[key]), key


def test_every_error_that_is_raised_is_in_the_catalogue() -> None:
    """
    A code in the source has its sentence and its way out.
    """
    english = catalogue("en")
    raised = set()
    for file in (ROOT / "src" / "paicha").rglob("*.py"):
        raised |= set(
            re.findall(
                r"(?:Error|Rejected|Unreachable|Contract)\(\s*\"([a-z_]+\.[a-z_]+)\"",
                file.read_text("utf-8"),
            )
        )

    for code in sorted(raised):
        assert f"errors_{code}.what" in english, code
        assert f"errors_{code}.try" in english, code
    assert len(raised) > 40
