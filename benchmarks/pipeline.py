"""
How fast the whole way is, beside others: file to templates with counts and variables, and the whole report.

    python benchmarks/pipeline.py --corpus FILE [--lines N] [--peers PYTHON] [--reference-lines N]

FILE: any log, for example what a corpus generator wrote. PYTHON: the interpreter of an environment with
``requirements/peers.txt``; without it the other miners are left out. Prints CPU seconds (user and system, of
the process and its children), wall seconds and million lines a second of both, in one run. Nothing is
asserted: figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

#: Begins and ends as the command line does (`paicha.__main__`): with what former starts kept and compiled, without what
#: libraries load for their own sake, without looking for rubbish among what is imported.
MINE = """
import gc, os, sys
from paicha import bytecode, own_files
bytecode.open_file(own_files.folder_name(os.environ))
gc.disable()
from pathlib import Path
from paicha import kept
kept.open_file(kept.folder_of(os.environ))
from paicha.interfaces.cli.lean_imports import leave_out, use_plain_memory
use_plain_memory(os.environ)
leave_out([])
from paicha.engines.local import LocalEngine
from paicha.kernel import native
from paicha.kernel.fold import fold
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource
gc.freeze()
gc.set_threshold(1_000_000, *gc.get_threshold()[1:])
gc.enable()
sys.setswitchinterval(0.0005)
if sys.argv[2] == "reference":
    native.find = lambda: native.Found(None, "benchmark")
source = FileSource([Path(sys.argv[1])], load_formats(), stacks=load_stacks())
query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=0)
with source.open(query) as answer:
    sums = LocalEngine().summarise(answer, lambda _: None)
folded = fold(sums.counts, sums.slots, sums.slot_values, sums.slot_buckets)
print(folded.templates.num_rows, "templates", file=sys.stderr)
kept.close_file()
bytecode.close_file()
sys.stderr.flush()
os._exit(0)
"""
DRAIN3 = """
import sys
from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig
miner = TemplateMiner(config=TemplateMinerConfig())
for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
    miner.add_log_message(line.rstrip("\\n"))
"""
_TIPPING = """
import sys, tipping
tipping.parse([line.rstrip("\\n") for line in open(sys.argv[1], encoding="utf-8", errors="replace")])
"""
_LOGPARSER = """
import os, sys, tempfile
from logparser.Drain import LogParser
folder, name = os.path.split(os.path.abspath(sys.argv[1]))
with tempfile.TemporaryDirectory() as out:
    LogParser("<Content>", indir=folder, outdir=out, rex=[]).parse(name)
"""


def measured(name: str, command: list[str], lines: int) -> None:
    """Run a command and print what it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode not in (0, 1):
        print(f"{name:34} failed: {done.stderr.strip().splitlines()[-1:]}")
        return
    rates = f"{lines / cpu / 1e6:9.3f} {lines / wall / 1e6:9.3f}"
    print(f"{name:34} {lines:>10,} {cpu:9.2f} {wall:9.2f} {rates}", flush=True)


def access_log(path: Path, lines: int) -> None:
    """Write an access log in the combined format."""
    draw = random.Random(7)
    pages = ["/", "/cart", "/order/{}", "/img/{}.png", "/api/v1/items?id={}"]
    with path.open("w", encoding="utf-8") as out:
        for i in range(lines):
            page = draw.choice(pages).format(draw.randrange(10_000))
            out.write(
                f"10.{draw.randrange(256)}.{draw.randrange(256)}.{draw.randrange(256)} - - "
                f"[19/Dec/2025:{i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02} +0800] "
                f'"GET {page} HTTP/1.1" {draw.choice((200, 200, 304, 404, 500))} '
                f'{draw.randrange(50_000)} "-" "curl/8.5"\n'
            )


def head_of(path: Path, lines: int, folder: Path) -> Path:
    """Return a file with the first lines of another."""
    short = folder / f"head-{lines}.log"
    with path.open("rb") as source, short.open("wb") as out:
        out.writelines(itertools.islice(source, lines))
    return short


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--peers", default="")
    parser.add_argument("--reference-lines", type=int, default=50_000)
    parser.add_argument("--whole-drain3", action="store_true", help="drain3 over every line too")
    parser.add_argument("--access-lines", type=int, default=100_000)
    args = parser.parse_args()
    with args.corpus.open("rb") as file:
        lines = sum(1 for _ in file)
    print(f"{'':34} {'lines':>10} {'CPU s':>9} {'wall s':>9} {'M/CPU s':>9} {'M/wall s':>9}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        short = head_of(args.corpus, args.reference_lines, folder)
        for tool in ("wc -l", "grep -c ERROR"):
            measured(tool, [*tool.split(), str(args.corpus)], lines)
        ours = [sys.executable, "-c", MINE]
        measured("Paicha native, to templates", [*ours, str(args.corpus), "native"], lines)
        report = ["-m", "paicha", "investigate", str(args.corpus), "--tz", "UTC"]
        whole = [sys.executable, *report, "-o", str(folder / "report")]
        measured("Paicha native, whole report", whole, lines)
        measured("Paicha reference, to templates", [*ours, str(args.corpus), "reference"], lines)
        measured(
            "Paicha reference, to templates", [*ours, str(short), "reference"], args.reference_lines
        )
        if args.peers:
            if args.whole_drain3:
                measured("drain3", [args.peers, "-c", DRAIN3, str(args.corpus)], lines)
            for title, code in (("drain3", DRAIN3), ("tipping", _TIPPING), ("Drain", _LOGPARSER)):
                measured(title, [args.peers, "-c", code, str(short)], args.reference_lines)
        access = folder / "access.log"
        access_log(access, args.access_lines)
        measured("Paicha native, access log", [*ours, str(access), "native"], args.access_lines)
        goaccess = ["goaccess", str(access), "--log-format=COMBINED", "-o", str(folder / "g.json")]
        lnav = ["lnav", "-n", "-c", ";SELECT count(*) FROM access_log", str(access)]
        for title, command in (("GoAccess", goaccess), ("lnav", lnav)):
            if shutil.which(command[0]):
                measured(f"{title}, access log", command, args.access_lines)
            else:
                print(f"{title}: not installed (Debian package {command[0]})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
