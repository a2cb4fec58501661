"""
What the fold costs where shapes are many and hardly any two are alike, and how that grows.

    python benchmarks/fold.py [--sizes 5000 20000 50000 100000] [--source FOLDER]

Each case is invented: shapes of 4 to 12 words, nothing alike; the same with keys, lists, colons and capitals; words drawn from
a vocabulary of 2,000; one message with names in three places. Each size runs in a process of its own and prints CPU seconds, the peak
memory it added, and CPU a shape against the smallest size. FOLDER: the ``src`` of another checkout, which is measured in turn.
Nothing is asserted: figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KINDS = ("<number>", "<id>", "<ip>", "<path>", "<time>", "<number>ms", "<host>")
_AS_IT_IS = argparse.RawDescriptionHelpFormatter


def word(random: Random) -> str:
    """Return a word of letters."""
    return "".join(random.choices(_LETTERS, k=random.randint(4, 9)))


def name(random: Random) -> str:
    """Return a word as names are written: now and then with a capital, a hump or a mark."""
    one, kind = word(random), random.randrange(10)
    return (one.capitalize(), one.upper(), f"{one}_{word(random)}", one)[min(kind, 3)]


def marked(random: Random) -> str:
    """Return a piece of a message with a mark: a key, a list, a colon, brackets, a variable."""
    one, other = name(random), name(random)
    return random.choice(
        (
            f"{word(random)}={one}", f"{one}: {other}", f"[{one}, {other}]", f"[{one}]", f"{one},{other}", f"({one})",
            f"{word(random)}={random.choice(_KINDS)}", f"{one}:{other}", f"{one.title()} {other.title()}", f"'{one}'",
            random.choice(_KINDS), one, one, one,
        )
    )  # fmt: skip


def _sentences(n: int, piece: Callable[[Random], str]) -> set[str]:
    random = Random(1)
    found: set[str] = set()
    while len(found) < n:
        found.add(" ".join(piece(random) for _ in range(random.randint(4, 12))))
    return found


def drawn(n: int) -> set[str]:
    """Return messages of words from a vocabulary: each word stands in many of them."""
    random = Random(2)
    words = [word(random) for _ in range(2000)]
    return _sentences(n, lambda random: random.choice(words))


def one_message(n: int) -> set[str]:
    """Return one message with names in three places."""
    random = Random(3)
    side = round(n ** (1 / 3) + 0.5)
    names = [name(random) for _ in range(side)]
    every = (
        f"copy of {a} from {b} to {c} took <number> ms" for a in names for b in names for c in names
    )
    return set(sorted(set(every))[:n])


CASES: dict[str, Callable[[int], set[str]]] = {
    "words": lambda n: _sentences(n, word),
    "marks": lambda n: _sentences(n, marked),
    "vocabulary": drawn,
    "one message": one_message,
}


def measure(case: str, size: int) -> None:
    """Print the CPU seconds of grouping, the messages found, and the memory added at the peak [MiB]."""
    from paicha.kernel.grouping import groups  # noqa: PLC0415 - of the checkout that is measured

    shapes = sorted(CASES[case](size))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    found = groups(shapes)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, len(found), (peak - before) >> 10)


def measured(case: str, size: int, source: Path | None) -> tuple[float, int, int]:
    """Return what `measure` prints, of a process of its own."""
    environment = os.environ | ({"PYTHONPATH": str(source)} if source else {})
    command = [sys.executable, __file__, "--case", case, "--sizes", str(size)]
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds, found, peak = out.stdout.split()
    return float(seconds), int(found), int(peak)


def main() -> None:
    """Print a table of every case and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_AS_IT_IS)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000, 50_000, 100_000])
    parser.add_argument("--source", type=Path, help="the src of another checkout, measured in turn")
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        measure(asked.case, asked.sizes[0])
        return
    print(
        "| case | shapes | messages | CPU s | a shape, to the smallest | MiB more | other: CPU s | MiB | ratio |"
    )
    print("| --- |--:|--:|--:|--:|--:|--:|--:|--:|")
    for case in CASES:
        least = 0.0
        for size in asked.sizes:
            other = measured(case, size, asked.source) if asked.source else None
            seconds, found, peak = measured(case, size, None)
            least = least or seconds / size
            beside = f"{other[0]:.2f} | {other[2]} | {seconds / other[0]:.2f}" if other else "| | "
            print(
                f"| {case} | {size:,} | {found:,} | {seconds:.2f} | {seconds / size / least:.2f} | {peak} | {beside} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
