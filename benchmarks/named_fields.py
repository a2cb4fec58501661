"""
Lines that name their fields: file to templates, beside drain3 on the same file.

    python -m benchmarks.named_fields [--lines N] [--peers PYTHON]

Twelve logs are made: JSON of a service with words of its own in every line (users, addresses, URLs, agents, lists), a
JSON access log without a message, logfmt, what Go's zap writes (a caller with its line), lines of a Java program, as
they are, in JSON of a shipper, in rows of CSV and in syslog; and Chinese ones: messages alone in Docker's JSON, lines with
Chinese stamps and levels, rows of CSV with Chinese columns, and the raw form of BlueKing's collector. Their messages have few shapes: what many shapes cost `varied.py` says. PYTHON: the interpreter of an environment with
``requirements/peers.txt``. Nothing is asserted: figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.pipeline import DRAIN3, MINE, measured

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Words:
    """Twenty thousand words of no language, drawn again and again."""

    def __init__(self) -> None:
        self.draw = random.Random(7)
        lengths = (self.draw.randint(3, 10) for _ in range(20_000))
        self._words = ["".join(self.draw.choices(_LETTERS, k=length)) for length in lengths]

    def one(self) -> str:
        """Return a word."""
        return self.draw.choice(self._words)


def stamp(number: int) -> str:
    """Return the time of a line, a hundred of them a second."""
    minute, second = divmod(number // 100, 60)
    hour, minute = divmod(minute, 60)
    return f"2025-12-19T{hour % 24:02}:{minute:02}:{second:02}.{number % 100 * 10:03}Z"


def service(number: int, words: Words) -> str:
    """Return a line of a service."""
    draw, word = words.draw, words.one
    message = draw.choice(
        (
            f"order {draw.randrange(99_999)} kept in {draw.randrange(900)} ms",
            f"user={word()}{draw.randrange(90)} signed in from 10.0.{draw.randrange(256)}.{draw.randrange(256)}",
            f"cache has no '{word()}:{draw.randrange(999)}'",
            f"job {word()}-{draw.randrange(999)} again (attempt {draw.randint(1, 5)} of 5)",
        )
    )
    said: dict[str, object] = {
        "time": stamp(number),
        "level": draw.choice(("info", "info", "info", "warn", "error")),
        "logger": f"shop.{draw.choice(('cart', 'mail', 'stock'))}",
        "msg": message,
        "trace_id": f"{draw.getrandbits(128):032x}",
        "user": {"name": word(), "mail": f"{word()}@{word()}.test"},
        "url": f"https://{word()}.test/{word()}?q={word()}",
        "took": draw.random(),
        "tags": [word() for _ in range(draw.randrange(4))],
    }
    if draw.random() < 0.5:
        said["agent"] = f"probe/2 {word()}"
    return json.dumps(said)


def access(number: int, words: Words) -> str:
    """Return a line of a proxy's access log: it has no message."""
    draw = words.draw
    return json.dumps(
        {
            "time": stamp(number),
            "client": f"10.{draw.randrange(256)}.{draw.randrange(256)}.{draw.randrange(256)}",
            "method": draw.choice(("GET", "POST")),
            "path": f"/api/{draw.choice(('cart', 'order'))}/{draw.randrange(99_999)}",
            "status": draw.choice((200, 200, 200, 304, 404, 502)),
            "bytes": draw.randrange(99_999),
        }
    )


def pairs(number: int, words: Words) -> str:
    """Return a line of logfmt."""
    draw, word = words.draw, words.one
    level = draw.choice(("info", "info", "warn"))
    message = f"block {draw.randrange(999)} of {word()}{draw.randrange(90)} kept"
    return f'ts={stamp(number)} level={level} caller=head.go:45 msg="{message}" user={word()} n={number}'


def zap(number: int, words: Words) -> str:
    """Return a line of Go's zap."""
    draw = words.draw
    said: dict[str, object] = {
        "level": draw.choice(("info", "info", "warn", "error")),
        "ts": 1766138400 + number / 100,
        "caller": f"store/{draw.choice(('keeper', 'lease'))}.go:{draw.randrange(900)}",
        "msg": f"lease {draw.randrange(99_999)} renewed",
        "shard": draw.randrange(12),
    }
    if draw.random() < 0.2:
        said["error"] = f"dial tcp 10.0.{draw.randrange(9)}.{draw.randrange(250)}:5432: refused"
    return json.dumps(said)


def java(number: int, words: Words) -> str:
    """Return a line of a Java program."""
    draw = words.draw
    level = draw.choice(("INFO", "INFO", "WARN", "ERROR"))
    text = f"order {draw.randrange(99_999)} of {words.one()}{draw.randrange(90)} took {draw.randrange(900)} ms"
    at = stamp(number).replace("T", " ").replace(".", ",")[:-1]
    return f"{at} {level} [worker-{number % 8}] c.s.{draw.choice(('Cart', 'Mail'))} - {text}"


def shipped(number: int, words: Words) -> str:
    """Return the same in JSON of a shipper, with what Kubernetes knows."""
    pod = {"pod_name": f"cart-6c9bd7f8d4-x2x9{number % 5}", "labels": {"app": "cart"}}
    said = {"kubernetes": pod, "log": java(number, words), "stream": "stdout"}
    return json.dumps({**said, "time": stamp(number)})


def row(number: int, words: Words) -> str:
    """Return the same as a row of a table."""
    head = "time,host,message\n" if not number else ""
    return f'{head}{stamp(number)},web-{number % 4},"{java(number, words)}"'


def syslog(number: int, words: Words) -> str:
    """Return the same as a syslog daemon writes it."""
    clock = stamp(number)[11:19]
    return f"Dec 19 {clock} web-{number % 4} cart[{number % 90}]: {java(number, words)}"


def chinese(words: Words) -> str:
    """Return a message in Chinese, with names of people, marks of full width and words in English."""
    draw = words.draw
    name = draw.choice(("张伟", "王芳", "李娜", "刘洋")) + draw.choice("一二三四五六七八九十")
    host = f"10.0.{draw.randrange(256)}.{draw.randrange(256)}"
    return draw.choice(
        (
            f"用户【{name}】登录成功，来源 IP：{host}，耗时 {draw.randrange(900)}ms",
            f"订单创建失败：订单号 {draw.randrange(10**11, 10**12)}，原因：库存不足（剩余 {draw.randrange(9)} 件）",
            f"数据库连接超时，目标 {host}:3306，已重试 {draw.randrange(5)} 次",
            f"文件上传完成：/data/上传/报表_{draw.randrange(9999)}.xlsx，大小 {draw.randrange(9999)} KB",
            f"磁盘使用率过高：/data 分区已使用 {draw.randrange(80, 99)}%，请及时清理！",
        )
    )


def docker(number: int, words: Words) -> str:
    """Return a message in Docker's JSON: no format fits it."""
    said = {"log": chinese(words) + "\n", "stream": "stdout", "time": stamp(number)}
    return json.dumps(said, ensure_ascii=False)


def chinese_stamps(number: int, words: Words) -> str:
    """Return a line whose stamp and level are Chinese."""
    clock = stamp(number)[11:19]
    level = words.draw.choice(("信息", "信息", "警告", "错误"))
    return f"2025年12月19日 {clock} [{level}] [订单中心] {chinese(words)}"


def chinese_row(number: int, words: Words) -> str:
    """Return a row of a table whose columns are Chinese."""
    head = "时间,级别,模块,主机,日志内容\n" if not number else ""
    level, module = (
        words.draw.choice(("信息", "警告", "错误")),
        words.draw.choice(("订单中心", "支付服务")),
    )
    return f'{head}{stamp(number)},{level},{module},10.0.0.{number % 9},"{chinese(words)}"'


def collected(number: int, words: Words) -> str:
    """Return a line of a Java program as BlueKing's collector sends it."""
    at = stamp(number).replace("T", " ").replace(".", ",")[:-1]
    data = f"{at} {words.draw.choice(('INFO', 'ERROR'))} [worker-{number % 8}] c.s.Cart - {chinese(words)}"
    said = {
        "dataid": 1500123,
        "filename": "/data/logs/订单/app.log",
        "gseindex": number,
        "ip": f"10.0.0.{number % 9}",
        "items": [{"data": data, "iterationindex": 0}],
        "time": 1766138400 + number // 100,
    }
    return json.dumps(said, ensure_ascii=False)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--peers", default="")
    args = parser.parse_args()
    print(f"{'':34} {'lines':>10} {'CPU s':>9} {'wall s':>9} {'M/CPU s':>9} {'M/wall s':>9}")
    kinds: tuple[tuple[str, Callable[[int, Words], str]], ...] = (
        ("JSON of a service", service),
        ("JSON access log", access),
        ("logfmt", pairs),
        ("Go's zap", zap),
        ("Java, as it is", java),
        ("Java in JSON of a shipper", shipped),
        ("Java in CSV", row),
        ("Java in syslog", syslog),
        ("Chinese in Docker's JSON", docker),
        ("Chinese stamps and levels", chinese_stamps),
        ("Chinese in CSV", chinese_row),
        ("BlueKing's collector", collected),
    )
    with tempfile.TemporaryDirectory() as folder:
        for title, line in kinds:
            path, words = Path(folder) / f"{line.__name__}.log", Words()
            path.write_text("".join(f"{line(n, words)}\n" for n in range(args.lines)), "utf-8")
            for kernel in ("native", "reference"):
                command = [sys.executable, "-c", MINE, str(path), kernel]
                measured(f"{title}, {kernel}", command, args.lines)
            if args.peers:
                measured(f"{title}, drain3", [args.peers, "-c", DRAIN3, str(path)], args.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
