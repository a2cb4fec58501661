"""
Write labelled logs of systems that do not exist, to measure template mining on what it was not made on.

Usage: python evaluation/corpora.py FOLDER [--lines 2000] [--seed 1] [--systems NAME] [--values]
       python evaluation/corpora.py FOLDER [--lines 2000] [--seed 1] --headers work|aside

Each file of `evaluation/corpora` describes one system: the header of its lines, its messages with their
variables, and pools of the words that fill them. Every message occurs; how often falls off steeply, and
so does how often each word of a pool is drawn, as in real logs. FOLDER gets the layout that
``benchmarks/templates.py --data`` reads. The same seed writes the same bytes.

With --systems work or aside, `evaluation/corpora_work` or `evaluation/corpora_aside` instead: systems with more
messages, most of which hold nothing but numbers, identifiers, paths and addresses. Fourteen were written before
anything was built on them and sorted by the SHA-256 of their names; the first half is to work with. What a
program says in words of its own (states, reasons, directions: `kept`) stays in their labels, as it does in the
published ones (``failed: Permission denied`` and ``failed: Bad file descriptor`` are two); with --values it is a
variable.

With --systems trades or trades-aside, sixteen of other trades, written later and parted in the same way.

With --headers, `evaluation/headers.toml` instead: headers of in-house software before the messages of these
systems, those to work with or those kept aside for looking at a result; the table then holds each line's
time and level too.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import UUID

SYSTEMS = Path(__file__).with_name("corpora")
#: Folders of systems by their name on the command line.
FOLDERS = {
    "harsh": SYSTEMS,
    "work": SYSTEMS.with_name("corpora_work"),
    "aside": SYSTEMS.with_name("corpora_aside"),
    "trades": SYSTEMS.with_name("corpora_trades"),
    "trades-aside": SYSTEMS.with_name("corpora_trades_aside"),
}
HEADERS = Path(__file__).with_name("headers.toml")
START = datetime(2025, 12, 19, 10, 37, 32, tzinfo=UTC)
#: Letters stuck to a variable belong to it, as labels have it: ``0x<*>``, ``<*>ms``.
_STUCK = re.compile(r"[A-Za-z0-9_]*<\*>[A-Za-z0-9_]*")
#: Of a time labels make each number a variable.
_PARTED = {
    "clock": "<*>:<*>:<*>", "clock_ms": "<*>:<*>:<*>", "syslogtime": "<*>:<*>:<*>", "clock5": "<*>:<*>",
    "mmss": "<*>:<*>", "date": "<*>-<*>-<*>",
}  # fmt: skip
#: Variables that nothing or only a point parts are one in corrected labels.
_JOINED = re.compile(r"<\*>(?:\.?<\*>)+")
#: In words that labels keep, what consists of digits is a variable all the same.
_DIGITS = re.compile(r"\b\d+(?:\.\d+)*\b")
_HOLE = re.compile(r"\{(=?[^{}]+)\}")
_LEVELS = ("INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR")
_LEVEL_FORMS = {
    "LEVEL": _LEVELS,
    "Level": tuple(level.capitalize() for level in _LEVELS),
    "level1": tuple(level[0] for level in _LEVELS),
    "level": tuple(level.lower() for level in _LEVELS),
}
#: Parts of a header that hang on the message.
_PLACES = (
    "LEVEL", "Level", "level1", "logger", "class", "file", "component", "daemon", "facility", "MNEMONIC",
    "process", "part", "level", "lower", "dotted", "gofile", "func", "code", "zhlevel", "zhmodule",
)  # fmt: skip


class Line(NamedTuple):
    """One labelled line; `time` and `level` are what its header says of them in full."""

    whole: str
    message: str
    template: str
    time: str = ""
    level: str = ""


def main(argv: list[str] | None = None) -> int:
    """Write every system's log and labels."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--systems", choices=tuple(FOLDERS), default="harsh")
    parser.add_argument(
        "--values", action="store_true", help="label states and reasons as variables"
    )
    parser.add_argument("--headers", choices=("work", "aside"))
    asked = parser.parse_args(argv)
    if asked.headers:
        described = tomllib.loads(HEADERS.read_text("utf-8"))
        pools = described.pop("pools")
        for name, one in described.items():
            if one.get("aside", False) == (asked.headers == "aside"):
                write(
                    asked.folder,
                    name.replace("_", "-"),
                    headed(name, one, pools, asked.lines, asked.seed),
                )
        return 0
    for system in sorted(FOLDERS[asked.systems].glob("*.toml")):
        lines = generate(system, asked.lines, asked.seed, values=asked.values)
        write(asked.folder, system.stem, lines)
    return 0


def generate(system: Path, lines: int, seed: int, *, values: bool = False) -> list[Line]:
    """Return so many labelled lines of a system; *values*: also words that labels keep are variables."""
    described = tomllib.loads(system.read_text("utf-8"))
    draw = _Draw(Random(f"{system.stem} {seed}"), described["pools"])
    messages = described["lines"].strip().splitlines()
    ranked = draw.random.sample(messages, len(messages))
    falloff = described.get("falloff", 1.3)
    weights = [1 / rank**falloff for rank in range(1, len(ranked) + 1)]
    chosen = ranked + draw.random.choices(ranked, weights, k=max(lines - len(ranked), 0))
    draw.random.shuffle(chosen)
    kept = () if values else described.get("kept", ())
    return [_line(described["header"], message, draw, kept) for message in chosen[:lines]]


def _line(header: str, message: str, draw: _Draw, kept: Sequence[str]) -> Line:
    head = draw.header(header, message)
    text, label = draw.filled_and_labelled(message, kept)
    label = _STUCK.sub("<*>", label)
    return Line(head + text, text, _JOINED.sub("<*>", label))


def headed(
    name: str, one: dict[str, str], pools: dict[str, list[str]], lines: int, seed: int
) -> list[Line]:
    """Return so many labelled lines of a system behind the header of *one*."""
    draw = _Draw(Random(f"{name} {seed}"), pools)
    header = one["header"]
    dated = any(
        "%Y" in form or "%s" in form
        for hole in _HOLE.findall(header)
        if (form := _STAMPS.get(hole))
    )
    found: list[Line] = []
    for line in generate(SYSTEMS / f"{one['messages']}.toml", lines, seed):
        whole = draw.header(header, line.template) + line.message
        said = [draw.placed[form] for form in (*_LEVEL_FORMS, "zhlevel") if f"{{{form}}}" in header]
        time = draw.now.isoformat(timespec="seconds") if dated else ""
        found.append(line._replace(whole=whole, time=time, level="".join(said)))
    return found


def _label(name: str, value: str, kept: Sequence[str]) -> str:
    """Return how labels write *value* in the hole of that name."""
    return _DIGITS.sub("<*>", value) if name in kept else _PARTED.get(name, "<*>")


class _Draw:
    """Fills the holes of a line."""

    def __init__(self, random: Random, pools: dict[str, list[str]]) -> None:
        self.random = random
        self._pools = pools
        self.now = START
        self.placed: dict[str, str] = {}  # what the place of the last line says
        self._lines = 0
        self._back_s = 0.0  # how far clocks within messages lie back at most [s]

    def header(self, text: str, message: str) -> str:
        """
        Return the header of the next line: a little later, its clocks those of the moment.

        A message always comes from one place of the program: with one level, logger and file.
        """
        self.now += timedelta(milliseconds=self.random.randrange(1, 2000))
        self._lines += 1
        self._back_s = 0.0
        place = Random(message)
        for name in _PLACES:
            choice = self._pools.get(name) or _LEVEL_FORMS.get(name, ())
            if choice:
                self.placed[name] = place.choice(choice)
                text = text.replace(f"{{{name}}}", self.placed[name])
        filled = self.filled(text)
        self._back_s = 1e6
        return filled

    def filled(self, text: str) -> str:
        """Return *text* with a value in every hole."""
        return self.filled_and_labelled(text, ())[0]

    def filled_and_labelled(self, text: str, kept: Sequence[str]) -> tuple[str, str]:
        """Return *text* with a value in every hole, and with ``<*>`` in all that are not *kept*."""
        filled = labelled = ""
        end = 0
        for hole in _HOLE.finditer(text):
            value = self._value(hole[1])
            between, end = text[end : hole.start()], hole.end()
            filled += between + value
            labelled += between + _label(hole[1], value, kept)
        return filled + text[end:], labelled + text[end:]

    def _value(self, name: str) -> str:
        if name.startswith("="):
            return name[1:]
        if name.startswith("*"):
            count = self.random.choices(range(1, 5), (5, 4, 2, 1))[0]
            return ", ".join(self._value(name[1:]) for _ in range(count))
        pool = self._pools.get(name)
        if pool is not None:
            return self.random.choices(pool, [1 / (at + 1) for at in range(len(pool))])[0]
        if name in _STAMPS:
            stamp = self.now.strftime(_STAMPS[name])
            return stamp.replace("@ms", f"{self.now.microsecond // 1000:03}")
        if name.startswith("hex"):
            return self._hex(int(name[3:] or self.random.randrange(3, 9)))
        return _KINDS[name](self)

    def _hex(self, digits: int) -> str:
        return f"{self.random.getrandbits(4 * digits):0{digits}x}"

    def number(self, most: float) -> int:
        """Return a number below *most*, small ones as likely as big ones."""
        return int(most ** self.random.random())

    def octets(self) -> str:
        """Return an address."""
        return f"10.{self.random.randrange(4)}.{self.number(255)}.{self.number(255)}"

    def word(self) -> str:
        """Return a short name."""
        return self.random.choice(("cache", "store", "report", "alpha", "main", "tmp7", "v2"))

    def sequence(self) -> str:
        """Return the number of the line."""
        return str(self._lines)

    def moment(self, form: str) -> str:
        """Return some moment before now."""
        back = self.number(self._back_s) if self._back_s else 0
        return (self.now - timedelta(seconds=back)).strftime(form)


#: The moment of the line, by the name of its form.
_STAMPS = {
    "iso": "%Y-%m-%d %H:%M:%S", "iso_t": "%Y-%m-%dT%H:%M:%S.@ms", "iso_ms": "%Y-%m-%d %H:%M:%S.@ms",
    "iso_comma": "%Y-%m-%d %H:%M:%S,@ms", "syslog": "%b %d %H:%M:%S",
    "german": "%d.%m.%Y %H:%M:%S", "day_first": "%d/%m/%Y %H:%M:%S", "zh": "%Y年%m月%d日 %H:%M:%S",
    "packed_t": "%Y%m%dT%H%M%S.@ms", "klog": "%m%d %H:%M:%S.%f", "epoch": "%s",
}  # fmt: skip
_KINDS: dict[str, Callable[[_Draw], str]] = {
    "seq": _Draw.sequence,
    "line": lambda draw: str(draw.random.randrange(20, 900)),
    "int": lambda draw: str(draw.number(1e6)),
    "small": lambda draw: str(draw.random.randrange(10)),
    "neg": lambda draw: str(-draw.number(2000) if draw.random.random() < 0.9 else 0),
    "float": lambda draw: f"{draw.random.uniform(0, 10 ** draw.random.randrange(4)):.2f}",
    "bool": lambda draw: draw.random.choice(("true", "false")),
    "port": lambda draw: str(draw.random.randrange(1024, 65536)),
    "pid": lambda draw: str(draw.random.randrange(100, 32768)),
    "ip": _Draw.octets,
    "mac": lambda draw: ":".join(f"{draw.random.randrange(256):02x}" for _ in range(6)),
    "mac3": lambda draw: ".".join(f"{draw.random.randrange(65536):04x}" for _ in range(3)),
    "uuid": lambda draw: str(UUID(int=draw.random.getrandbits(128))),
    "path": lambda draw: "/" + "/".join(draw.word() for _ in range(draw.random.randrange(2, 5))),
    "urlrest": lambda draw: f"{draw.octets()}:{draw.number(9999)}/{draw.word()}/{draw.word()}",
    "url": lambda draw: f"http://{draw.octets()}:{draw.number(9999)}/{draw.word()}/{draw.word()}",
    "version": lambda draw: ".".join(str(draw.random.randrange(20)) for _ in range(3)),
    "clock": lambda draw: draw.moment("%H:%M:%S"),
    "clock5": lambda draw: draw.moment("%H:%M"),
    "clock_ms": lambda draw: draw.moment("%H:%M:%S.%f")[:-3],
    "mmss": lambda draw: draw.moment("%M:%S"),
    "date": lambda draw: draw.moment("%Y-%m-%d"),
    "syslogtime": lambda draw: draw.moment("%b %d %H:%M:%S"),
    "epoch_ms": lambda draw: str(1_766_140_652_000 + draw.number(1e9)),
    "uptime": lambda draw: f"{draw.random.uniform(0, 9000):12.6f}",
    "gotime": lambda draw: draw.random.choice(("{}ms", "{}.5s", "1m{}s", "{}µs")).format(draw.number(60)),
    "lsn": lambda draw: f"{draw.number(64)}/{draw.random.getrandbits(32):X}",
}  # fmt: skip


def write(folder: Path, name: str, lines: list[Line]) -> None:
    """Write the log and its table of labels."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    log = place / f"{name}_2k.log"
    log.write_text("".join(line.whole + "\n" for line in lines), "utf-8")
    labels = place / f"{name}_2k.log_structured_corrected.csv"
    with labels.open("w", encoding="utf-8", newline="") as handle:
        table = csv.writer(handle)
        table.writerow(("LineId", "Content", "EventTemplate", "Time", "Level"))
        for at, line in enumerate(lines, 1):
            table.writerow((at, line.message, line.template, line.time, line.level))


if __name__ == "__main__":
    sys.exit(main())
