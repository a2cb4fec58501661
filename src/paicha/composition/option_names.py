"""What the options of the command line are called elsewhere: errors advise them, and requests and forms have none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from paicha.locales import Language, message

#: Fields of the API's requests and parameters of MCP's tools.
FIELDS: Mapping[str, str] = {
    "source": "sources",
    "metrics": "metrics",
    "from": "start",
    "to": "end",
    "last": "last",
    "baseline": "baseline",
    "tz": "zone",
    "host": "hosts",
    "service": "services",
    "where": "where",
    "biz": "biz",
    "index-set": "index_set",
    "max-records": "max_records",
    "max-bytes": "max_bytes",
    "timeout": "max_seconds",
}
#: Where the form of the page names what an option of the command line is.
_LABELS = {
    "from": "again.from",
    "to": "again.to",
    **{name: f"start.{name}" for name in ("last", "baseline", "where", "biz", "metrics")},
    "tz": "start.zone",
    "host": "start.hosts",
    "service": "start.services",
    "source": "start.sources",
    "index-set": "start.index_set",
}
_APART = re.compile(r" ?(「[^」]*」) ?")
_OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)(?![\w-])")


def renamed(words: str, names: Mapping[str, str] = FIELDS) -> str:
    """
    Return *words* with options called by *names*; what is not among them stays.

    Example:
        >>> renamed("Swap --from and --to; or paicha doctor --case.")
        'Swap start and end; or paicha doctor --case.'
    """
    return _OPTION.sub(lambda option: names.get(option[1], option[0]), words)


def as_in_form(words: str, language: Language) -> str:
    """
    Return *words* with options called as the form of the page calls its fields.

    Example:
        >>> as_in_form("请对调 --from 和 --to。", "zh"), as_in_form("Swap --from and --to.", "en")
        ('请对调「开始」和「结束」。', 'Swap “From” and “To”.')
    """
    names = {
        option: message("messages.field", language, name=message(f"page.{label}", language))
        for option, label in _LABELS.items()
    }
    said = renamed(words, names)
    return _APART.sub(r"\1", said) if language == "zh" else said
