"""What the logs say for each suspect: what is new or louder, since when, and whom errors name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.change.scores import score
from paicha.analysis.membership import ABNORMAL
from paicha.analysis.suspects.programs import LEAST_LETTERS, called_after_files
from paicha.model.findings import Problem
from paicha.values import dataclass

#: Severity from which on a record tells of an error.
_ERROR = 17
#: What a warning counts beside an error, and of that a warning that the metrics contradict.
_WARNING, _CONTRADICTED = 0.6, 0.2
#: OpenTelemetry's FATAL, and what the first one of somebody counts, however few: as in a rank, half.
_FATAL, _FIRST_FATAL = 21, 0.5
#: What a class means where the level of its records says nothing: none, or one below WARN.
_MEANT = MappingProxyType({"outage": _ERROR, "critical": _ERROR, "major": ABNORMAL})
#: Of such a class the first error already says that something broke: it counts as the first FATAL does.
_GRAVE = ("outage", "critical")
#: What a new problem counts at least, if it is surely new, where what precedes it is short because it began there.
_SURELY_NEW = 0.6
#: Of a line so much is looked at [characters].
_LOOKED_AT = 4096
#: Letters of the Latin script go on a name. Chinese and others are written without blanks around one, so theirs do not; named
#: by their range they took 6 ms a name to compile where case is ignored (0.05 now).
_BEFORE, _BEHIND = r"(?a-i:(?<![\w\u00c0-\u00ff-]))", r"(?a-i:(?![\w\u00c0-\u00ff-]))"
#: What stands right before, or right behind, who is called.
_BEFORE_CALLEE = (
    r"(?:(?<![\w-])(?:upstream|downstream|calls?|called|calling|service|svc|backend|callee|lookup|dial tcp"
    r"|(?:rpc|write|request|connection|connect) to|(?:read|response|reply|answer) from)"
    r"|调用|请求|访问|连接|依赖|上游|下游|服务)[\s:：=\"'`“「\[(]{0,3}"
)
_BEHIND_CALLEE = (
    r"(?::\d{2,5}(?!\d)|[-_. ]?(?:service|svc)(?![\w])|\s?(?:服务|系统|接口)"
    r"|\s(?:returned|answered|responded|replied|timed out|refused|did not answer|is (?:down|unavailable))(?!\w))"
)
#: A name that stands by itself.
_ALONE = r"(?<![\w./-]){}(?![\w./-])"
#: What is said right behind a Chinese name of how it answered.
_OUTCOME_ZH = "失败|异常|超时|返回|无响应|未响应|响应|不可用|拒绝|报错|出错|接口|连接|的"
#: How a kernel names whom it was working for.
_VICTIM = re.compile(r"\bcomm:? ?[^\s:,]+|\btask [^\s:]+:\d+")
#: A statement of SQL, and the tables it names.
_SQL = re.compile(
    r"\b(?:select\b.{1,2000}?\bfrom|insert\s+into|update\s+\S{1,100}\s+set|delete\s+from)\b",
    re.IGNORECASE | re.DOTALL,
)
_TABLE = re.compile(r"\b(?:from|join|into|update|table)\s+[`\"\[]?[\w.]+[`\"\]]?\s?", re.IGNORECASE)
#: Ports below those that systems give to whoever calls.
_SERVED = r"(?:[12]?\d{1,4}|3[01]\d{3})"
#: Deviations from where on a problem is louder for somebody, and from where on that is certain.
_LOUDER, _CERTAIN = 3.0, 6.0


@dataclass(frozen=True, slots=True)
class Louder:
    """One problem that is new or louder in the records of one suspect."""

    problem: Problem
    before: int
    during: int
    first: datetime | None
    score: float
    contradicted: bool
    severity: int  # of its worst record
    strength: float  # 0..1
    only_on: tuple[str, ...] = ()  # hosts that have it while others of the suspect's do not
    of_hosts: int = 0  # on which the suspect writes


@dataclass(frozen=True, slots=True)
class Told:
    """Whom the lines of one problem of one suspect name."""

    names: tuple[str, ...]
    every: bool  # each kind of line names one


#: Whom they name, by suspect and id of the problem; nothing where nobody is named.
Said = Mapping[tuple[str, str], Told]


@dataclass(frozen=True, slots=True)
class Onset:
    """The earliest of all whose own signs have a time."""

    at: datetime
    next_name: str  # who came second; "": nobody
    lead_s: float


@dataclass(frozen=True, slots=True)
class Named:
    """Whose new errors name the suspect, and whose name only those."""

    by: tuple[str, ...]
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Housed:
    """A host whose services have new or louder problems, several of them."""

    services: tuple[str, ...]


def louder_of(
    tagged: pa.Table,
    baseline: pa.Table,
    template_shapes: pa.Table,
    problems: Sequence[Problem],
    *,
    lengths_s: tuple[float, float],
    column: str,
    more: Callable[[str], float] = lambda _name: 1.0,
    meaning: Mapping[str, str] = MappingProxyType({}),
    whatever_level: Collection[str] = (),
    inside: bool = False,
) -> dict[str, tuple[Louder, ...]]:
    """
    Return what is new or louder for each suspect, the strongest first; under "" what names nobody.

    Args:
        tagged: The rows of `COUNTS` that belong to a problem.
        baseline: `COUNTS` of the baseline.
        template_shapes: `TEMPLATE_SHAPES`.
        problems: All of them.
        lengths_s: Of baseline and window [s].
        column: What names a suspect.
        more: How many times as much each of them does as before.
        meaning: The severity of each problem class, by id.
        whatever_level: Classes that mean the same at any level: a broker's alarm that it warns of.
        inside: Whether the baseline is what precedes trouble in one window.
    """
    by_id = {problem.id: problem for problem in problems}
    now = _gathered(tagged, column)
    before = _before(tagged, baseline, template_shapes, column)
    dying = baseline.filter(pc.greater_equal(baseline["severity_number"], _FATAL))
    fatal_before = frozenset(dying[column].unique().to_pylist())
    found: dict[str, list[Louder]] = defaultdict(list)
    for (name, identity), (n, stated, first) in sorted(now.items()):
        problem = by_id.get(identity)
        if problem is None:
            continue
        meant, was = meaning.get(problem.class_id, ""), before.get((name, identity), 0)
        severity = stated if stated >= ABNORMAL else _MEANT.get(meant, 0)
        if severity < ABNORMAL:
            continue
        fatal = severity >= _FATAL and name not in fatal_before
        sure = severity >= _ERROR or problem.class_id in whatever_level
        fatal = fatal or (sure and meant in _GRAVE and not was)
        if not _changed(problem) and not fatal:
            continue
        # Who does twice as much fails twice as often without being any worse.
        deviations = score(was * more(name), n, *lengths_s)
        strength = min(1.0, max(0.0, (deviations - _LOUDER) / (_CERTAIN - _LOUDER)))
        if inside and not was and _changed(problem):
            strength = max(strength, _SURELY_NEW)
        # Of what went on before, the first record of the window is no begin.
        risen = problem.course.onset if problem.course else None
        since = risen if was else first
        contradicted = _is_contradicted(problem)
        strength *= _weight(severity, contradicted=contradicted)
        if fatal:
            strength = max(strength, _FIRST_FATAL)
        if strength > 0:
            found[name].append(
                Louder(problem, was, n, since, deviations, contradicted, severity, strength)
            )
    return {name: _strongest_first(those) for name, those in found.items()}


def _strongest_first(those: Iterable[Louder]) -> tuple[Louder, ...]:
    return tuple(sorted(those, key=lambda one: (-one.strength, one.problem.number)))


def _is_contradicted(problem: Problem) -> bool:
    """Return whether measurements contradict what a problem's lines claim, and none confirms it."""
    kinds = {claim.verdict.kind for claim in problem.claims}
    return "contradicted" in kinds and "confirmed" not in kinds


def _weight(severity: int, *, contradicted: bool) -> float:
    """
    Return what a problem counts by its worst record.

    A warning about a resource is an opinion, which a measurement can refute. An error tells that something
    failed: where the machine had enough, a limit of the process itself was reached.
    """
    if severity >= _ERROR:
        return _WARNING if contradicted else 1.0
    return _WARNING * _CONTRADICTED if contradicted else _WARNING


def _changed(problem: Problem) -> bool:
    """Return whether a problem as a whole is new or louder, within the bound on false discoveries."""
    change = problem.change
    return change is not None and change.firm and change.kind in {"new", "louder"}


def _gathered(
    tagged: pa.Table, column: str
) -> dict[tuple[str, str], tuple[int, int, datetime | None]]:
    grouped = tagged.group_by([column, "problem"], use_threads=False).aggregate(
        [("n", "sum"), ("severity_number", "max"), ("first", "min")]
    )
    names = (column, "problem", "n_sum", "severity_number_max", "first_min")
    rows = zip(*(grouped[name].to_pylist() for name in names), strict=True)
    return {(name, problem): (n, severity, first) for name, problem, n, severity, first in rows}


def _before(
    tagged: pa.Table, baseline: pa.Table, template_shapes: pa.Table, column: str
) -> Mapping[tuple[str, str], int]:
    shapes = zip(
        template_shapes["shape"].to_pylist(),
        template_shapes["template_id"].to_pylist(),
        strict=True,
    )
    template_of = dict(shapes)
    known = ("template_id", "severity_number", "problem")
    rows = sorted(set(zip(*(tagged[name].to_pylist() for name in known), strict=True)))
    problem_of = {(template, severity): problem for template, severity, problem in rows}
    # A level that the window has not is abnormal as well; below, the same words are no problem: 200 beside 500.
    abnormal = {template: problem for template, _, problem in rows}
    counted: dict[tuple[str, str], int] = defaultdict(int)
    columns = (baseline[name].to_pylist() for name in (column, "shape", "n", "severity_number"))
    for name, shape, n, severity in zip(*columns, strict=True):
        template = template_of.get(shape, "")
        problem = problem_of.get((template, severity))
        if problem is None and severity >= ABNORMAL:
            problem = abnormal.get(template)
        if problem is not None:
            counted[name, problem] += n
    return counted


def patterns_of(
    names: Iterable[str],
    addresses: Mapping[str, Sequence[str]] = MappingProxyType({}),
    *,
    short: bool = False,
) -> dict[str, re.Pattern[str]]:
    """
    Return what finds each name in a line; one shorter than four letters only where the line says that it is a callee.

    Args:
        names: Whom to find.
        addresses: Hosts on which one of them stands alone; of them a line speaks where such a host is called.
        short: Whether a shorter name is found wherever it stands by itself: of what was done few lines tell, and those name it.

    Example:
        >>> found = patterns_of(["ledger", "oms"])
        >>> [bool(found["ledger"].search(s)) for s in ("调用ledger失败", "ledger-2 is down")]
        [True, False]
        >>> [bool(found["oms"].search(s)) for s in ("upstream oms answered 502", "oms rows: 3")]
        [True, False]
        >>> stock = patterns_of(["stock"], {"stock": ["10.0.0.7"]})["stock"]
        >>> [bool(stock.search(s)) for s in ("dial tcp 10.0.0.7:80: i/o timeout", "client: 10.0.0.7,")]
        [True, False]
    """
    found: dict[str, re.Pattern[str]] = {}
    names = sorted(names)
    filed = called_after_files(names)
    for name in names:
        if name:
            called = [_called(address) for address in addresses.get(name, ())]
            called += [_pattern(filed[name])] if name in filed else []
            called += [_ALONE.format(re.escape(name))] if short and len(name) > 1 else []
            found[name] = re.compile("|".join((_pattern(name), *called)), re.IGNORECASE)
    return found


def _called(address: str) -> str:
    """Return what finds a host where it is the far end of a call: whose port no system gives out by itself."""
    found = re.escape(address)
    before = rf"(?:://(?:[^/\s@\"']*@)?|host=['\"]|{_BEFORE_CALLEE})"
    return rf"{before}{found}(?![\w.-])|(?<![\w.-]){found}:{_SERVED}(?!\d)"


def _pattern(name: str) -> str:
    found = re.escape(name)
    if not name.isascii():
        # Chinese names stand among other words without a blank: what is said of them tells where they end.
        before, behind = r"(?<![\w-])", rf"(?:(?![\w-])|(?={_OUTCOME_ZH}))"
        whole = f"{before}{found}{behind if len(name) >= LEAST_LETTERS else _BEHIND_CALLEE}"
        return f"{_BEFORE_CALLEE}{found}{behind}|{whole}"
    if len(name) >= LEAST_LETTERS:
        return f"{_BEFORE}{found}{_BEHIND}"
    return f"{_BEFORE_CALLEE}{found}{_BEHIND}|{_BEFORE}{found}{_BEHIND_CALLEE}"


def said_of(
    louder: Mapping[str, Sequence[Louder]],
    tagged: pa.Table,
    names: Sequence[str],
    column: str,
    addresses: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Said:
    """
    Return whom the new errors of each suspect name, by problem.

    Args:
        louder: What is new or louder, per suspect.
        tagged: The rows of `COUNTS` that belong to a problem.
        names: All suspects.
        column: What names a suspect.
        addresses: Hosts on which one suspect stands alone.
    """
    concerned = {(name, one.problem.id) for name, those in louder.items() for one in those}
    if not concerned:
        return {}
    patterns = patterns_of(names, addresses)
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    silent: set[tuple[str, str]] = set()
    rows = zip(*(tagged[c].to_pylist() for c in (column, "problem", "example")), strict=True)
    for name, problem, example in sorted(set(rows)):
        if (name, problem) in concerned:
            line = _without_victims(_without_tables(example[:_LOOKED_AT]))
            others = {o for o, found in patterns.items() if o != name and found.search(line)}
            told[name, problem] |= others
            if not others:
                silent.add((name, problem))
    return {
        key: Told(tuple(sorted(named)), key not in silent)
        for key, named in sorted(told.items())
        if named
    }


def _without_victims(line: str) -> str:
    """
    Return a line without the program that a kernel was working for, or that waits: it met what is wrong, and is not why.

    Example:
        >>> _without_victims("EXT4-fs error (device sdb1): ext4_journal_check_start: comm shop: Detected aborted journal")
        'EXT4-fs error (device sdb1): ext4_journal_check_start: : Detected aborted journal'
        >>> _without_victims("INFO: task shop:1187 blocked for more than 120 seconds.")
        'INFO:  blocked for more than 120 seconds.'
    """
    return _VICTIM.sub("", line)


def _without_tables(line: str) -> str:
    """
    Return a line without the tables that its SQL names: a service may be called as one.

    Example:
        >>> _without_tables("slow: SELECT * FROM product JOIN stock ON 1"), _without_tables("error from product")
        ('slow: SELECT * ON 1', 'error from product')
    """
    return _TABLE.sub("", line) if _SQL.search(line) else line


def naming(said: Said) -> dict[str, tuple[str, ...]]:
    """Return whom the new errors of each suspect name, of all its problems."""
    named: dict[str, set[str]] = defaultdict(set)
    for (name, _), told in said.items():
        named[name].update(told.names)
    return {name: tuple(sorted(others)) for name, others in sorted(named.items())}
