"""
The filter a person writes, as a yes or no for every row of a `RECORDS` batch.

A small part of Lucene's syntax: words, ``"phrases"``, ``field:value``, ``field:(a OR b)``,
``level>=WARN`` or ``level:>=WARN``, AND, OR, NOT, ``-word``, parentheses, ``*`` and ``?``. Terms without an operator
between them must all hold; the marks of a Chinese keyboard and Chinese names of fields are read as well. Words and phrases are looked for in the body, anywhere and whatever their
case; a field's value is compared as a whole. Wildcards become RE2 patterns: linear time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.errors import QuestionError
from paicha.kernel.filter_marks import in_plain_marks
from paicha.kernel.levels import edge_of, number_of
from paicha.kernel.parsed_line import bare_address, host_name
from paicha.values import dataclass

Predicate = Callable[[pa.RecordBatch], pa.BooleanArray]

_DEPTH_LIMIT = 50
#: What people call the columns of RECORDS.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "body": ("body",),
    "message": ("body",),
    "msg": ("body",),
    "log": ("body",),
    "service": ("service_name",),
    "service_name": ("service_name",),
    "app": ("service_name",),
    "host": ("host_ip", "host_id"),
    "ip": ("host_ip",),
    "host_ip": ("host_ip",),
    "serverip": ("host_ip",),
    "host_id": ("host_id",),
    "bk_host_id": ("host_id",),
    "file": ("code_file_path",),
    "code_file_path": ("code_file_path",),
    "path": ("code_file_path",),
    "module": ("code_file_path", "scope_name"),
    "logger": ("scope_name",),
    "scope_name": ("scope_name",),
    "trace": ("trace_id",),
    "trace_id": ("trace_id",),
    "span": ("span_id",),
    "span_id": ("span_id",),
    "locator": ("locator",),
    "内容": ("body",),
    "日志": ("body",),
    "服务": ("service_name",),
    "应用": ("service_name",),
    "主机": ("host_ip", "host_id"),
    "文件": ("code_file_path",),
    "模块": ("code_file_path", "scope_name"),
}
_LEVEL_FIELDS = frozenset(
    {"level", "severity", "severity_text", "loglevel", "级别", "日志级别", "等级"}
)
_NUMBER_FIELDS = {
    "severity_number": "severity_number",
    "line": "code_line_number",
    "code_line_number": "code_line_number",
    "行号": "code_line_number",
}
_COMPARISONS: dict[str, Callable[[pa.Array, int], pa.BooleanArray]] = {
    ">=": pc.greater_equal,
    "<=": pc.less_equal,
    ">": pc.greater,
    "<": pc.less,
}
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) |
        (?P<quoted>"(?P<text>[^"\\]*(?:\\.[^"\\]*)*)") |
        (?P<minus>[-!])(?=\S) |
        (?P<field>[\w.@/-]+):(?=\S) |
        (?P<word>(?:\\.|[^\s()"\\])+)
    )""",
    re.VERBOSE | re.DOTALL,
)
#: Levels and numbers are compared with or without a colon; behind another name a sign is a part of a word.
_COMPARED = re.compile(
    rf"""\s*(?P<field>{"|".join(sorted(_LEVEL_FIELDS | set(_NUMBER_FIELDS)))})
    \s*(?P<sign>[<>]=?|==?)\s*(?P<value>"[^"\\]+"|(?:\\.|[^\s()"\\])*)""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # open close quoted minus field word
    text: str
    position: int  # 1-based, in characters


def compile_filter(text: str) -> Predicate | None:
    """
    Return the filter *text* as a predicate over batches of `RECORDS`; None when it is empty.

    Raises:
        QuestionError: If it cannot be read; the error names the position.

    Example:
        >>> compile_filter("   ") is None
        True
    """
    tokens = _tokens(in_plain_marks(text, _is_field))
    if not tokens:
        return None
    parser = _Parser(tokens, len(text))
    predicate = parser.any_of(0)
    parser.finish()
    return predicate


def _is_field(name: str) -> bool:
    return name in _COLUMNS or name in _LEVEL_FIELDS or name in _NUMBER_FIELDS


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        start = at + len(text[at:]) - len(text[at:].lstrip())
        compared = _COMPARED.match(text, at)
        if compared is not None:
            equal = compared["sign"][0] == "="  # which is what a colon says
            value = compared["value"].strip('"')
            value = value if equal else compared["sign"] + value
            place = compared.start("sign") + 1
            tokens += [_Token("field", compared["field"], start + 1), _Token("word", value, place)]
            at = compared.end()
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            # Only an unclosed quotation mark or a lone backslash fits no token.
            if text[start] == '"':
                raise QuestionError("question.filter_unclosed_quote", position=start + 1)
            raise QuestionError("question.filter_unexpected", position=start + 1, found=text[start])
        kind = match.lastgroup or ""
        kind = "quoted" if match.group("quoted") is not None else kind
        word = match.group("text") if kind == "quoted" else match.group(kind)
        tokens.append(_Token(kind, word, start + 1))
        at = match.end()
    return tokens


class _Parser:
    """Reads tokens by recursive descent: OR binds weakest, then AND, then NOT."""

    def __init__(self, tokens: Sequence[_Token], length: int) -> None:
        self._tokens = tokens
        self._at = 0
        self._length = length
        self._field: _Token | None = None  # the field a parenthesis belongs to

    def finish(self) -> None:
        """Check that nothing is left over."""
        token = self._peek()
        if token is not None:
            raise QuestionError(
                "question.filter_unexpected", position=token.position, found=token.text
            )

    def any_of(self, depth: int) -> Predicate:
        """Read terms joined by OR."""
        parts = [self._all_of(depth)]
        while self._take_word("OR", "||"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else _joined(parts, pc.or_)

    def _all_of(self, depth: int) -> Predicate:
        parts = [self._term(depth)]
        while True:
            spoken = self._take_word("AND", "&&")
            token = self._peek()
            if not spoken and (token is None or token.kind == "close" or _is(token, "OR", "||")):
                return parts[0] if len(parts) == 1 else _joined(parts, pc.and_)
            parts.append(self._term(depth))

    def _term(self, depth: int) -> Predicate:
        token = self._peek()
        if token is None:
            raise QuestionError("question.filter_ends_early", position=self._length + 1)
        if depth > _DEPTH_LIMIT:
            raise QuestionError(
                "question.filter_too_deep", limit=_DEPTH_LIMIT, position=token.position
            )
        self._at += 1
        if token.kind == "minus" or _is(token, "NOT"):
            return _negated(self._term(depth + 1))
        if token.kind == "open":
            return self._group(token, depth)
        if token.kind == "field":
            return self._valued(token, depth)
        if token.kind == "close" or _is(token, "AND", "OR", "&&", "||"):
            raise QuestionError(
                "question.filter_unexpected", position=token.position, found=token.text
            )
        return _leaf(self._field, token)

    def _group(self, opened: _Token, depth: int) -> Predicate:
        inside = self.any_of(depth + 1)
        closing = self._peek()
        if closing is None or closing.kind != "close":
            raise QuestionError("question.filter_unclosed_parenthesis", position=opened.position)
        self._at += 1
        return inside

    def _valued(self, field: _Token, depth: int) -> Predicate:
        outer, self._field = self._field, field
        try:
            token = self._peek()
            if token is not None and token.kind not in ("open", "quoted", "word", "minus"):
                raise QuestionError(
                    "question.filter_unexpected", position=token.position, found=token.text
                )
            if token is not None and token.kind == "minus":  # field:-5
                self._at += 1
                following = self._tokens[self._at] if self._at < len(self._tokens) else token
                self._at += 1
                return _leaf(field, _Token("word", "-" + following.text, token.position))
            return self._term(depth + 1)
        finally:
            self._field = outer

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take_word(self, *words: str) -> bool:
        token = self._peek()
        if token is not None and _is(token, *words):
            self._at += 1
            return True
        return False


def _is(token: _Token, *words: str) -> bool:
    return token.kind == "word" and token.text in words


def _leaf(field: _Token | None, token: _Token) -> Predicate:
    quoted = token.kind == "quoted"
    value = _unescaped(token.text)
    if field is None:
        return _in_body(token.text, quoted=quoted)
    name = field.text.lower()
    compared = None if quoted else re.fullmatch(r"(>=|<=|>|<)(.+)", value)
    if name in _LEVEL_FIELDS:
        return _level(compared, token, value)
    if name in _NUMBER_FIELDS:
        return _number(name, compared, token, value)
    if compared is not None:
        raise QuestionError(
            "question.filter_number", field=field.text, found=value, position=token.position
        )
    columns = _COLUMNS.get(name)
    if columns == ("body",):
        return _in_body(token.text, quoted=quoted)
    pattern = _whole(token.text, quoted=quoted)
    if columns is None:
        return _attribute(field.text, pattern)
    return _joined([_matches(column, pattern) for column in columns], pc.or_)


def _in_body(text: str, *, quoted: bool) -> Predicate:
    if quoted or not _has_wildcard(text):
        words = _unescaped(text)
        return lambda batch: pc.match_substring(batch.column("body"), words, ignore_case=True)
    within_a_word = _wildcards(text, any_run=r"[^\s]*", any_one=r"[^\s]")
    return _matches("body", f"(?is){within_a_word}")


def _whole(text: str, *, quoted: bool) -> str:
    if quoted:
        return f"(?is)^{re.escape(_unescaped(text))}$"
    return f"(?is)^{_wildcards(text, any_run='.*', any_one='.')}$"


def _matches(column: str, pattern: str) -> Predicate:
    return lambda batch: pc.match_substring_regex(batch.column(column), pattern)


def _flat(values: Mapping[str, object], before: str = "") -> dict[str, object]:
    """Return values with those inside objects beside them, each by its path."""
    found: dict[str, object] = {}
    for name, value in values.items():
        found[before + name] = value
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{name}.")
    return found


def _attribute(name: str, pattern: str) -> Predicate:
    """Return a predicate on one attribute, by its name or by the last part of its name."""

    def value(attributes: str) -> str:
        if not attributes:
            return ""
        found = _flat(json.loads(attributes))
        if name in found:
            return str(found[name])
        return next((str(v) for k, v in sorted(found.items()) if k.endswith("." + name)), "")

    def predicate(batch: pa.RecordBatch) -> pa.BooleanArray:
        values = pa.array((value(text.as_py()) for text in batch.column("attributes")), pa.string())
        present = pc.not_equal(values, "")
        return pc.and_(present, pc.match_substring_regex(values, pattern))

    return predicate


def _level(compared: re.Match[str] | None, token: _Token, value: str) -> Predicate:
    word = compared.group(2) if compared else value
    if compared is None and _has_wildcard(token.text):
        return _matches("severity_text", _whole(token.text, quoted=False))
    number = int(word) if word.isdigit() and len(word) < 3 else number_of(word)
    if not number:
        raise QuestionError("question.filter_level", found=word, position=token.position)
    if compared is not None:
        compare = _COMPARISONS[compared.group(1)]
        edge = edge_of(compared.group(1), number)
        known = lambda batch: pc.greater(batch.column("severity_number"), 0)  # noqa: E731
        return _joined([known, lambda b: compare(b.column("severity_number"), edge)], pc.and_)
    return lambda batch: pc.equal(batch.column("severity_number"), number)


def _number(name: str, compared: re.Match[str] | None, token: _Token, value: str) -> Predicate:
    word = compared.group(2) if compared else value
    if re.fullmatch(r"\d{1,9}", word) is None:
        raise QuestionError(
            "question.filter_number", field=name, found=value, position=token.position
        )
    compare = _COMPARISONS[compared.group(1)] if compared else pc.equal
    column, number = _NUMBER_FIELDS[name], int(word)
    return lambda batch: pc.fill_null(compare(batch.column(column), number), False)  # noqa: FBT003


def _joined(parts: Sequence[Predicate], join: Callable[..., pa.BooleanArray]) -> Predicate:
    def predicate(batch: pa.RecordBatch) -> pa.BooleanArray:
        answer = parts[0](batch)
        for part in parts[1:]:
            answer = join(answer, part(batch))
        return answer

    return predicate


def _negated(inside: Predicate) -> Predicate:
    return lambda batch: pc.invert(inside(batch))


def _has_wildcard(text: str) -> bool:
    return re.search(r"(?<!\\)[*?]", text) is not None


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _wildcards(text: str, *, any_run: str, any_one: str) -> str:
    """Return *text* as an RE2 pattern, ``*`` and ``?`` standing for what is given."""
    pieces: list[str] = []
    for found in re.finditer(r"\\(.)|([*]+)|(\?)|([^\\*?]+)|\\", text):
        escaped, run, one, plain = found.groups()
        if run:
            pieces.append(any_run)
        elif one:
            pieces.append(any_one)
        else:
            pieces.append(re.escape(escaped or plain or "\\"))
    return "".join(pieces)


def scope_predicate(hosts: Sequence[str], services: Sequence[str]) -> Predicate | None:
    """
    Return which rows are in scope; None when everything is.

    A row that names no host (or service) at all cannot be said to be out of scope, and is kept. Names are those of a
    filter: upper and lower case are one. An address alone is that address in any cloud area.

    Args:
        hosts: Addresses or ids; empty: all.
        services: Service names; empty: all.
    """
    parts: list[Predicate] = []
    if hosts:
        asked = [host_name(*host.split("|")) if host.count("|") == 1 else host for host in hosts]
        parts.append(_one_of(("host_ip", "host_id"), asked))
    if services:
        parts.append(_one_of(("service_name",), services))
    return _joined(parts, pc.and_) if parts else None


def _one_of(columns: Sequence[str], values: Sequence[str]) -> Predicate:
    asked = frozenset(value.lower() for value in values)

    def predicate(batch: pa.RecordBatch) -> pa.BooleanArray:
        arrays = [batch.column(column) for column in columns]
        answer = arrays[0].is_valid()
        silent, named = answer, pc.invert(answer)
        for array in arrays:
            silent = pc.and_(silent, pc.equal(array, ""))
            said = (one for one in pc.unique(array).to_pylist() if one)
            wanted = [one for one in said if {one.lower(), bare_address(one.lower())} & asked]
            named = pc.or_(named, pc.is_in(array, value_set=pa.array(wanted, pa.string())))
        return pc.or_(silent, named)

    return predicate
