"""How reports say things, from ``knowledge/audit/words.toml``."""

from __future__ import annotations

from paicha.model.audit import AuditWords
from paicha.package_files import folder_of


def load_audit_words() -> AuditWords:
    """
    Return the words an audit knows, lower case.

    Example:
        >>> "出现次数" in load_audit_words().labels["count"]
        True
    """
    import tomllib  # noqa: PLC0415 - an investigation needs none of it

    found = folder_of("paicha.knowledge").joinpath("audit", "words.toml")
    table = tomllib.loads(found.read_text("utf-8"))
    return AuditWords(
        labels=_groups(table["labels"]),
        vague=_lower(table["vague"]),
        normal=_lower(table["normal"]),
        abnormal=_lower(table["abnormal"]),
        everything=_lower(table["everything"]),
        sorted_by_count=_lower(table["sorted_by_count"]),
        metrics=_groups(table["metrics"]),
    )


def _groups(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: _lower(words) for name, words in table.items()}


def _lower(words: list[str]) -> tuple[str, ...]:
    return tuple(word.lower() for word in words)
