"""Which language the command line speaks, told from its words and the environment before anything is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paicha.locales import Language, language_of_environment

_OPTION = "--lang"
#: As the settings' own key `language`, which goes before the locale.
_VARIABLE = "PAICHA_LANGUAGE"


def language_of_words(words: Sequence[str], environ: Mapping[str, str]) -> Language:
    """
    Return the language of messages and of help, also when the arguments or the settings are wrong.

    Example:
        >>> language_of_words(["report", "--lang", "zh"], {"LANG": "en_GB.UTF-8"})
        'zh'
        >>> language_of_words(["report"], {"LANG": "zh_CN.UTF-8"})
        'zh'
    """
    for name, value in zip(words, [*words[1:], ""], strict=False):
        named = value if name == _OPTION else name.removeprefix(f"{_OPTION}=")
        if named != name and named in ("zh", "en"):
            return "zh" if named == "zh" else "en"
    chosen = environ.get(_VARIABLE, "")
    return language_of_environment({"LC_ALL": chosen} if chosen else environ)


def without_language(words: Sequence[str]) -> list[str]:
    """
    Return *words* without the option that names the language.

    Example:
        >>> without_language(["--lang", "zh", "report", "--lang=en", "--help"])
        ['report', '--help']
    """
    kept: list[str] = []
    before = ""
    for word in words:
        if _OPTION not in (before, word) and not word.startswith(f"{_OPTION}="):
            kept.append(word)
        before = word
    return kept
