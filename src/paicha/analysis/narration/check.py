"""
A model's sentences against the findings they cite: what no cited finding holds does not pass.

Every sentence must cite; every number, time and name in it must stand in what it cites; words that
judge (caused, normal, resolved, …) only where a cited finding judges so. A sentence that fails is
dropped whole: half of it may not be true either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from paicha.analysis.narration.quantities import NUMBER_WORDS, spelled
from paicha.locales import Language
from paicha.model.narration import Dropped, Flaw, NumberedFinding

_CITATION = re.compile(r"\[\s*(\d{1,4}(?:\s*[,，、]\s*\d{1,4})*)\s*\]")
#: A sentence ends behind its citations.
_END = re.compile(
    r"(?<=[。！？!?])|(?<=\])(?=\s*[^\s\[.,，。;；!！?？])|(?<=[.])\s+(?=[^\s\[])|\n+"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
#: In Chinese text no blank stands before a number.
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])\d[\d,]*(?:\.\d+)?")
#: Ten times, written 10x.
_TIMES = re.compile(r"\d\s*[x×](?![A-Za-z0-9])", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./:-]*[A-Za-z0-9_]|[A-Za-z]")
_NOT = re.compile(r"[a-z]n['’]t(?![a-z])", re.IGNORECASE)
#: Addresses and versions: digits with two points and more.
_DOTTED = re.compile(r"\d+(?:\.\d+){2,}")
_MARKUP = re.compile(r"https?:|www\.|<|\]\(|`{3}|!\[", re.IGNORECASE)
#: Words that decide something: they need a cited finding that says them.
_JUDGING: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "because", "caused", "causes", "cause", "due to", "led to", "leads to", "root cause", "resulted", "normal",
        "healthy", "fine", "resolved", "recovered", "fixed", "safe", "ignore", "harmless", "no longer", "not",
        "never", "none", "all clear", "several", "many", "most", "few", "likely", "probably", "attack", "hacked",
        "confirmed", "failed over", "restart", "reboot", "delete", "disable", "rollback", "roll back", "deploy",
        "no", "nothing", "nobody", "without", "cannot", "lost", "attacked", "attacker", "hacker", "stolen", "breach", "leaked",
        "worst", "biggest", "largest", "highest", "lowest", "least", "critical", "severe", "users", "customers", "succeeded",
        "successful", "successfully", "stable", "unaffected",
    ),
    "zh": (
        "因为", "由于", "导致", "引起", "造成", "根因", "原因", "正常", "健康", "恢复", "解决", "修复", "安全的", "忽略",
        "无害", "没有", "并未", "不是", "无需", "多次", "许多", "大量", "多数", "可能", "攻击", "确认", "重启", "删除",
        "关闭", "回滚", "发布", "丢失", "黑客", "入侵者", "泄露", "窃取", "最严重", "最大", "最多", "最高", "最低", "最少", "成功",
        "稳定", "用户", "客户", "未发现", "不存在",
    ),
}  # fmt: skip
#: How a sentence may begin in English with a word that no finding holds: any other may be the name of a system.
_OPENINGS = frozenset(
    re.findall(
        r"[a-z]+",
        """
a about according across additionally after along also although among an and another are as at because before
beginning behind besides between both but by claims combined compared during each errors events evidence failures
findings first following for from further given he here however if in incident issues it its later log logs measured
meanwhile messages metrics modules more moreover next on only other otherwise our out over overall problems records
repeated second separately she similarly since so some such that the their then there these they third this those
throughout together total under until unlike warnings we what when where whereas which while who with within you
""",
    )
)
#: Systems that people write without a capital letter.
_SYSTEMS = frozenset(
    re.findall(
        r"[a-z]+",
        """
activemq ansible apache argo athena aws azure cassandra ceph clickhouse consul containerd coredns dns docker dubbo
elasticsearch envoy etcd fluentd flink gcp gitlab grafana gunicorn hadoop haproxy hbase hdfs helm hive ingress istio
java jenkins jvm kafka kibana kubelet kubernetes linux logstash mariadb memcached minio mongo mongodb mysql nacos
nginx node openstack openssl oracle php postgres postgresql prometheus pulsar python rabbitmq redis rocketmq solr
spark spring sqlite systemd terraform tomcat traefik vault windows zookeeper
""",
    )
)
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
    yield from (("judgement", found) for found in _NOT.findall(words))
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
    for word in (*_TIMES.findall(plain), *spelled(plain, there, held)):
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
            opens = first and word[0].isupper()
            strange = word.lower() in _SYSTEMS or (opens and not _opening(word.lower(), held))
            if not strange:
                continue
        if word.lower() not in _ALWAYS and word.lower() not in held:
            yield "name", word


def _opening(word: str, held: str) -> bool:
    """Return whether a sentence may begin with *word*: one of the language's, or one that a finding holds in any form."""
    return word in _OPENINGS or word in NUMBER_WORDS or word[: max(len(word) - 3, 4)] in held


def _stands(text: str, word: str) -> bool:
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
