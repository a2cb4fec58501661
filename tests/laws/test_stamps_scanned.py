"""
The laws of stamps that Python tells the native kernel: it is asked once a minute, and what follows from that is what each stamp says.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.scans import KERNELS, assert_same, scanned

from paicha.kernel.answers import Answers, Stamp

pytestmark = pytest.mark.usefixtures("kernel", "never_given_up")

#: Lines with a place for minute, second and fraction of a stamp, and for a number.
LINES = (
    "[05-Mar-2025 05:{m:02}:{s:02} Asia/Shanghai] PHP Warning:  took {n} ms in /srv/a.php on line 7",
    "[05-Mar-2025 05:{m:02}:{s:02} Mars/Base] PHP Notice:  took {n} ms in /srv/a.php on line 7",
    "[05-Mar-2025 05:{m:02}:{s:02} Etc/GMT+5] PHP Notice:  took {n} ms in /srv/a.php on line 7",
    "[05-Mar-2025 05:{m:02}:{s:02} Etc/GMT+6] PHP Notice:  took {n} ms in /srv/a.php on line 7",
    "[05-Mar-2025 05:{m:02}:{s:02}] PHP Fatal error:  took {n} ms in /srv/a.php on line 7",
    "[05/03/25 05:{m:02}:{s:02}:{f:03} CST] main-thread-7 ERROR shop.order.OrderService:  took {n} ms",
    "I20250305 05:{m:02}:{s:02}.{f:06}   812 raft.cc:77] took {n} ms",
    "2025年03月05日 05:{m:02}:{s:02} [警告] 耗时 {n} 毫秒",
    "2025年3月5日 下午5时{m:02}分{s:02}秒 [警告] 耗时 {n} 毫秒",
    "05.03.2025 05:{m:02}:{s:02} DEBUG store/keeper.cpp(151) renew: took {n} ms",
    "[I 250305 05:{m:02}:{s:02} web:2246] 200 GET /cart/{n} (10.0.0.1) 1.25ms",
    "E250305 05:{m:02}:{s:02}.{f:06} 77 kv/store.go:77 ⋮ [n1] 12  took {n} ms",
    "2025-03-05_05:{m:02}:{s:02}.{f:05} INFO: took {n} ms",
    "[2025-03-05, 05:{m:02}:{s:02} UTC] {{keeper.py:7}} INFO - took {n} ms",
    "[Nest] 77  - 03/05/2025, 5:{m:02}:{s:02} PM     LOG [Orders] took {n} ms",
    "2025-03-05 05:{m:02}:{s:02},{f:03} 警告 [stock.py:31] 耗时 {n} 毫秒",
    "[3/5/25 5:{m:02}:{s:02}:{f:03} CST] 0000012f SystemOut     O order took {n} ms",
    "  1234:20250305:05{m:02}{s:02}.{f:03} slow query: {n}",
    "<188>Mar 05 2025 05:{m:02}:{s:02} core-1 %%01SSH/4/SSH_FAIL(l)[7]:failed {n} times",
    "<189>Mar  5 05:{m:02}:{s:02}:{f:03} 2025 core-1 %%10SHELL/5/SHELL_LOGIN: {n} logged in",
    "<189>Mar  5 05:{m:02}:{s:02} 2025 core-1 %%10SHELL/5/SHELL_LOGIN: {n} logged in",
    "05-三月-2025 05:{m:02}:{s:02}.{f:03} 严重 [main] shop.Keeper took {n} ms",
    "05-3月-2025 05:{m:02}:{s:02}.{f:03} 严重 [main] shop.Keeper took {n} ms",
    "<188>Mar  5 2025 05:{m:02}:{s:02}+08:00 core-1 %%01SSH/4/SSH_FAIL(l)[7]:failed {n} times",
    "{n}.7 3/5/2025 5:{m:02}:{s:02} PM INFO took",
)


def a_file(path: Path, lines: tuple[str, ...], seed: int) -> Path:
    """Write lines, their stamps of few minutes and any second, a few of none that there is."""
    drawn = random.Random(seed)
    written = [
        drawn.choice(lines).format(
            m=drawn.choice((6, 6, 6, 7, 59)),
            s=drawn.choice((*range(60), *range(60), 60, 61, 75, 99)),
            f=drawn.choice((0, 7, 99, drawn.randrange(1000))),
            n=drawn.randrange(100),
        )
        for _ in range(120)
    ]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("line", LINES)
def test_stamps_are_scanned_as_they_are_read(tmp_path: Path, line: str) -> None:
    """Seconds that differ, minutes that do, and seconds that no minute has."""
    assert_same(a_file(tmp_path / "alike.log", (line,), len(line)))


def test_stamps_of_several_zones_are_told_apart(tmp_path: Path) -> None:
    """The same words are another moment in another zone, also where no line names one."""
    for seed in range(4):
        assert_same(a_file(tmp_path / "zones.log", LINES[:5], seed))


@pytest.mark.parametrize("seed", range(3))
def test_any_mixture_of_stamps_is_scanned_as_it_is_read(tmp_path: Path, seed: int) -> None:
    """A stamp follows others of its kind, of other kinds and of other formats."""
    assert_same(a_file(tmp_path / "mixed.log", LINES, seed))


#: Clocks that were never set, and lines that only look like it.
UNSET = (
    "1970-01-01 00:{m:02}:{s:02} ERROR took {n} ms",
    "1970-01-01T00:{m:02}:{s:02}.{f:03}Z core-1 kernel: took {n} ms",
    "1969-12-31 19:{m:02}:{s:02} ERROR took {n} ms",
    "1970年1月1日 08:{m:02}:{s:02} [警告] 耗时 {n} 毫秒",
    "1970-13-01 00:{m:02}:{s:02} ERROR took {n} ms",
    "0001-01-01 00:{m:02}:{s:02} ERROR took {n} ms",
    "2025-03-05 05:{m:02}:{s:02} ERROR took {n} ms",
    "2025-03-05T05:{m:02}:{s:02}Z core-1 kernel: took {n} ms",
    '{{"time":"1970-01-01T00:{m:02}:{s:02}Z","level":"warn","msg":"took {n} ms"}}',
    '{{"time":"2025-03-05T05:{m:02}:{s:02}Z","level":"warn","msg":"took {n} ms"}}',
    "  at shop.Keeper.renew(Keeper.java:{n})",
)


@pytest.mark.parametrize("seed", range(4))
def test_lines_of_a_clock_that_was_never_set_are_scanned_as_they_are_read(
    tmp_path: Path, seed: int
) -> None:
    """They are records without a time, wherever they stand, and coverage names them."""
    lines = UNSET if seed else UNSET[:1]
    assert_same(a_file(tmp_path / "unset.log", lines, seed))


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_stamps_that_are_spelt_in_turns_are_asked_for_once_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As devices of several models write them, and Java in Chinese of several versions."""
    asked: list[str] = []
    stamp = Answers.stamp

    def noted(answers: Answers, at: int, kind: str, text: str, zone: str) -> Stamp | None:
        asked.append(text)
        return stamp(answers, at, kind, text, zone)

    monkeypatch.setattr(Answers, "stamp", noted)
    scan, _ = scanned(
        line.format(m=n // 60, s=n % 60, f=n)
        for n in range(300)
        for line in (
            "05-三月-2025 05:{m:02}:{s:02}.{f:03} 严重 [main] shop.Keeper lost",
            "05-3月-2025 05:{m:02}:{s:02}.{f:03} 严重 [main] shop.Keeper lost",
            "<188>Mar  5 2025 05:{m:02}:{s:02} edge-3 %%01KEEPER/4/LATE(l)[2]:lost",
            "<188>Mar  5 2025 05:{m:02}:{s:02}+08:00 edge-3 %%01KEEPER/4/LATE(l)[2]:lost",
        )
    )

    assert 1200 == scan.facts.seen.records
    assert len(asked) < 80


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_lines_that_name_the_zone_of_their_time_are_read_natively() -> None:
    """PHP writes it into each line."""
    lines = [LINES[0].format(m=minute, s=7, f=0, n=minute) for minute in range(40)]

    scan, runs = scanned(lines)

    assert [] == runs
    assert {"php_error": 40} == scan.facts.formats
