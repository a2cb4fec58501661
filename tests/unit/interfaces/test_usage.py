"""What is said about words of a command line that cannot be used."""

from __future__ import annotations

import pytest

from paicha.interfaces.cli.main import main

CASES = [
    ("investigate --lagn zh", "paicha investigate 没有选项 --lagn", "是否要用 --lang, --last？"),
    ("investigate -x", "paicha investigate 没有选项 -x", "查看可用选项：paicha investigate --help"),
    ("investigate a --last", "选项 --last 后面缺少取值", "查看可用取值：paicha investigate --help"),
    ("investigate a --keep-raw=3", "选项 --keep-raw 不接受取值", "去掉等号及其后的内容"),
    ("evidence", "缺少 CASE", "用法见：paicha evidence --help"),
    (
        "report x --format foo",
        "--format 不能取 foo",
        "可取值：md, html, json, terminal, chat, page",
    ),
    ("evidence x 1 --limit -3", "--limit 不能取 -3", "请写不小于 0 的整数"),
    ("mcp --port 99999", "--port 不能取 99999", "请写 0 到 65535 之间的整数"),
    ("investigate x --biz 二", "--biz 不能取 二", "请写整数"),
    ("invstigate", "paicha 没有命令 invstigate", "是否要用 investigate？"),
    ("sources rm", "paicha sources 没有命令 rm", "查看可用命令：paicha sources --help"),
    ("sql a b c d", "paicha sql 的参数过多，无法识别：c d", "含空格的参数请加引号"),
]


@pytest.mark.parametrize(("line", "what", "hint"), CASES)
def test_a_usage_error_is_said_in_the_readers_language(
    line: str,
    what: str,
    hint: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is wrong and what may be written instead; no word of it comes from the library that parses."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    assert 2 == main(line.split())

    first, *rest = capsys.readouterr().err.splitlines()
    assert what == first
    assert len(rest) == 1
    assert rest[0].startswith("  建议：")
    assert hint in rest[0]


def test_a_command_alone_shows_its_help(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A room of commands says which there are, in the reader's language."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    assert 2 == main(["sources"])

    assert capsys.readouterr().err.startswith("用法：paicha sources [选项] 命令 [参数]...\n")
