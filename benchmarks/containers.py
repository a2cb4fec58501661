"""
Lines of container runtimes: file to templates, beside drain3 on the same file.

    python -m benchmarks.containers [--lines N] [--peers PYTHON] [--only TEXT]

Logs as containerd (CRI) and Docker (``json-file``) keep them are made: with plain text, klog and JSON inside, with two
streams, and one of which every twentieth line is a stack trace's. PYTHON: the interpreter of an environment with ``requirements/peers.txt``.
Nothing is asserted: figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.named_fields import Words, service, stamp
from benchmarks.pipeline import DRAIN3, MINE, measured

_FRAMES = (
    "java.lang.IllegalStateException: order {} is closed",
    "\tat shop.cart.Orders.keep(Orders.java:{})",
    "\tat shop.cart.Web.post(Web.java:{})",
    "Caused by: java.io.IOException: no room after {} bytes",
    "\t... {} more",
)


def plain(_: int, words: Words) -> str:
    """Return a text without a time."""
    draw, word = words.draw, words.one
    return draw.choice(
        (
            f"order {draw.randrange(99_999)} kept in {draw.randrange(900)} ms",
            f"user={word()}{draw.randrange(90)} signed in from 10.0.{draw.randrange(256)}.{draw.randrange(256)}",
            f"cache has no '{word()}:{draw.randrange(999)}'",
            f"GET /api/{draw.choice(('cart', 'order'))}/{draw.randrange(99_999)} took {draw.randrange(900)}ms",
            f"job {word()}-{draw.randrange(999)} again (attempt {draw.randint(1, 5)} of 5)",
        )
    )


def klog(number: int, words: Words) -> str:
    """Return a text as Kubernetes' own programs write it."""
    stamped = stamp(number)
    level = words.draw.choice("IIIWE")
    return f"{level}{stamped[5:7]}{stamped[8:10]} {stamped[11:23]}000    7 reflector.go:{words.draw.choice((120, 243))}] {plain(number, words)}"


def inner_json(number: int, words: Words) -> str:
    """Return a text of JSON."""
    return service(number, words)


def with_traces(number: int, words: Words) -> str:
    """Return a plain text, or one time in a hundred the lines of a stack trace, five of them."""
    if number % 100 != 99:
        return plain(number, words)
    return "\n".join(frame.format(words.draw.randrange(999)) for frame in _FRAMES)


def as_cri(text: str, number: int, stream: str) -> str:
    """Return a line as containerd writes it."""
    return f"{stamp(number)[:-1]}{number % 999_983:06}Z {stream} F {text}"


def as_docker(text: str, number: int, stream: str) -> str:
    """Return a line as Docker writes it."""
    return json.dumps(
        {
            "log": f"{text}\n",
            "stream": stream,
            "time": f"{stamp(number)[:-1]}{number % 999_983:06}Z",
        },
        separators=(",", ":"),
    )


def log(
    inner: Callable[[int, Words], str],
    form: Callable[[str, int, str], str],
    lines: int,
    *,
    streams: int = 1,
) -> str:
    """Return a log."""
    words = Words()
    return "".join(
        f"{form(text, number, 'stderr' if streams > 1 and number % 7 == 0 else 'stdout')}\n"
        for number in range(lines)
        for text in inner(number, words).split("\n")
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--peers", default="")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    print(f"{'':34} {'lines':>10} {'CPU s':>9} {'wall s':>9} {'M/CPU s':>9} {'M/wall s':>9}")
    logs: dict[str, Callable[[], str]] = {
        "CRI, plain text": lambda: log(plain, as_cri, args.lines),
        "CRI, two streams": lambda: log(plain, as_cri, args.lines, streams=2),
        "CRI, klog": lambda: log(klog, as_cri, args.lines),
        "CRI, JSON": lambda: log(inner_json, as_cri, args.lines),
        "CRI, stack traces": lambda: log(with_traces, as_cri, args.lines),
        "Docker, plain text": lambda: log(plain, as_docker, args.lines),
        "Docker, JSON": lambda: log(inner_json, as_docker, args.lines),
    }
    with tempfile.TemporaryDirectory() as folder:
        for title, made in logs.items():
            if args.only not in title:
                continue
            path = Path(folder) / "container.log"
            path.write_text(made())
            lines = path.read_bytes().count(b"\n")
            for kernel in ("native", "reference"):
                command = [sys.executable, "-c", MINE, str(path), kernel]
                measured(f"{title}, {kernel}", command, lines)
            if args.peers:
                measured(f"{title}, drain3", [args.peers, "-c", DRAIN3, str(path)], lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
