"""
Message catalogues: every sentence a person reads, in English and in Chinese.

One TOML file per area and language (``en/coverage.toml``, ``zh_CN/coverage.toml``); nested tables
become dotted keys, prefixed with the file's name: ``coverage.window_empty``.
Placeholders are ``{name}`` and nothing else: values are put in as text, never as a template.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from paicha.kept import derived, state_of
from paicha.package_files import folder_of
from paicha.values import dataclass

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_FOLDERS: dict[Language, str] = {"zh": "zh_CN", "en": "en"}
#: Halves of a surrogate pair that stand for no byte of a file's name.
_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")
#: What a backtick is written as where it stands between two of a message: they mark code.
_GRAVE = "\u02cb"
#: Placeholders of names, which may be Latin or Chinese, so that no message can set them apart.
_NAMES = frozenset({"title", "concept", "metric"})
#: Placeholders of what somebody else said, often the operating system.
REASONS = frozenset({"reason", "why"})
#: The system's words, alone or between its number and what they are about.
_SYSTEM = re.compile(
    r"(?P<number>\[Errno -?\d+\] )?(?P<words>[A-Za-z][^:\[]*?)(?P<about>: '.*'|\.)?", re.DOTALL
)
#: ``{n}``, or words that depend on it: ``{n:record|records}``, the first where it is one.
_PLACEHOLDER = re.compile(r"\{([a-z_]+(?::[^{}|]*\|[^{}|]*)?)\}")


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """
    One sentence or name in both languages.

    Example:
        >>> Text(zh="磁盘空间不足", en="Disk space low").in_language("en")
        'Disk space low'
    """

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text in *language*."""
        return self.zh if language == "zh" else self.en

    @staticmethod
    def list_of(items: Sequence[Text | str]) -> Text:
        """
        Return all items, parted by commas as each language writes them between names.

        Example:
            >>> Text.list_of(["web-1", Text("内存", "memory")])
            Text(zh='web-1、内存', en='web-1, memory')
        """
        texts = [Text.same(one) if isinstance(one, str) else one for one in items]
        return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))

    @staticmethod
    def same(words: str) -> Text:
        """Return a text that needs no translation: a name, a number, a path."""
        return Text(zh=words, en=words)


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return every message of *language* by its dotted key."""
    folder = folder_of(__name__).joinpath(_FOLDERS[language])
    messages: dict[str, str] = derived(
        "catalogue", _state_of(folder), lambda: _messages_of(_words_of(folder))
    )
    return messages


def _words_of(folder: Traversable) -> list[tuple[str, str]]:
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    return [(entry.name.removesuffix(".toml"), entry.read_text("utf-8")) for entry in files]


def _state_of(folder: Traversable) -> str:
    """Return what the file system says of the files in *folder*, which changes with them: to read them takes ten times as long."""
    if not isinstance(folder, os.PathLike):  # in an archive
        return repr(_words_of(folder))
    return state_of(folder)


def _messages_of(files: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return what files say, from what the package brings along where it is the same."""
    found: dict[str, str] = derived("messages", repr(files), lambda: _messages(files))
    return found


def _messages(files: Sequence[tuple[str, str]]) -> dict[str, str]:
    import tomllib  # noqa: PLC0415 - once for each version

    messages: dict[str, str] = {}
    for name, words in files:
        _flatten(name, tomllib.loads(words), messages)
    return messages


def _flatten(prefix: str, table: Mapping[str, object], into: dict[str, str]) -> None:
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, Mapping):
            _flatten(name, value, into)
        else:
            into[name] = str(value)


def placeholders(message: str) -> frozenset[str]:
    """Return the names a message wants filled."""
    return frozenset(found.partition(":")[0] for found in _PLACEHOLDER.findall(message))


def many(message: str) -> str:
    """
    Return a message as it reads for more than one, its placeholders not filled.

    Example:
        >>> many("{n} {n:record|records}")
        '{n} records'
    """
    first, rest = _parts(message)
    pieces = [first]
    for name, forms, words in rest:
        pieces += (forms.partition("|")[2] if forms else f"{{{name}}}", words)
    return "".join(pieces)


def message(key: str, language: Language, /, **values: object) -> str:
    """
    Return the message *key* in *language* with its placeholders filled.

    A value that is a `Text` is put in in the same language. Of ``{n:record|records}`` the first stands where
    n is 1, the second elsewhere.

    Raises:
        KeyError: If there is no such message, or a placeholder has no value.
    """
    first, rest = _parts(catalogue(language)[key])
    pieces = [first]
    for name, forms, words in rest:
        value = values[name]
        shown = value.in_language(language) if isinstance(value, Text) else readable(str(value))
        if name in REASONS:
            shown = said_by_system(shown, language)
        if forms:
            one, _, more = forms.partition("|")
            shown = one if shown == "1" else more
        elif language == "zh" and name in _NAMES:
            shown = _apart(pieces[-1], shown, words)
        after = _belonging(shown, words) if language == "zh" else words
        if pieces[-1].endswith("`") and words.startswith("`"):
            shown = shown.replace("`", _GRAVE)  # or a log's backtick would end what ours begin
        pieces += (shown, after)
    return "".join(pieces)


def pair(name: str, said: str, language: Language) -> str:
    """
    Return what is said of *name* behind it.

    Example:
        >>> pair("窗口", "10 分钟", "zh"), pair("window", "10 min", "en")
        ('窗口：10 分钟', 'window: 10 min')
    """
    return message("analysis.pair.words", language, name=name, said=said)


def said_by_system(reason: str, language: Language) -> str:
    """
    Return *reason* in *language* where it is what the operating system says in English.

    Example:
        >>> said_by_system("[Errno 2] No such file or directory: 'a.log'", "zh"), said_by_system("no index", "zh")
        ("没有这个文件或目录: 'a.log'", 'no index')
    """
    said = _SYSTEM.fullmatch(reason)
    if language == "en":
        return f"{said['words']}{said['about'] or ''}" if said else reason
    known = _system_table().get(said["words"]) if said else None
    return f"{known}{said['about'] or ''}" if said and known else reason


@cache
def _system_table() -> Mapping[str, str]:
    english, chinese = catalogue("en"), catalogue("zh")
    return {
        words: chinese[key] for key, words in english.items() if key.startswith("system.words.")
    }


def _apart(before: str, name: str, after: str) -> str:
    """
    Return *name* with a blank where Latin letters or digits of it would touch Chinese.

    Example:
        >>> _apart("主机的", "CPU 使用率", "最高"), _apart("的", "5 分钟负载", "")
        (' CPU 使用率', ' 5 分钟负载')
    """
    first = " " if _is_chinese(before[-1:]) and _is_latin(name[:1]) else ""
    last = " " if _is_chinese(after[:1]) and _is_latin(name[-1:]) else ""
    return f"{first}{name}{last}"


def _belonging(owner: str, words: str) -> str:
    """
    Return what follows *owner* without the blank that is meant for a Latin name.

    Example:
        >>> _belonging("未标明的主机", " 的负载"), _belonging("web-1", " 的负载")
        ('的负载', ' 的负载')
    """
    is_closed = _is_chinese(owner[-1:]) or owner[-1:] == "）"
    return words[1:] if is_closed and words.startswith(" 的") else words


def _is_chinese(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff"


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


@cache
def _parts(pattern: str) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """Return the words a message begins with, and of each placeholder its name, its forms and the words behind it."""
    first, *rest = _PLACEHOLDER.split(pattern)
    return first, tuple(
        (*placeholder.partition(":")[::2], words)
        for placeholder, words in zip(rest[::2], rest[1::2], strict=True)
    )


def text(key: str, /, **values: object) -> Text:
    """Return the message *key* in both languages, filled."""
    return Text(zh=message(key, "zh", **values), en=message(key, "en", **values))


def readable(name: str) -> str:
    """
    Return the *name* of a file as text that can be stored: bytes that are not UTF-8 by their numbers.

    The system hands such bytes over as surrogates, which no file and no database takes. Other halves of a
    pair, which JSON can carry, are written by their numbers too.
    """
    if name.isascii():
        return name
    try:
        return _by_numbers(name)
    except UnicodeEncodeError:
        return _by_numbers(_HALF.sub(lambda half: f"\\u{ord(half.group()):04x}", name))


def _by_numbers(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def has(key: str) -> bool:
    """Return whether there is a message *key*."""
    return key in catalogue("en")


def language_of_environment(environ: Mapping[str, str]) -> Language:
    """
    Return Chinese when the first of the locale variables that is set names it, else English.

    Example:
        >>> language_of_environment({"LANG": "zh_CN.UTF-8"})
        'zh'
    """
    named = (environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((word for word in named if word), "").lower().startswith("zh") else "en"
