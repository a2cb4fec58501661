"""What words of a report mean: labels, levels, modules, metrics, problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import lru_cache

from paicha.analysis.classify import classify
from paicha.kernel.levels import number_of
from paicha.model.audit import AuditWords
from paicha.model.knowledge import MetricConcept, ProblemClass
from paicha.values import dataclass

#: A file of code as reports name it.
_FILE = re.compile(
    r"(?<![\w/.-])[\w./-]*\w\.(?:py|java|go|js|ts|rb|php|cs|cpp|cc|rs|kt|scala|c|lua|ex|pl)(?![\w])"
)
#: A level as a word of its own, in the long spellings only: single letters are words of prose.
_LEVEL = re.compile(
    r"(?<![A-Za-z_])(EMERGENCY|ALERT|PANIC|CRITICAL|SEVERE|WARNING|NOTICE|(?:FATAL|ERROR|WARN|INFO|DEBUG|TRACE)(?:[2-4](?!\w))?)"
    r"(?![A-Za-z_])"
)
_BRACKETED = re.compile(r"[(（\[【].*?[)）\]】]")
_NUMBERING = re.compile(
    r"^\s*(?:(?:problem|issue|finding|问题)\s*#?\d+\s*[:：.、·-]?|#?\d{1,3}\s*[.、):：·-]|#\d{1,3}\s+|P[0-4]\b\s*[:：·-]?)\s*",
    re.IGNORECASE,
)
_EMBLEMS = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d]+")
_FIGURES = re.compile(r"\d[\d.,]*\s*[%％]?")
_ERROR = 17
_WORD = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")
#: Words that tell no problem from another.
_EMPTY = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "on",
        "is",
        "are",
        "was",
        "were",
        "and",
        "or",
        "for",
        "with",
        "by",
        "at",
        "from",
        "service",
        "system",
        "error",
        "failed",
        "failure",
    ]
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """
    The words an audit knows.

    Args:
        words: How reports say things.
        problems: Problem classes; their patterns read titles as they read log lines.
        concepts: Metric concepts.
        modules: Names the evidence knows as modules, besides whatever looks like a file of code.
    """

    words: AuditWords
    problems: tuple[ProblemClass, ...]
    concepts: tuple[MetricConcept, ...]
    modules: frozenset[str] = frozenset()
    _classes: dict[str, str | None] = field(default_factory=dict)

    def meanings(self, label: str) -> frozenset[str]:
        """
        Return what a label or table head may mean; empty when it is none we know.

        Brackets, emblems and colons do not count; ``出现次数 (条)`` is ``出现次数``.
        """
        said = bare(label)
        return frozenset(name for name, known in self.words.labels.items() if said in known)

    def level(self, text: str) -> str:
        """Return the level that a cell is, in upper case; "" when it is none."""
        word = bare(text).upper()
        return word if len(word) > 1 and number_of(word) else ""

    def levels_in(self, text: str) -> list[re.Match[str]]:
        """Return the levels in prose."""
        return list(_LEVEL.finditer(text))

    def modules_in(self, text: str) -> list[str]:
        """Return the modules that *text* names, in order, each once."""
        found = dict.fromkeys(match[0] for match in _FILE.finditer(text))
        for name in self.modules - found.keys():
            if (
                name
                and name in text
                and re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w/-]|\.\w)", text)
            ):
                found[name] = None
        return sorted(found, key=text.find)

    def concept(self, text: str) -> str:
        """
        Return the metric concept that *text* names: the longest name in it; "" for none.
        """
        said = re.sub(r"\s+", " ", text.lower())
        tight = said.replace(" ", "")
        best = ("", "")
        for concept, names in self.metric_names().items():
            for name in names:
                inside = (
                    name.replace(" ", "") in tight if not name.isascii() else _has_word(said, name)
                )
                if inside and len(name) > len(best[1]):
                    best = (concept, name)
        return best[0]

    def metric_names(self) -> Mapping[str, tuple[str, ...]]:
        """Return every name of every metric concept, lower case."""
        return {
            concept.id: (
                concept.title.zh.lower(),
                concept.title.en.lower(),
                *self.words.metrics.get(concept.id, ()),
            )
            for concept in self.concepts
        }

    def learn(self, texts: Iterable[str]) -> None:
        """Read many titles and sentences at once: a pass over all patterns costs the same for one."""
        wanted = dict.fromkeys(_without_figures(text) for text in texts)
        said = [text for text in wanted if text not in self._classes]
        if said:
            found = classify(said, [_ERROR] * len(said), self.problems)
            for text, known in zip(said, found, strict=True):
                self._classes[text] = self.titled(text) or known

    def problem_class(self, text: str) -> str:
        """Return the class whose patterns fit a title or a sentence; "" when none does."""
        said = _without_figures(text)
        if said not in self._classes:
            self.learn([text])
        return self._classes[said] or ""

    def titled(self, text: str) -> str:
        """Return the class whose title stands in *text*, the longest if several; "" for none."""
        said = text.lower()
        best = ("", "")
        for problem in self.problems:
            for title in (problem.title.zh.lower(), problem.title.en.lower()):
                if len(title) > len(best[1]) and title in said:
                    best = problem.id, title
        return best[0]

    def vague_in(self, text: str) -> str:
        """Return the word in *text* that stands where a count belongs; "" for none."""
        said = text.lower()
        return next((word for word in self.words.vague if _stands_in(said, word)), "")

    def says_normal(self, text: str) -> bool:
        """Return whether *text* calls something normal, and nothing in it not."""
        said = text.lower()
        if any(_stands_in(said, word) for word in self.words.abnormal):
            return False
        return "✅" in said or any(_stands_in(said, word) for word in self.words.normal)

    def says_abnormal(self, text: str) -> bool:
        """Return whether *text* calls something not normal."""
        said = text.lower().replace("无异常", "")
        return any(_stands_in(said, word) for word in self.words.abnormal)


def _without_figures(text: str) -> str:
    return _FIGURES.sub(" ", text).strip()


def bare(text: str) -> str:
    """
    Return a label in lower case, without brackets, emblems and what ends it.

    Example:
        >>> bare("📊 出现次数 (条)："), bare("Affected  Modules")
        ('出现次数', 'affected modules')
    """
    said = _EMBLEMS.sub("", _BRACKETED.sub("", text)).strip().strip(":：*•-—").strip()
    return re.sub(r"\s+", " ", said).lower() or ("%" if "%" in text else "")


def title_of(text: str) -> str:
    """
    Return a problem's title without its number, brackets and marks.

    Example:
        >>> title_of("1. 支付系统完全不可用 ⚠️ 最高优先级"), title_of("Problem 2: Disk space low (P2)")
        ('支付系统完全不可用', 'Disk space low')
        >>> title_of("#3 P1 Disk space low")
        'Disk space low'
    """
    head = _EMBLEMS.split(_NUMBERING.sub("", _BRACKETED.sub("", text)))
    said = next((part for part in head if part.strip()), "")
    said = re.sub(r"\s+P[0-4]$", "", said.strip())
    return _NUMBERING.sub("", said).strip(" ·:：-—*")


def likeness(title: str, text: str) -> float:
    """
    Return how much of *title* stands in *text* [0..1]: by words, in Chinese by pairs of characters.

    Example:
        >>> likeness("数据库凭证错误", "数据库连接失败、超时、凭证错误") > 0.6
        True
        >>> likeness("用户认证失败", "数据库连接失败、超时、凭证错误") < 0.5
        True
    """
    parts = pieces(title)
    if not parts:
        return 0.0
    known = pieces(text)
    return sum(part in known for part in parts) / len(parts)


@lru_cache(maxsize=4096)
def pieces(text: str) -> frozenset[str]:
    """Return the words of a text, and the pairs of characters of its Chinese."""
    found: set[str] = set()
    for word in _WORD.findall(_FIGURES.sub(" ", text.lower())):
        if word.isascii():
            if word not in _EMPTY and len(word) > 1:
                found.add(word)
        else:
            found.update(word[at : at + 2] for at in range(max(len(word) - 1, 1)))
    return frozenset(found)


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


def _stands_in(text: str, word: str) -> bool:
    return _has_word(text, word) if word[:1].isascii() and word[:1].isalpha() else word in text
