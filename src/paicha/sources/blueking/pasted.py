"""The address of a search in the log platform, pasted: what it asks for. Nothing is fetched from it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from paicha.errors import UsageError
from paicha.kernel.query_text import all_of, any_of
from paicha.values import dataclass

_PAGE = re.compile(
    r"(?P<base>https?://[^#?]*?)/?(?:#/|/)retrieve(?:/(?P<index_set>\d+))?/?(?:\?(?P<asked>.*))?",
    re.DOTALL,
)
_ONE_OF = frozenset({"=", "is", "is one of", "eq", "contains match phrase"})
_NONE_OF = frozenset({"!=", "is not", "is not one of", "ne", "not contains match phrase"})
_OF_BUSINESS = re.compile(r"bkcc__(\d+)")


@dataclass(frozen=True, slots=True)
class Pasted:
    """
    What such an address asks for; empty and None: it does not say.

    Args:
        base: Where the platform is.
        index_set: The index set.
        biz: The business.
        where: The filter, in the platform's language.
        start: A time as it may be asked for.
        end: Likewise, not included.
        hosts: Hosts.
        zone: IANA name of the zone of its times.
    """

    base: str
    index_set: int
    biz: int | None
    where: str
    start: str
    end: str
    hosts: tuple[str, ...]
    zone: str


def is_page(words: str) -> bool:
    """
    Return whether *words* are the address of a search.

    Example:
        >>> is_page("https://bklog.example.com/#/retrieve/7?bizId=2"), is_page("https://example.com/app.log")
        (True, False)
    """
    return _PAGE.fullmatch(words.strip()) is not None


def pasted(words: str) -> Pasted:
    """
    Return what the address of a search asks for.

    Raises:
        UsageError: If it holds a condition that cannot be asked for, or no index set; nothing of it is left out silently.

    Example:
        >>> found = pasted("https://bklog.example.com/#/retrieve/7?bizId=2&keyword=a%3A1&start_time=1000000000000&end_time=1000000059999")
        >>> found.index_set, found.biz, found.where, found.start, found.end
        (7, 2, 'a:1', '2001-09-09T01:46:40+00:00', '2001-09-09T01:47:40+00:00')
    """
    found = _PAGE.fullmatch(words.strip())
    if found is None or not found["index_set"]:
        raise UsageError("blueking.page_without_index_set", page=words.strip()[:200])
    asked = dict(parse_qsl(found["asked"] or ""))
    keyword = asked.get("keyword", "").strip()
    clauses = [_clause(one) for one in _listed(asked.get("addition", ""), "addition")]
    where = all_of(keyword, *clauses)
    return Pasted(
        base=found["base"],
        index_set=int(found["index_set"]),
        biz=_business(asked),
        where="" if where == "*" else where,
        start=_moment(asked.get("start_time", ""), 0),
        end=_moment(asked.get("end_time", ""), 1),
        hosts=_hosts(asked.get("ip_chooser", "")),
        zone=asked.get("timezone", ""),
    )


def _business(asked: Mapping[str, str]) -> int | None:
    said = asked.get("bizId") or asked.get("bk_biz_id") or ""
    if re.fullmatch(r"-?\d{1,12}", said):
        return int(said)
    found = _OF_BUSINESS.fullmatch(asked.get("spaceUid", ""))
    return int(found[1]) if found else None


def _listed(text: str, name: str) -> list[object]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        raise UsageError("blueking.page_part", name=name, value=text[:200]) from None
    if not isinstance(found, list):
        raise UsageError("blueking.page_part", name=name, value=text[:200])
    return found


def _clause(one: object) -> str:
    said = one if isinstance(one, Mapping) else {}
    field, operator, value = (said.get(name) for name in ("field", "operator", "value"))
    values = [str(each) for each in (value if isinstance(value, list) else [value])]
    known = (
        isinstance(field, str)
        and re.fullmatch(r"[^\W\d][\w.]*", field)
        and value not in (None, [], "")
    )
    if said.get("disabled") is True:
        return ""
    if known and operator in _ONE_OF:
        return any_of([str(field)], values)
    if known and operator in _NONE_OF:
        return f"* AND NOT {any_of([str(field)], values)}"
    shown = json.dumps(one, ensure_ascii=False)[:200]
    raise UsageError("blueking.page_part", name="addition", value=shown)


def _hosts(text: str) -> tuple[str, ...]:
    if text in ("", "{}", "[]", "null"):
        return ()
    try:
        chosen = json.loads(text)
        listed = chosen["host_list"] if set(chosen) == {"host_list"} else chosen["ip_list"]
        return tuple(_host(one) for one in listed)
    except (ValueError, KeyError, TypeError):
        raise UsageError("blueking.page_part", name="ip_chooser", value=text[:200]) from None


def _host(one: Mapping[str, object]) -> str:
    number = one.get("host_id") or one.get("bk_host_id")
    if number:
        return str(number)
    area = one.get("cloud_id", one.get("bk_cloud_id"))
    return str(one["ip"]) if area is None else f"{one['ip']}|{area}"


def _moment(text: str, beyond: int) -> str:
    # The page shows both ends; *beyond* is added in the unit that it is written in.
    text = text.strip()
    if not re.fullmatch(r"\d{10}|\d{13}", text):
        return text
    unit = 1 if len(text) == 10 else 1000
    return datetime.fromtimestamp((int(text) + beyond) / unit, UTC).isoformat()
