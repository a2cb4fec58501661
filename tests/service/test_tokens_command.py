"""Tokens are made, listed and revoked on the command line, and what they asked is read there."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from starlette.testclient import TestClient
from tests.service.desks import ready_desk

from paicha.interfaces.http.app import create_app


def said(folder: Path, *words: str) -> tuple[int, str, str]:
    """Return what the command line says in *folder*."""
    done = subprocess.run(
        [sys.executable, "-m", "paicha", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "en_US.UTF-8"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_token_made_on_the_command_line_opens_the_door_until_it_is_revoked(
    tmp_path: Path,
) -> None:
    """
    It is shown once; the same name is not given twice.
    """
    (tmp_path / "paicha.toml").write_text('[service]\ndata = "data"\n', "utf-8")
    code, shown, told = said(tmp_path, "tokens", "create", "on-call", "--role", "run")
    again = said(tmp_path, "tokens", "create", "on-call")
    listed = said(tmp_path, "tokens", "list")[1]
    app = create_app(ready_desk(tmp_path, tokens="required"), running=False)
    headers = {"Authorization": f"Bearer {shown.strip()}"}
    with TestClient(app, "http://localhost", headers=headers) as client:
        before = client.get("/api/v1/sources").status_code
        revoked = said(tmp_path, "tokens", "revoke", "on-call")
        after = client.get("/api/v1/sources").status_code
    asked = said(tmp_path, "asked")[1].splitlines()

    assert (0, True, True) == (code, shown.startswith("paicha_"), "on-call" in told)
    assert (1, "There is a token called on-call already.") == (again[0], again[2].splitlines()[0])
    assert ["on-call", "run", "valid"] == listed.split("\t")[:3]
    assert shown.strip() not in listed
    assert (200, 0, 401) == (before, revoked[0], after)
    assert ["on-call", "GET /api/v1/sources", "200"] == [
        asked[-1].split("\t")[place] for place in (1, 3, 5)
    ]
    assert 1 == said(tmp_path, "tokens", "revoke", "nobody")[0]


def test_the_command_line_imports_no_server(tmp_path: Path) -> None:
    """
    Who only investigates does not wait for the packages of the service.
    """
    code = (
        "import sys; from paicha.interfaces.cli.main import main; main(['demo', '--format', 'chat']); "
        "foreign = {'fastapi', 'starlette', 'uvicorn', 'pydantic', 'psycopg', 'opentelemetry'}; "
        "sys.exit(sorted(foreign & {name.split('.')[0] for name in sys.modules}) or 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stderr


def test_a_token_whose_name_nobody_could_read_in_the_audit_log_is_not_made(tmp_path: Path) -> None:
    """
    An empty name, a line end in it, or the word for those who need no token would hide who asked.
    """
    (tmp_path / "paicha.toml").write_text('[service]\ndata = "data"\n', "utf-8")

    for name in ("", " ", "on\tcall", "on-call\n", "local", "n" * 65):
        code, shown, told = said(tmp_path, "tokens", "create", name)
        assert (1, "") == (code, shown)
        assert "try: choose" in told


def test_the_list_of_tokens_says_when_each_ends(tmp_path: Path) -> None:
    """
    Else nobody sees which alert stops coming in next week.
    """
    (tmp_path / "paicha.toml").write_text('[service]\ndata = "data"\n', "utf-8")
    assert 0 == said(tmp_path, "tokens", "create", "always")[0]
    assert 0 == said(tmp_path, "tokens", "create", "week", "--days", "7")[0]
    rows = [line.split("\t") for line in said(tmp_path, "tokens", "list")[1].splitlines()]

    assert ["always", "-"] == [rows[0][0], rows[0][5]]
    made, ends = (datetime.fromisoformat(rows[1][place]) for place in (3, 5))
    assert timedelta(days=7) == ends - made
    assert 2 == said(tmp_path, "tokens", "create", "never", "--days", "99999999999")[0]
