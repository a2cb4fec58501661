"""Settings files as editors in China save them, and the mistakes of a Chinese keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.errors import ConfigError
from paicha.wiring.settings_text import read_table

GOOD = '# 生产环境\nlanguage = "zh"\r\n[sources."生产日志"]\ntype = "files"\n'


def test_a_mark_at_the_beginning_and_line_ends_of_windows_are_no_mistake(tmp_path: Path) -> None:
    """Notepad writes both."""
    file = tmp_path / "paicha.toml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").replace("\r\r", "\r").encode())

    assert {"language": "zh", "sources": {"生产日志": {"type": "files"}}} == read_table(file)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (GOOD.encode("gb18030"), "不是 UTF-8 编码，看起来是 GB18030"),
        (GOOD.encode("utf-16"), "不是 UTF-8 编码，看起来是 UTF-16"),
        (b'language = "zh"\n\xff', "不是 UTF-8 文本"),
        ("language ＝ 'zh'".encode(), "第 1 行第 10 列有全角符号 ＝"),
        ("\nlanguage = “zh”".encode(), "第 2 行第 12 列有全角符号 “"),
        ("[sources.生产日志]".encode(), "第 1 行第 10 列的名称需要加引号"),
        (rb'output = "C:\paicha"', "第 1 行的反斜杠被 TOML 当作转义符"),
        (b"language = zh", "第 1 行第 12 列不是合法的 TOML（Invalid value）"),
        (b"language =", "第 1 行第 11 列不是合法的 TOML（Invalid value）"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, data: bytes, what: str) -> None:
    """In the reader's language, with what to write instead."""
    file = tmp_path / "paicha.toml"
    file.write_bytes(data)

    with pytest.raises(ConfigError) as refused:
        read_table(file)

    first, hint = refused.value.text("zh").splitlines()
    assert what in first
    assert hint.startswith("  建议：")
    assert str(file) in refused.value.text("en").splitlines()[0]
