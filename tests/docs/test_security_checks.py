"""The checks of `make check` that look for harm find it where it is planted, and say what they could not see."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def security() -> ModuleType:
    """Give scripts/security.py."""
    spec = importlib.util.spec_from_file_location("security", ROOT / "scripts" / "security.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def planted() -> dict[str, str]:
    """Return a made-up credential of each kind, put together here so that this file holds none."""
    letters = "Ab3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zC"
    return {
        "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEow" * 12,
        "AWS key": "AKIA" + "QWERTYUIOPASDFGH",
        "cloud key of Alibaba or Tencent": "LTAI" + letters[:20],
        "GitHub token": "ghp_" + letters + letters[:4],
        "GitLab token": "glpat-" + letters[:20],
        "Slack token": "xoxb-" + "1234567890-" + letters,
        "Slack webhook": "https://hooks.slack.com/services/T12345678/B12345678/" + letters[:24],
        "Google key": "AIza" + letters + "abc",
        "model key": "sk-" + letters + letters,
        "package index token": "npm_" + letters + letters[:4],
        "JWT": "eyJ" + letters[:20] + ".eyJ" + letters[:20] + "." + letters,
        "password in a URL": "postgresql://app:" + letters[:12] + "@db.internal/app",
        "assigned value": 'client_secret = "' + letters + '"',
    }


HARMLESS = """
token = "expired-token-of-the-session"
password = "${PAICHA_PASSWORD}"
url = "postgresql://user:***@host/db"
--hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
secret_name = "the_name_of_a_secret_in_kubernetes"
"""


def test_every_planted_secret_is_found(security: ModuleType, tmp_path: Path) -> None:
    """
    One file of each kind in a repository: each is found with its kind, and no value is printed.
    """
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for number, words in enumerate(planted().values()):
        (tmp_path / f"{number:02}.txt").write_text(f"first line\n{words}\n", "utf-8")
    (tmp_path / "harmless.txt").write_text(HARMLESS, "utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)

    found = security.scan(tmp_path, [])

    assert list(planted()) == [one.kind for one in found]
    assert {2} == {one.line for one in found}
    for one, words in zip(found, planted().values(), strict=True):
        assert words not in str(one)


def test_a_known_one_needs_its_reason(security: ModuleType, tmp_path: Path) -> None:
    """
    An entry without a reason, for another file or another value, lets nothing pass.
    """
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "a.txt").write_text(planted()["AWS key"], "utf-8")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    [one] = security.scan(tmp_path, [])
    right = {"path": "a.txt", "digest": one.digest, "reason": "made up"}

    assert [] == security.scan(tmp_path, [right])
    for wrong in ({"reason": ""}, {"path": "b.txt"}, {"digest": "0" * 16}):
        assert [one] == security.scan(tmp_path, [right | wrong])


def test_nothing_tracked_looks_like_a_secret(security: ModuleType) -> None:
    """
    The repository itself.
    """
    assert 0 == security.check_secrets()


def test_a_finding_without_a_reason_is_reported(security: ModuleType) -> None:
    """
    Only a rule that the line itself names, with a reason, stands.
    """
    place = "src/paicha/testing/cascade.py"
    lines = (ROOT / place).read_text("utf-8").split("\n")
    number = 1 + next(n for n, line in enumerate(lines) if "noqa: S311" in line)
    finding = {"filename": place, "issue_text": "x", "line_number": number, "line_range": [number]}

    assert [] == security.unreasoned([finding | {"test_id": "B311"}])
    assert 1 == len(security.unreasoned([finding | {"test_id": "B301"}]))


def test_no_answer_is_not_called_clean(
    security: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Where no advisory service answers the check says so by name, and fails where one is required.
    """

    def nobody(*_: object) -> object:
        return security.Advice(1, 0, (), "no network")

    assert 0 == security.check_advisories(nobody)
    assert "SKIPPED, nothing was checked" in capsys.readouterr().err
    monkeypatch.setenv(security.ADVISORIES, "required")
    assert 1 == security.check_advisories(nobody)


def test_one_vulnerable_or_unanswered_package_fails(
    security: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    What is known to be vulnerable is named; a package that nobody answered for is not clean either.
    """
    bad, partly, fine = (
        security.Advice(3, 3, ("x 1: ID-1",)),
        security.Advice(3, 2, ()),
        security.Advice(3, 3, ()),
    )

    assert [1, 1, 0] == [
        security.check_advisories(lambda *_, told=told: told) for told in (bad, partly, fine)
    ]
    assert "x 1: ID-1" in capsys.readouterr().err


def test_every_test_that_the_threat_model_names_is_there() -> None:
    """
    What is said to be shown by a test is shown by one that exists.
    """
    named = re.findall(r"`(tests/[\w/.]+)`", (ROOT / "SECURITY.md").read_text("utf-8"))

    assert len(named) > 15
    assert [] == [name for name in named if not (ROOT / name).exists()]
