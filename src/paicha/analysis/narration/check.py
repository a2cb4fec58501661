"""
A model's sentences against the findings they cite: what no cited finding holds does not pass.

Every sentence must cite; every number, time and name in it must stand in what it cites; words that
judge (caused, normal, resolved, …) only where a cited finding judges so. A sentence that fails is
dropped whole: half of it may not be true either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from paicha.locales import Language
from paicha.model.narration import Dropped, Flaw, NumberedFinding

_CITATION = re.compile(r"\[\s*(\d{1,4}(?:\s*[,，、]\s*\d{1,4})*)\s*\]")
#: A sentence ends behind its citations.
_END = re.compile(
    r"(?<=[。！？!?])|(?<=\])(?=\s*[^\s\[.,，。;；!！?？])|(?<=[.])\s+(?=[^\s\[])|\n+"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_LATIN = re.compile(r"[A-Za-z_][\w./:-]*\w|[A-Za-z]")
#: Addresses and versions: digits with two points and more.
_DOTTED = re.compile(r"\d+(?:\.\d+){2,}")
_MARKUP = re.compile(r"https?:|www\.|<|\]\(|`{3}|!\[", re.IGNORECASE)
_WORD_NUMBERS: Mapping[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "hundred": 100, "thousand": 1000, "dozen": 12,
    "half": 50, "twice": 2, "double": 2, "doubled": 2, "triple": 3,
}  # fmt: skip
_CHINESE_NUMBER = re.compile(r"([一二两三四五六七八九十百千万]+)(?=[个次条台项类倍成处])")
_CHINESE: Mapping[str, int] = {
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
#: Words that decide something: they need a cited finding that says them.
_JUDGING: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "because", "caused", "causes", "cause", "due to", "led to", "leads to", "root cause", "resulted", "normal",
        "healthy", "fine", "resolved", "recovered", "fixed", "safe", "ignore", "harmless", "no longer", "not",
        "never", "none", "all clear", "several", "many", "most", "few", "likely", "probably", "attack", "hacked",
        "confirmed", "failed over", "restart", "reboot", "delete", "disable", "rollback", "roll back", "deploy",
    ),
    "zh": (
        "因为", "由于", "导致", "引起", "造成", "根因", "原因", "正常", "健康", "恢复", "解决", "修复", "安全的", "忽略",
        "无害", "没有", "并未", "不是", "无需", "多次", "许多", "大量", "多数", "可能", "攻击", "确认", "重启", "删除",
        "关闭", "回滚", "发布",
    ),
}  # fmt: skip
_ALWAYS = frozenset({"p1", "p2", "p3", "the", "a", "in", "on", "at"})


def sentences_of(said: str) -> list[str]:
    """
    Return the sentences of a model's text; one ends behind its citations.

    Example:
        >>> sentences_of("Disk is low [2]. Memory too [3].")
        ['Disk is low [2].', 'Memory too [3].']
    """
    parts = [part.strip(" \t*-•") for part in _END.split(said)]
    joined: list[str] = []
    for part in filter(None, parts):
        if joined and not _CITATION.sub("", part).strip(" .。,，;；"):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def check(
    said: str, findings: Sequence[NumberedFinding], language: Language
) -> tuple[tuple[str, ...], tuple[Dropped, ...]]:
    """Return the sentences of *said* that are borne out, and those that are not, each with its flaw."""
    kept: list[str] = []
    dropped: list[Dropped] = []
    texts = {each.number: each.text.in_language(language) for each in findings}
    for sentence in sentences_of(said):
        flaw = next(_flaws(sentence, texts, language), None)
        if flaw is None:
            kept.append(sentence)
        else:
            dropped.append(Dropped(sentence, *flaw))
    return tuple(kept), tuple(dropped)


def _flaws(
    sentence: str, texts: Mapping[int, str], language: Language
) -> Iterator[tuple[Flaw, str]]:
    if found := _MARKUP.search(sentence):
        yield "markup", found[0]
    cited = [int(n) for group in _CITATION.findall(sentence) for n in re.findall(r"\d+", group)]
    if not cited:
        yield "uncited", ""
        return
    for number in cited:
        if number not in texts:
            yield "unknown_finding", str(number)
            return
    words = _CITATION.sub(" ", sentence)
    known = " ".join(texts[number] for number in cited)
    yield from _numbers(words, known)
    yield from _names(words, known, language)
    for word in _JUDGING[language]:
        if _stands(words.lower(), word) and not _stands(known.lower(), word):
            yield "judgement", word


def _numbers(words: str, known: str) -> Iterator[tuple[Flaw, str]]:
    for time in (*_DATE.findall(words), *_TIME.findall(words)):
        if time not in known:
            yield "time", time
    plain, there = (
        _DOTTED.sub(" ", _TIME.sub(" ", _DATE.sub(" ", text))) for text in (words, known)
    )
    held = {float(number.replace(",", "")) for number in _NUMBER.findall(there)}
    for number in _NUMBER.findall(plain):
        if float(number.replace(",", "")) not in held:
            yield "number", number
    for word in re.findall(r"[a-z]+", plain.lower()):
        if word in _WORD_NUMBERS and _WORD_NUMBERS[word] not in held and word not in there.lower():
            yield "number", word
    for word in _CHINESE_NUMBER.findall(plain):
        if word not in there and _CHINESE.get(word) not in held:
            yield "number", word


def _names(words: str, known: str, language: Language) -> Iterator[tuple[Flaw, str]]:
    """Yield what is written like a name and stands in no cited finding."""
    held = known.lower()
    for dotted in _DOTTED.findall(words):
        if dotted not in held:
            yield "name", dotted
    for found in _LATIN.finditer(words):
        word = found[0].rstrip(".:-/")
        first = not words[: found.start()].strip(" “\"'(（")
        plain = word.islower() or (first and word[1:].islower())
        if language == "en" and plain and re.fullmatch(r"[A-Za-z]+(?:-[a-z]+)*", word):
            continue
        if word.lower() not in _ALWAYS and word.lower() not in held:
            yield "name", word


def _stands(text: str, word: str) -> bool:
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
