"""
One log in many forms: what each costs against the same log as plain UTF-8.

    python -m benchmarks.inputs [--lines N] [--only TEXT]

A log of a Java service is made: five in a hundred of its records are errors with a stack trace of 12 to 39 frames, messages are Chinese
in part. It is written as it is, with a byte order mark, in UTF-16 and GB18030, with the colours of a terminal, with other line ends,
packed, in archives, inside a container runtime's lines, behind names of containers, and cut into many small files; it is also sent
through the standard input. Each is investigated in a process of its own, in turn. Nothing is asserted: figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import os
import re
import resource
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

_COLOURS = {"INFO": 32, "WARN": 33, "ERROR": 31, "DEBUG": 36}
_SMALL = 60_000  # bytes of a small file


def log(lines: int) -> str:
    """Return the log."""
    draw, text = Random(7), list[str]()
    moment = 0
    while len(text) < lines:
        moment += draw.randrange(1, 40)
        stamp = f"2025-12-19 {10 + moment // 3_600_000:02}:{moment // 60_000 % 60:02}:{moment // 1000 % 60:02}.{moment % 1000:03}"
        thread, logger = f"http-nio-8080-exec-{draw.randrange(20)}", _logger(draw)
        if draw.random() >= 0.05:
            level = draw.choice(("INFO ", "INFO ", "INFO ", "WARN ", "DEBUG"))
            text.append(f"{stamp} {level} [{thread}] {logger} - {_message(draw)}")
            continue
        text.append(f"{stamp} ERROR [{thread}] {logger} - 处理订单失败 {draw.randrange(10**6)}")
        text.append("java.net.SocketTimeoutException: Read timed out")
        for _ in range(draw.randrange(12, 40)):
            text.append(f"\tat {_logger(draw)}.run(Orders.java:{draw.randrange(20, 900)})")
    return "\n".join(text) + "\n"


def _logger(draw: Random) -> str:
    name = draw.choice(("OrderService", "PayClient", "UserCache", "RouteFilter"))
    return f"com.acme.{draw.choice(('order', 'pay', 'gateway'))}.{name}"


def _message(draw: Random) -> str:
    return draw.choice(
        (
            f"订单 {draw.randrange(10**6)} 已受理 耗时 {draw.randrange(500)} ms",
            f"命中缓存 user:{draw.randrange(10**5)}",
            f"GET /api/v1/orders/{draw.randrange(10**6)} 200 {draw.randrange(800)}ms",
            f"pool stats: active={draw.randrange(20)} idle={draw.randrange(20)} waiting={draw.randrange(5)}",
        )
    )


def coloured(text: str) -> str:
    """Return a log with its levels in colours."""

    def colour(level: re.Match[str]) -> str:
        return f" \x1b[{_COLOURS[level[1]]}m{level[1]}\x1b[0;39m "

    return re.sub(" (INFO|WARN|ERROR|DEBUG) ", colour, text)


def in_cri(text: str) -> str:
    """Return a log as containerd keeps it."""
    lines = text.splitlines()
    return "".join(f"2025-12-19T10:00:00.{n % 10**9:09}Z stdout F {one}\n" for n, one in enumerate(lines))  # fmt: skip


def in_docker(text: str) -> str:
    """Return a log as Docker keeps it."""
    lines = text.splitlines()
    said = (
        {"log": f"{one}\n", "stream": "stdout", "time": f"2025-12-19T10:00:00.{n % 10**9:09}Z"}
        for n, one in enumerate(lines)
    )
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in said)


def of_compose(text: str) -> str:
    """Return a log as ``docker compose logs`` prints it."""
    return "".join(f"orders-1  | {one}\n" for one in text.splitlines())


def _in_tar(path: Path, data: bytes) -> None:
    plain = path.with_name("app.log")
    plain.write_bytes(data)
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        archive.add(plain, plain.name)
    plain.unlink()


def _in_zip(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("app.log", data)


def _in_many(path: Path, data: bytes) -> None:
    path.mkdir()
    for number, start in enumerate(range(0, len(data), _SMALL)):
        (path / f"app-{number:05}.log").write_bytes(data[start : start + _SMALL])


Write = Callable[[Path, str], object]
_FORMS: dict[str, tuple[str, Write]] = {
    "plain UTF-8": ("plain.log", lambda path, text: path.write_text(text, "utf-8")),
    "byte order mark": ("mark.log", lambda path, text: path.write_text(text, "utf-8-sig")),
    "UTF-16": ("wide.log", lambda path, text: path.write_text(text, "utf-16")),
    "GB18030": ("gb.log", lambda path, text: path.write_text(text, "gb18030")),
    "colours": ("colours.log", lambda path, text: path.write_text(coloured(text), "utf-8")),
    "CRLF": ("crlf.log", lambda path, text: path.write_bytes(text.replace("\n", "\r\n").encode())),
    "gzip": ("packed.log.gz", lambda path, text: path.write_bytes(gzip.compress(text.encode(), 1))),
    "bzip2": ("packed.log.bz2", lambda path, text: path.write_bytes(bz2.compress(text.encode()))),
    "tar.gz": ("packed.tar.gz", lambda path, text: _in_tar(path, text.encode())),
    "zip": ("packed.zip", lambda path, text: _in_zip(path, text.encode())),
    "CRI": ("cri.log", lambda path, text: path.write_text(in_cri(text), "utf-8")),
    "Docker": ("docker.log", lambda path, text: path.write_text(in_docker(text), "utf-8")),
    "compose": ("compose.log", lambda path, text: path.write_text(of_compose(text), "utf-8")),
    "files of 60 kB": ("many", lambda path, text: _in_many(path, text.encode())),
    "standard input": ("stdin.log", lambda path, text: path.write_text(text, "utf-8")),
}  # fmt: skip


def seconds(place: Path, folder: Path, *, through_stdin: bool) -> float:
    """Return the CPU seconds that an investigation takes, of the process and its children."""
    asked = [sys.executable, "-m", "paicha", "investigate"]
    asked += ["-" if through_stdin else str(place), "--tz", "UTC", "-o", str(folder / "report")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with (place if through_stdin else Path(os.devnull)).open("rb") as given:
        done = subprocess.run(asked, stdin=given, capture_output=True, check=False)
    if done.returncode not in {0, 3}:
        raise SystemExit(done.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a row for each form."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--lines", type=int, default=600_000)
    parser.add_argument(
        "--only", default="", help="only forms with this in their name, beside the plain one"
    )
    asked = parser.parse_args()
    text = log(asked.lines)
    print("| form | MB | CPU s | against plain |\n| --- | --: | --: | --: |")
    plain = 0.0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for form, (name, write) in _FORMS.items():
            if plain and asked.only not in form:
                continue
            place = folder / name
            write(place, text)
            whole = place.rglob("*") if place.is_dir() else [place]
            size = sum(one.stat().st_size for one in whole) / 1e6
            through_stdin = form == "standard input"
            took = min(seconds(place, folder, through_stdin=through_stdin) for _ in range(2))
            plain = plain or took
            print(f"| {form} | {size:.0f} | {took:.2f} | {took / plain:.2f} |", flush=True)


if __name__ == "__main__":
    main()
