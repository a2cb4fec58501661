"""
Compare the tables that two checkouts make of the same lines: compare-checkouts.py OTHER [FILE ...] [--shapes N] [--seed SEED].

OTHER: the ``src`` folder of another checkout, with its native extension if it is to be used. Each FILE is read to
templates by both, line by line and as a large file; so are N files of invented lines, whose words, names, lists and numbers
are drawn anew. Prints a digest of all the tables of each, and ends with 1 where two differ.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

OWN = Path(__file__).parents[1] / "src"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def digests(files: list[str]) -> Iterator[str]:
    """Yield a line for each file and way of reading: their names, and a digest of every table."""
    import pyarrow as pa  # noqa: PLC0415 - of the checkout that is looked at

    from paicha.engines.local import LocalEngine  # noqa: PLC0415
    from paicha.kernel.fold import fold  # noqa: PLC0415
    from paicha.knowledge.formats_loader import load_formats  # noqa: PLC0415
    from paicha.knowledge.stacks_loader import load_stacks  # noqa: PLC0415
    from paicha.model.question import LogQuery, Scope  # noqa: PLC0415
    from paicha.sources.files import FileSource  # noqa: PLC0415

    formats, stacks = load_formats(), load_stacks()
    for file in files:
        for keep in (0, None):
            source = FileSource([Path(file)], formats, stacks=stacks)
            stored: list[pa.RecordBatch] = []
            query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=keep)
            with source.open(query) as answer:
                sums = LocalEngine().summarise(answer, stored.append)
            tables = [sums.counts, sums.slots, sums.slot_values, sums.slot_buckets]
            kept = [pa.Table.from_batches(stored)] if stored and keep == 0 else []
            digest = hashlib.sha256()
            for table in (*tables, *fold(*tables), *kept):
                sink = pa.BufferOutputStream()
                with pa.ipc.new_stream(sink, table.schema) as out:
                    out.write_table(pa.concat_tables([table]).combine_chunks())
                digest.update(sink.getvalue())
            way = "large" if keep == 0 else "lines"
            yield f"{digest.hexdigest()[:16]} {sums.counts.num_rows:>7} rows {way} {file}"


def word(draw: Random) -> str:
    """Return a word, now and then written as a name."""
    one = "".join(draw.choices(_LETTERS, k=draw.randint(2, 8)))
    return draw.choice(
        (one, one, one, one.title(), one.upper(), f"{one}_{one}", f"{one}-7", "订单")
    )


def value(draw: Random) -> str:
    """Return what a variable may be."""
    number = draw.choice((draw.randrange(30), draw.randrange(10**6)))
    return draw.choice(
        (
            str(number), f"{number}ms", f"{number}.5 KB", f"10.0.0.{number % 256}", f"{number:08x}", f"/srv/{number}/a.log",
            f"[{', '.join(word(draw) for _ in range(number % 4))}]", f"'{word(draw)} {word(draw)}'", word(draw), f"{number:,}",
        )
    )  # fmt: skip


def invented(path: Path, seed: int) -> None:
    """Write lines of invented messages."""
    draw = Random(seed)
    words = [word(draw) for _ in range(draw.choice((20, 200, 2000)))]
    messages = [
        [draw.choice(words) for _ in range(draw.randint(2, 9))]
        for _ in range(draw.choice((5, 60, 400)))
    ]
    with path.open("w", encoding="utf-8") as out:
        for i in range(draw.choice((500, 4000, 12_000))):
            said = list(draw.choice(messages))
            for _ in range(draw.randrange(4)):
                at = draw.randrange(len(said))
                said[at] = draw.choice((value(draw), f"{word(draw)}={value(draw)}", f"{said[at]}:"))
            level = draw.choice(("INFO", "WARN", "ERROR"))
            out.write(f"2025-03-04 05:{i // 60 % 60:02}:{i % 60:02} {level} {' '.join(said)}\n")


def told(source: Path, files: list[str]) -> list[str]:
    """Return what `digests` says by the checkout with the folder *source*."""
    command = [sys.executable, __file__, "--digests", *files]
    environment = os.environ | {"PYTHONPATH": str(source)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def main() -> int:
    """Compare, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("other", type=Path, nargs="?")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--shapes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--digests", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.digests:
        for line in digests(asked.digests):
            print(line, flush=True)
        return 0
    with tempfile.TemporaryDirectory() as name:
        made = [Path(name, f"invented-{asked.seed + at}.log") for at in range(asked.shapes)]
        for at, path in enumerate(made):
            invented(path, asked.seed + at)
        files = [*asked.files, *map(str, made)]
        ours, others = told(OWN, files), told(asked.other, files)
    differing = 0
    for own, other in zip(ours, others, strict=True):
        same = own == other
        differing += not same
        print(own if same else f"DIFFERS: {own} / {other}")
    print(f"{len(ours)} compared, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
