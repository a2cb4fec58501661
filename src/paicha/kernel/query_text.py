"""The reader's filter, translated so that aliases are resolved by us and the same way every time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from operator import eq, ge, gt, le, lt

from paicha.errors import QuestionError
from paicha.kernel.levels import edge_of, number_of, spellings
from paicha.values import dataclass

_NAME = re.compile(r"[^\W\d][\w.]*")
_OPERATORS = (":", ">=", "<=", ">", "<")
#: As Paicha's own filter writes "is", of what every record may have; elsewhere such a word is looked for as it stands.
_IS = ("==", "=")
_OF_RECORDS = frozenset({"level", "service", "host", "module", "logger"})
_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    ">=": ge,
    "<=": le,
    ">": gt,
    "<": lt,
}
_LEVEL_FIRST = re.compile(
    r'level\s*(>=|<=|>|<|==?|:)\s*"?(\w+)"?(?:\s+AND\s+(.+))?', re.DOTALL | re.IGNORECASE
)
_CLOSING = {"(": ")", "[": "]}", "{": "]}"}


def quoted(value: str) -> str:
    r"""
    Return *value* as an exact phrase of the query language.

    Example:
        >>> quoted('say "hi"')
        '"say \\"hi\\""'
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def any_of(fields: Iterable[str], values: Iterable[str]) -> str:
    """
    Return a clause that holds when one of *fields* has one of *values*; "" for no values.

    Example:
        >>> any_of(["level", "severity"], ["ERROR"])
        '(level:"ERROR" OR severity:"ERROR")'
    """
    terms = [f"{field}:{quoted(value)}" for value in values for field in fields]
    return f"({' OR '.join(terms)})" if terms else ""


def all_of(*clauses: str) -> str:
    """
    Return the clauses joined with AND, each in its own brackets; ``*`` for none.

    Example:
        >>> all_of("", "a:1", "b:2 OR c:3")
        '(a:1) AND (b:2 OR c:3)'
    """
    said = [clause.strip() for clause in clauses if clause.strip() not in ("", "*")]
    if len(said) < 2:
        return said[0] if said else "*"
    return " AND ".join(f"({clause})" for clause in said)


def level_and_rest(where: str) -> tuple[tuple[str, ...], str] | None:
    """
    Return the spellings of the levels that *where* begins with, in upper case, and what is asked beside them; None: it does not.

    For stores whose language knows no levels: the filter that the command line shows is then asked of them, too.

    Example:
        >>> level_and_rest('level>=FATAL3 AND "timeout"'), level_and_rest("timeout")
        ((('EMERG', 'EMERGENCY', 'ALERT', 'FATAL3', 'FATAL4'), '"timeout"'), None)
    """
    found = _LEVEL_FIRST.fullmatch(where.strip())
    edge = edge_of(found[1], number_of(found[2])) if found else 0
    if found is None or not edge:
        return None
    compare = _COMPARISONS.get(found[1], int.__eq__)
    said = (word.upper() for word in spellings(lambda number: compare(number, edge)))
    return tuple(dict.fromkeys(said)), found[3] or ""


def any_value(_field: str, _value: str) -> bool:
    """Return that a field may be asked for a value, whatever they are."""
    return True


@dataclass(frozen=True, slots=True)
class _Names:
    """What the names of a filter stand for: see `translate`."""

    members: Callable[[str], tuple[str, ...]]
    level_fields: tuple[str, ...]
    fits: Callable[[str, str], bool]

    def asked(self, name: str, value: str) -> tuple[str, ...]:
        """Return the fields of *name* that can be asked for *value*; all of them where none can, which the store then says."""
        found = self.members(name)
        return tuple(field for field in found if self.fits(field, value)) or found


def translate(
    where: str,
    members: Callable[[str], tuple[str, ...]],
    level_fields: tuple[str, ...] = (),
    fits: Callable[[str, str], bool] = any_value,
) -> str:
    """
    Return *where* with every alias written out as its real fields.

    The engine's own look-up is not used: with two aliases on one field it may resolve either.

    Args:
        where: The filter as written.
        members: The real fields a name stands for; the name itself when it is no alias.
        level_fields: The real fields that hold a level; ``level>=WARN`` means all of them.
        fits: Whether a real field can be asked for a value.

    Raises:
        QuestionError: If a quote or a bracket is left open.

    Example:
        >>> both = {"log_level": ("level", "severity")}
        >>> translate("log_level:ERROR AND NOT x:1", lambda name: both.get(name, (name,)))
        '(level:ERROR OR severity:ERROR) AND NOT x:1'
        >>> translate("service=pay AND took=3", lambda name: (name,))
        'service:"pay" AND took=3'
    """
    names = _Names(members, level_fields, fits)
    parts: list[str] = []
    position = 0
    depth = 0
    while position < len(where):
        character = where[position]
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            raise QuestionError("blueking.filter", where=where, place=position + 1)
        found = _NAME.match(where, position)
        if found is None:
            end = _after_atom(where, position)
            parts.append(where[position:end])
            position = end
            continue
        text, position = _clause(where, found, names)
        parts.append(text)
    if depth:
        raise QuestionError("blueking.filter", where=where, place=len(where))
    return "".join(parts)


def _clause(where: str, found: re.Match[str], names: _Names) -> tuple[str, int]:
    name = found.group()
    end = found.end()
    operators = (*_OPERATORS, *_IS) if name in _OF_RECORDS else _OPERATORS
    operator = next((o for o in operators if where.startswith(o, end)), "")
    if not operator:
        # A bare word; it ends where white space or a bracket does.
        end = _after_word(where, end)
        return where[found.start() : end], end
    start = end + len(operator)
    end = _after_value(where, start)
    value = where[start:end]
    levels = _levels(operator, value) if operator not in _IS or name == "level" else ""
    if levels:
        meant, known = names.members(name), names.level_fields
        meant = known if set(meant) <= {"level", *known} and known else meant
        return _joined([f"{field}:({levels})" for field in meant]), end
    if name == "_exists_":
        return _joined([f"_exists_:{field}" for field in names.members(value)]), end
    if operator in _IS:
        operator, value = ":", value if value[:1] in '"(' else quoted(value)
    return _joined([f"{field}{operator}{value}" for field in names.asked(name, value)]), end


def _levels(operator: str, value: str) -> str:
    # ``level>=WARN``: the engine would compare letters, so the levels meant are written out.
    sign, word = operator.lstrip(":"), value
    if not sign:
        sign = value[: len(value) - len(value.lstrip("<>="))]
        word = value[len(sign) :]
    edge = number_of(word.strip('"')) if len(word) > 1 else 0
    compare = eq if operator in _IS else _COMPARISONS.get(sign)
    if not edge or compare is None:
        return ""
    edge = edge_of(sign, edge)
    return " OR ".join(quoted(word) for word in spellings(lambda number: compare(number, edge)))


def _joined(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


def _after_value(where: str, start: int) -> int:
    position = start
    while position < len(where) and where[position] in "><=":
        position += 1  # field:>10
    if position >= len(where) or where[position].isspace():
        raise QuestionError("blueking.filter", where=where, place=position)
    if where[position] in _CLOSING:
        return _after_bracket(where, position)
    return _after_word(where, _after_atom(where, position))


def _after_bracket(where: str, start: int) -> int:
    closing = _CLOSING[where[start]]
    depth = 0
    position = start
    while position < len(where):
        character = where[position]
        if character == where[start]:
            depth += 1
        elif character in closing:
            depth -= 1
            if depth == 0:
                return position + 1
        position = _after_atom(where, position)
    raise QuestionError("blueking.filter", where=where, place=start + 1)


def _after_atom(where: str, start: int) -> int:
    # One character, an escaped character, or a whole quoted phrase or expression.
    if where[start] == "\\":
        return min(start + 2, len(where))
    if where[start] not in '"/':
        return start + 1
    position = start + 1
    while position < len(where):
        if where[position] == "\\":
            position += 1
        elif where[position] == where[start]:
            return position + 1
        position += 1
    raise QuestionError("blueking.filter", where=where, place=start + 1)


def _after_word(where: str, start: int) -> int:
    position = start
    while position < len(where) and not where[position].isspace() and where[position] not in "()":
        position = position + 2 if where[position] == "\\" else position + 1
    return min(position, len(where))
