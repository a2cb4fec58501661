"""
Amounts, stretches of time and dates that a text says in words.

A figure that no finding holds can be written without a digit: "dozens", "tenfold", "半数", "上万". What says an exact
number is held against the numbers there are; what says an amount of any other kind must stand in the findings as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

NUMBER_WORDS: Mapping[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000,
    "zero": 0, "nil": 0, "single": 1, "once": 1, "dozen": 12, "half": 50, "twice": 2, "thrice": 3,
}  # fmt: skip
#: Amounts and times that no number stands for.
_INEXACT = re.compile(
    r"(?:dozens|tens|hundreds|thousands|millions|billions|scores|handful|couple|pair|halves|thirds?|quarters?"
    r"|fifths?|tenths?|doubl\w*|tripl\w*|quadrupl\w*|\w+fold|majority|minority|all|every|each|everyone|everything"
    r"|entire|whole|always|seconds?|minutes?|hours?|days?|weeks?|months?|years?|today|yesterday|tomorrow|tonight"
    r"|morning|noon|afternoon|evening|night|midnight|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_CHINESE_WORDS = re.compile(
    "一半|半数|过半|[半数几多]个?(?:小时|分钟|天|周|月|年)|刻钟|小时|分钟|秒钟|天内|整天|翻番|翻了?一?[番倍]|成倍|倍增"
    "|数[十百千万亿]|[上近成][百千万亿]|[十百千万亿][来余多]|好几|所有|全部|每[个台条次位]|无一|星期|周[一二三四五六日天]|礼拜"
    "|昨[天日晚]|今[天日晚早]|明[天日]|凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|半夜"
)
_DIGITS = {
    letter: value
    for value, letters in enumerate(["零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"])
    for letter in letters
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20, "卅": 30}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
_NUMERALS = "".join([*_DIGITS, *_UNITS, *_LARGE])
#: Two numerals are a number; one is where something is counted by it (一致 and 万一 are words).
_CHINESE = re.compile(
    rf"[{_NUMERALS}]{{2,}}|[{_NUMERALS}](?=\s*[个次条台项类倍成处行种位名家人份组起例])"
)
_WORDS = frozenset({"万一", "统一"})


def spelled(words: str, known: str, held: AbstractSet[float]) -> Iterator[str]:
    """
    Yield the amounts of *words* that stand neither in *known* nor among the numbers *held*.

    Example:
        >>> list(spelled("two of ten rose tenfold", "10 modules", {10.0})), list(spelled("共二百一十四条", "", {214.0}))
        (['two', 'tenfold'], [])
    """
    there = frozenset(re.findall(r"[a-z]+", known.lower()))
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in there:
            continue
        if word in NUMBER_WORDS:
            if NUMBER_WORDS[word] not in held:
                yield word
        elif _INEXACT.fullmatch(word):
            yield word
    for pattern in (_CHINESE_WORDS, _CHINESE):
        for found in pattern.findall(words):
            if found not in known and found not in _WORDS and _value(found) not in held:
                yield found
    yield from (
        one for one in words if unicodedata.category(one) in ("No", "Nl") and one not in known
    )


def _value(numerals: str) -> float | None:
    """
    Return the number that Chinese numerals write; None where they write none.

    Example:
        >>> _value("一千八百零一"), _value("十二"), _value("三万五千"), _value("一半")
        (1801.0, 12.0, 35000.0, None)
    """
    whole, part, digit = 0, 0, 0
    for letter in numerals:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter in _UNITS:
            part, digit = part + (digit or 1) * _UNITS[letter], 0
        elif letter in _LARGE:
            whole, part, digit = whole + (part + digit or 1) * _LARGE[letter], 0, 0
        else:
            return None
    return float(whole + part + digit)
