"""What the operating system says, in the reader's language."""

from __future__ import annotations

import errno
import os

import pytest

from paicha.errors import PaichaError
from paicha.locales import catalogue, message


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (os.strerror(errno.ENOENT), "没有这个文件或目录"),
        ("[Errno 13] Permission denied: 'a.log'", "权限不足: 'a.log'"),
        ("[Errno 111] Connection refused", "连接被拒绝"),
        ("timed out", "超时"),
        ("no such index: timed out", "no such index: timed out"),
        ("Permission denied: biz 3", "Permission denied: biz 3"),
    ],
)
def test_a_reason_of_the_system_is_said_in_chinese(said: str, shown: str) -> None:
    """What a server says in its own words stays as it is, whatever it begins with."""
    assert shown == message("system.said", "zh", reason=said)
    assert said.rpartition("] ")[2] == message("system.said", "en", reason=said)


def test_an_error_has_the_systems_words_in_the_readers_language() -> None:
    """As every error of the command line that the system caused."""
    error = PaichaError("cli.system", path="a.log", reason=os.strerror(errno.EACCES))

    assert "系统拒绝访问 a.log：权限不足" == error.text("zh").splitlines()[0]
    assert "The system refuses a.log: Permission denied" == error.text("en").splitlines()[0]


def test_the_words_are_those_of_the_system() -> None:
    """Each name of an error in the catalogue says in English what this system says."""
    words = {
        key.rpartition(".")[2]: said
        for key, said in catalogue("en").items()
        if key.startswith("system.words.E")
    }

    assert words == {name: os.strerror(getattr(errno, name)) for name in words}
    assert len(words) > 20
