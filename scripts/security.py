"""
What `make check` looks for that could harm whoever runs Paicha.

``code``: bandit over the code that is installed. Each finding is mended, or its line says why it stands: a ``noqa`` of
the same rule (ruff's S608 is bandit's B608) with a reason behind it or in the comment above.
``secrets``: tracked files that hold something that looks like a real credential.
``advisories``: packages of the locks with a known vulnerability. Where nothing answers, that is said,
and nothing is called clean.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CODE = ("src",)
#: Whole rules that do not apply here, and why.
NOT_OURS = {
    "B101": "asserts narrow types and state what is known; nothing rests on them (house rule)",
    "B404": "importing subprocess runs nothing; what is run is looked at where it is run (B603)",
    "B403": "importing pickle reads nothing; what is read is looked at where it is read (B301)",
    "B604": "`shell=True` is looked for in calls of subprocess (B602); elsewhere it is a word of a template",
}
LOCKS = ("requirements/run.txt", "requirements/dev.txt")
#: Set to "required" where an advisory service must answer.
ADVISORIES = "PAICHA_ADVISORIES"
KNOWN = ROOT / "scripts" / "known_secrets.toml"

#: What credentials look like whose makers gave them a shape.
SHAPES = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*\n[A-Za-z0-9+/=\s]{60}",
    "AWS key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "cloud key of Alibaba or Tencent": r"\b(?:LTAI|AKID)[A-Za-z0-9]{16,32}\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}",
    "Slack webhook": r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}",
    "Google key": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "model key": r"\bsk-[A-Za-z0-9_-]{32,}",
    "package index token": r"\b(?:pypi-AgE[A-Za-z0-9_-]{50,}|npm_[A-Za-z0-9]{36})",
    "JWT": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
    "password in a URL": r"\b[a-z][a-z0-9+.-]*://[^\s:/@\"'<>{}$]+:(?P<value>[^\s:/@\"'<>{}$*]{8,})@[a-z0-9]",
}
#: What is called a secret and given a value of its own.
ASSIGNED = re.compile(
    r"(?i)[\w-]*(?:passw(?:or)?d|secret|token|api_?key|access_?key|credential)[\w-]*[\"']?"
    r"\s*[:=]\s*[\"'](?P<value>[A-Za-z0-9+/_=.~-]{20,200})[\"']"
)
#: Bits a character of such a value at least: words in snake case have less, random letters more.
LEAST_ENTROPY = 3.9
_PATTERNS = [(name, re.compile(pattern)) for name, pattern in SHAPES.items()]


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """Something that looks like a credential; its value is never printed."""

    path: str
    line: int
    kind: str
    digest: str  # first 16 hexadecimal digits of its SHA-256: what the list of known ones holds

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: looks like a secret ({self.kind}, {self.digest})"


def entropy(value: str) -> float:
    """Return the entropy of the letters of *value* [bits a letter]."""
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)


def secrets_in(path: str, text: str) -> Iterator[Found]:
    """Yield what looks like a credential in *text*."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            value = match.groupdict().get("value") or match.group()
            yield _found(path, text, match.start(), kind, value)
    for match in ASSIGNED.finditer(text):
        if entropy(match["value"]) >= LEAST_ENTROPY:
            yield _found(path, text, match.start(), "assigned value", match["value"])


def _found(path: str, text: str, start: int, kind: str, value: str) -> Found:
    digest = hashlib.sha256(value.encode()).hexdigest()[:16]
    return Found(path, text.count("\n", 0, start) + 1, kind, digest)


def tracked(folder: Path) -> list[Path]:
    """Return the files that git tracks in *folder*."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=folder, capture_output=True, text=True, check=True
    )
    return [folder / name for name in done.stdout.split("\0") if name]


def scan(folder: Path, known: Sequence[dict[str, str]]) -> list[Found]:
    """Return what looks like a credential in the tracked files of *folder* and is not *known*."""
    found: set[Found] = set()
    for file in tracked(folder):
        try:
            text = file.read_text("utf-8")
        except (UnicodeDecodeError, OSError):
            continue  # pictures, archives, links to nowhere
        found.update(secrets_in(file.relative_to(folder).as_posix(), text))
    return sorted(one for one in found if not any(_is_known(one, entry) for entry in known))


def _is_known(found: Found, entry: dict[str, str]) -> bool:
    if not entry.get("reason"):
        return False
    named = fnmatch(found.path, entry.get("path", "*"))
    return named and entry.get("digest", found.digest) == found.digest


def check_secrets() -> int:
    """Scan the repository; return 1 when something was found."""
    known = tomllib.loads(KNOWN.read_text("utf-8")).get("known", [])
    found = scan(ROOT, known)
    for one in found:
        print(one, file=sys.stderr)
    print(f"secrets: {len(tracked(ROOT))} tracked files, {len(found)} findings")
    return 1 if found else 0


def unreasoned(results: Sequence[dict[str, Any]]) -> list[str]:
    """Return bandit's findings that no line of the code gives a reason for."""
    left = []
    for one in results:
        if one["issue_text"].endswith("password: ''"):
            continue  # an empty text is the absence of a secret
        lines = (ROOT / one["filename"]).read_text("utf-8").split("\n")
        first, last = min(one["line_range"]), max(one["line_range"])
        rule = f"S{one['test_id'][1:]}"
        about = next((line for line in lines[first - 1 : last] if rule in line), "")
        above = lines[first - 2].strip() if first > 1 else ""
        reasoned = re.search(rf"noqa: [A-Z0-9, ]*{rule}[A-Z0-9, ]*\s*[-(]", about)
        if not reasoned and not (about and above.startswith("#")):
            left.append(
                f"{one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}"
            )
    return left


def check_code() -> int:
    """Run bandit; return 1 when a finding has no reason."""
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-r", *CODE, "-f", "json", "-s", ",".join(NOT_OURS)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    left = unreasoned(told["results"]) + [f"{e['filename']}: {e['reason']}" for e in told["errors"]]
    for line in left:
        print(line, file=sys.stderr)
    lines = told["metrics"]["_totals"]["loc"]
    kept = len(told["results"]) - len(left)
    print(f"code: {lines} lines, {kept} findings that stand with a reason, {len(left)} without")
    return 1 if left else 0


@dataclass(frozen=True, slots=True)
class Advice:
    """What an advisory service said of some packages."""

    asked: int
    answered: int
    vulnerable: tuple[str, ...]
    trouble: str = ""


def ask(lock: Path, timeout_s: int) -> Advice:
    """Return what the service that pip-audit asks says of the packages in *lock*."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes"]
    options = ["--disable-pip", "--progress-spinner", "off", "-f", "json", "--timeout", "10"]
    try:
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, check=False, timeout=timeout_s
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError) as err:
        return Advice(0, 0, (), type(err).__name__)
    answered = [package for package in packages if "skip_reason" not in package]
    bad = (
        f"{package['name']} {package['version']}: {', '.join(v['id'] for v in package['vulns'])}"
        for package in answered
        if package["vulns"]
    )
    reasons = {
        package["skip_reason"].split(":")[0] for package in packages if "skip_reason" in package
    }
    return Advice(len(packages), len(answered), tuple(bad), "; ".join(sorted(reasons)))


def first_package(lock: Path) -> str:
    """Return the first package of *lock* with its hashes: enough to see whether anybody answers."""
    words = lock.read_text("utf-8")
    first = re.search(r"^[a-z0-9.-]+==.*?(?=^[a-z0-9.-]+==)", words, re.MULTILINE | re.DOTALL)
    assert first is not None
    return first.group()


def check_advisories(asked: Callable[[Path, int], Advice] = ask) -> int:
    """
    Ask for every package of the locks; return 1 when one is vulnerable, or a required answer is missing.

    Args:
        asked: Asks for the packages of a lock, within so many seconds.
    """
    required = os.environ.get(ADVISORIES) == "required"
    with tempfile.TemporaryDirectory(prefix="paicha-advisories-") as folder:
        one = Path(folder, "one.txt")
        one.write_text(first_package(ROOT / LOCKS[0]), "utf-8")
        probe = asked(one, 60)
    if not probe.answered:
        print(
            f"advisories: SKIPPED, nothing was checked: no advisory service answers here ({probe.trouble})",
            file=sys.stderr,
        )
        return 1 if required else 0
    code = 0
    for name in LOCKS:
        advice = asked(ROOT / name, 300)
        for line in advice.vulnerable:
            print(f"{name}: {line}", file=sys.stderr)
        told = f"{advice.answered} of {advice.asked} packages checked"
        print(f"advisories: {name}: {told}, {len(advice.vulnerable)} vulnerable")
        if advice.vulnerable or advice.answered < advice.asked:
            code = 1
    return code


CHECKS = {"code": check_code, "secrets": check_secrets, "advisories": check_advisories}


def main() -> int:
    """Run the checks that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("checks", nargs="*", choices=[*CHECKS, []], default=[])
    named = parser.parse_args().checks or list(CHECKS)
    return max(CHECKS[name]() for name in named)


if __name__ == "__main__":
    sys.exit(main())
