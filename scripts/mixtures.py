"""What random files are put into: long lines, colours, containers, lists of records, encodings, archives, folders; see compare-native.py."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

from paicha.kernel.line_formats import HEAD
from paicha.model.question import Scope

#: What a terminal is told, whole sequences most of the time.
_COLOURS = ("\x1b[0m", "\x1b[1;31m", "\x1b[m", "\x1b[K", "\x1b[38;5;9m", "\x1b(B", "\x1b[", "\x1b")
_STAMP = "2025-03-04T05:06:{:02d}.{:09d}Z"
_PODS = ("shop-7d4b9c6f5-x2x4z", "pay-0", "cart-5f6d8")


def coloured(lines: list[str], draw: random.Random) -> list[str]:
    """Return lines with colours here and there."""
    share = draw.choice((0.05, 0.5, 1.0))

    def one(line: str) -> str:
        if draw.random() > share:
            return line
        for _ in range(draw.randrange(1, 4)):
            at = draw.choice((0, len(line), draw.randrange(len(line) + 1)))
            line = line[:at] + draw.choice(_COLOURS[: draw.choice((3, 8))]) + line[at:]
        return line

    return [one(line) for line in lines]


def of_docker(lines: list[str], draw: random.Random) -> list[str]:
    """Return lines as Docker writes them, of two streams, here and there in pieces."""

    def one(at: int, line: str) -> list[str]:
        cut = draw.randrange(len(line) + 1) if draw.random() < 0.03 else 0
        parts = [line[:cut], line[cut:] + "\n"] if cut else [line + "\n"]
        said = {
            "stream": draw.choice(("stdout", "stdout", "stderr")),
            "time": _STAMP.format(at % 60, at),
        }
        return [json.dumps({"log": part, **said}, ensure_ascii=False) for part in parts]

    return [written for at, line in enumerate(lines) for written in one(at, line)]


def of_containers(lines: list[str], draw: random.Random) -> list[str]:
    """Return lines as containerd writes them, or as commands print those of several containers."""
    how = draw.choice(("cri", "compose", "prefix", "stern"))

    def one(at: int, line: str) -> str:
        stamp, stream = _STAMP.format(at % 60, at), draw.choice(("stdout", "stdout", "stderr"))
        pod = draw.choice(_PODS)
        return {
            "cri": f"{stamp} {stream} {'P' if draw.random() < 0.02 else 'F'} {line}",
            "compose": f"shop-{draw.randrange(3)}  | {line}",
            "prefix": f"[pod/{pod}/app] {line}",
            "stern": f"{pod} app {line}",
        }[how]

    return [one(at, line) for at, line in enumerate(lines)]


def of_collectors(lines: list[str], draw: random.Random) -> list[str]:
    """Return lines as BlueKing's collectors send them, several in one."""
    found, at = [], 0
    while at < len(lines):
        some = lines[at : at + draw.choice((1, 2, 5))]
        at += len(some)
        items = [{"data": line, "iterationindex": place} for place, line in enumerate(some)]
        found.append(
            json.dumps(
                {
                    "ip": f"10.0.0.{draw.randrange(9)}",
                    "filename": "/data/app.log",
                    "utctime": f"2025-03-04 05:06:{at % 60:02d}",
                    "items": items,
                },
                ensure_ascii=draw.random() < 0.5,
            )
        )
    return found


#: What makes lines long, again and again: words, a trace as JSON writes it, variables, other letters, names, a cell.
_LONG = (
    "lease lost ",
    r"\n\tat shop.Cart.add(Cart.java:12)",
    ", 812",
    "中文",
    'a=b "c":"d", ',
    'x,"y" ',
    "Zm9v",
)
#: What values of named fields begin behind, cells and what stands in quotes.
_OPENINGS = (':"', ': "', ',"', '"', " ")


def lengthened(lines: list[str], draw: random.Random) -> list[str]:
    """Return lines of which some are so long that patterns see their beginning only, or nearly."""
    share = draw.choice((0.003, 0.01, 0.05))

    def one(line: str) -> str:
        if draw.random() > share:
            return line
        size = draw.choice((HEAD - len(line) + draw.randrange(-9, 10), draw.randrange(5 * HEAD)))
        size = draw.randrange(1 << 18) if draw.random() < 0.01 else max(size, 0)
        opening = draw.choice(_OPENINGS)
        places = [at for at in range(len(line)) if line.startswith(opening, at)] or [len(line)]
        at = draw.choice((len(line), draw.choice(places) + len(opening)))
        more = draw.choice(_LONG)
        return line[:at] + (more * (size // len(more) + 1))[:size] + line[at:]

    return [one(line) for line in lines]


#: What lines may be put into, one after the other.
_WRAPS: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    coloured,
    of_docker,
    of_containers,
    of_collectors,
)


def wrapped(lines: list[str], draw: random.Random) -> list[str]:
    """Return lines inside what may stand around them, half of the time in nothing; of some logs a few are long."""
    if draw.random() < 0.3:
        lines = lengthened(lines, draw)
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        lines = draw.choice(_WRAPS)(lines, draw)
    return lines


def encoded(data: bytes, draw: random.Random) -> bytes:
    """Return the bytes of a text in UTF-8 in an encoding that files have, two thirds of the time in that."""
    if draw.random() < 0.2:
        data = data.replace(b"\n", b"\r\n")
    how = draw.choice(("utf-8",) * 8 + ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"))
    if how == "utf-8":
        return data
    text = data.decode("utf-8", "replace")
    return text.encode(how, "replace")


def cut(data: bytes, draw: random.Random) -> list[bytes]:
    """Return data in one to four parts, cut at the ends of lines."""
    ends = [at + 1 for at, byte in enumerate(data) if byte == 0x0A]
    places = sorted(draw.sample(ends, min(draw.randrange(4), len(ends))))
    edges = zip([0, *places], [*places, len(data)], strict=True)
    return [data[start:stop] for start, stop in edges if stop > start]


def stored(data: bytes, folder: Path, draw: random.Random) -> Path:
    """Write data below a folder as one file, packed or not, as the members of an archive or as several files; return what to read."""
    how = draw.choice(("plain",) * 6 + ("gz", "zst", "zip", "tar", "tgz", "folder"))
    path = folder / "random.log"
    if how in {"plain", "gz", "zst"}:
        packed = {"gz": gzip.compress, "zst": lambda it: pa.compress(it, "zstd", asbytes=True)}
        path = path if how == "plain" else path.with_suffix(f".log.{how}")
        path.write_bytes(packed[how](data) if how in packed else data)
        return path
    members = cut(data, draw) or [data]
    named = [(f"app.log.{len(members) - at}", part) for at, part in enumerate(members)]
    if how == "folder":
        for name, part in named:
            (folder / name).write_bytes(part)
        return folder
    path = path.with_suffix(f".{how}")
    _archive(path, named, how)
    return path


def _archive(path: Path, named: Sequence[tuple[str, bytes]], how: str) -> None:
    if how == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in named:
                archive.writestr(zipfile.ZipInfo(name, (2025, 3, 4, 5, 6, 8)), part)
        return
    with tarfile.open(path, "w:gz" if how == "tgz" else "w") as packed:
        for name, part in named:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(part), 1_741_064_768
            packed.addfile(entry, io.BytesIO(part))


def asked(draw: random.Random) -> Scope:
    """Return a scope that records are asked for, mostly all."""
    return draw.choice(
        (
            *(Scope(),) * 6,
            Scope(hosts=("10.0.0.9",)),
            Scope(hosts=("10.0.0.3", "web-12")),
            Scope(services=("shop", "cart", "pay")),
            Scope(where="level:ERROR"),
            Scope(where="error"),
        )
    )
