"""Findings as an investigation of the reference scenario would give them, built by hand."""
# ruff: noqa: FBT003  (figures of a sample stand in the order of their fields)

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

from paicha.locales import Text
from paicha.model.aliases import AliasFinding, AliasPair, AliasReport
from paicha.model.coverage import Coverage, FileCoverage, MetricCoverage, SourceCoverage
from paicha.model.findings import (
    Action,
    Claim,
    Device,
    Evidence,
    Example,
    Factor,
    Findings,
    Generated,
    Indication,
    LevelCount,
    MetricSummary,
    ModuleCount,
    Priority,
    Problem,
    QualityNote,
    Range,
    Reproduction,
    Share,
    Statement,
    TimelineEntry,
    Totals,
    Variant,
    Verdict,
)
from paicha.model.question import Question, Scope, Window

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 12, 19, 2, 32, 32, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=15))
BUCKET_S = 30
HOST = "30.189.38.149"
SEVERITY = {"CRITICAL": 21, "ERROR": 17, "WARNING": 13, "INFO": 9, "DEBUG": 5}

#: Everything that has ever harmed a reader of a report, in one line.
HOSTILE = (
    '<script>window.broken=1</script><img src=x onerror="window.broken=2">'
    " [x](javascript:window.broken=3) | `tick` ```fence``` \x1b[31mred\x1b]0;title\x07 {} %s {{7*7}}"
    " \U0001f4a3 \u202egnp.exe\u2066 \x00 **bold** <!-- https://evil.example/a?b=1 \r\n# head &amp;"
)


@dataclass(frozen=True)
class Record:
    """One line of the scenario."""

    time: datetime
    level: str
    module: str
    body: str
    number: int


#: start of the body -> (id, zh, en, priority, category)
CLASSES: dict[str, tuple[str, str, str, Priority, str]] = {
    "Payment system": ("payment_unavailable", "支付系统不可用", "Payment system unavailable", "P1", "business"),
    "Database connection": ("database_connection", "数据库连接失败", "Database connection failed", "P1", "database"),
    "Core service": ("service_crash", "核心服务崩溃", "Core service crashed", "P1", "process"),
    "Security vulnerability": ("security_access", "异常访问（安全）", "Abnormal access (security)", "P1", "security"),
    "Database master-slave": ("replication_failed", "数据库主从同步失败", "Database replication failed", "P1", "database"),
    "System memory": ("memory_insufficient", "系统内存不足", "Memory insufficient", "P1", "resource"),
    "Cache space": ("cache_space", "缓存空间不足", "Cache space insufficient", "P2", "cache"),
    "Disk space": ("disk_space", "磁盘空间不足", "Disk space low", "P2", "resource"),
    "External service": ("upstream_slow", "外部服务响应慢", "External service slow", "P2", "network"),
    "API call": ("call_frequency", "API 调用频率过高", "API call frequency too high", "P2", "traffic"),
    "Payment interface": ("tpl_4f1c22a09b7d", "", "", "P3", ""),
    "User authentication": ("tpl_9d03be61c558", "", "", "P3", ""),
}  # fmt: skip
_LINE = re.compile(r"(\S+ \S+) (\w+) \[([^:\]]+):\d+\] (.*)")


def both(zh: str, en: str) -> Text:
    """Return a text in both languages."""
    return Text(zh=zh, en=en)


def records() -> list[Record]:
    """Return the lines of the scenario's log."""
    log = resources.files("paicha.testing").joinpath("scenario", "app.log").read_text("utf-8")
    found = []
    for number, line in enumerate(log.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        assert match is not None
        time = datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S,%f").replace(tzinfo=SHANGHAI)
        found.append(Record(time.astimezone(UTC), match[2], match[3], match[4], number))
    return found


def _curve(rows: list[Record]) -> tuple[int, ...]:
    counts = Counter(int((row.time - START).total_seconds()) // BUCKET_S for row in rows)
    return tuple(counts[i] for i in range(30))


def _shares(names: list[str]) -> tuple[Share, ...]:
    counts = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return tuple(Share(name, n, n / len(names)) for name, n in counts)


def _range(name: str, unit: str, values: list[str]) -> Range:
    shares = _shares(values)
    if not all(value.isdigit() for value in values):
        return Range(
            name,
            "",
            len(values),
            None,
            None,
            None,
            None,
            None,
            shares,
            len(shares),
            len(shares) < 9,
        )
    numbers = sorted(float(value) for value in values)
    n = len(numbers)
    mean = sum(numbers) / n
    p50, p95 = numbers[n // 2], numbers[int(n * 0.95)]
    return Range(
        name, unit, n, numbers[0], numbers[-1], mean, p50, p95, shares[:3], len(shares), False
    )  # fmt: skip


def _variants(rows: list[Record]) -> tuple[Variant, ...]:
    grouped: dict[str, list[Record]] = defaultdict(list)
    slots: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        text = re.sub(r"(?<=error=)[a-z ]+", "<word>", row.body)
        text = re.sub(r"(?<=service=)\w+", "<word>", text)
        text = re.sub(r"\d+(\.\d+){3}", "<ip>", text)
        text = re.sub(r"\d+", "<num>", text)
        grouped[text].append(row)
        for name, value, unit in re.findall(r"(\w+)=(\w[\w. ]*?)(%|ms|(?=,)|$)", row.body):
            slots[text][name, unit].append(value)
        for value in re.findall(r"(\d+)/min", row.body):
            slots[text]["", "/min"].append(value)
    found = [
        Variant(
            f"tpl_{number:012x}", text, len(lines), lines[0].level,
            tuple(_range(name, unit, values) for (name, unit), values in slots[text].items()),
        )
        for number, (text, lines) in enumerate(sorted(grouped.items()))
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda v: (-v.n, v.text)))


def _examples(rows: list[Record]) -> tuple[Example, ...]:
    return tuple(
        Example(row.time, row.level, row.module, "", HOST, row.body, f"app.log:{row.number}")
        for row in rows[:3]
    )


def _claim(problem: str, concept: str, title: Text, n: int, claimed: float | None) -> Claim:
    disk = concept == "disk_usage"
    measured = (21.04, 21.04, 21.04) if disk else (2.60, 2.62, 2.62)
    reason = both(
        f"同一时段主机实测 {measured[0]}–{measured[2]} %，日志所说至少 {claimed or 95:g} %",
        f"over the same minutes the host measured {measured[0]}–{measured[2]} %, the log says at least {claimed or 95:g} %",
    )
    metric = f"bkmonitor:system:{'disk:in_use' if disk else 'mem:pct_used'}"
    verdict = Verdict("contradicted", reason, HOST, metric, *measured, 16)
    return Claim(
        problem, concept, title, "%", "above", claimed or 95.0, claimed, 90.0 if disk else None, n,
        both("日志称该资源不足", "the log says this resource runs short"), verdict,
        (
            both("容器或 JVM 限额小于主机", "a container or JVM limit smaller than the host"),
            both("应用检查的是另一个分区或目录", "the application checks another partition or folder"),
            both("应用缓存了过期的检查结果", "the application keeps a stale check result"),
        ),
    )  # fmt: skip


def _claims(identity: str, n: int) -> tuple[Claim, ...]:
    if identity == "memory_insufficient":
        return (_claim(identity, "memory_usage", both("内存使用率", "memory usage"), n, None),)
    if identity == "disk_space":
        return (_claim(identity, "disk_usage", both("磁盘使用率", "disk usage"), n, 70.0),)
    if identity == "service_crash":
        claim = _claim(identity, "process_count", both("进程数", "process count"), n, None)
        reason = both("没有进程指标，无法核实", "there is no process metric to check against")
        verdict = Verdict("not_verifiable", reason, HOST, "", None, None, None, 0)
        return (replace(claim, unit="", verdict=verdict, both_true=()),)
    return ()


def _factors(n: int) -> tuple[Factor, ...]:
    return (
        Factor("severity", 4.0, 40.0, both("业务功能不可用", "a business function is down")),
        Factor("count", float(n), 12.5, both(f"{n} 次", f"{n} times")),
        Factor("spread", 10.0, 8.0, both("10 个模块中的 10 个", "10 of 10 modules")),
        Factor("metric", -1.0, -6.0, both("主机指标与之矛盾", "the host's metrics contradict it")),
    )


def _problem(prefix: str, rows: list[Record], number: int) -> Problem:
    identity, zh, en, priority, category = CLASSES[prefix]
    own = not zh
    curve = _curve(rows)
    peak = max(range(30), key=lambda i: curve[i])
    title = Text.same(re.sub(r"\d+", "<num>", rows[0].body)) if own else both(zh, en)
    action = Action(priority, both(f"检查{zh}的直接原因", f"Check what caused: {en}"), (identity,))
    later = Action("P3", both("补充告警", "Add an alert"), (identity,))
    return Problem(
        id=identity, number=number, class_id="" if own else identity, title=title,
        category=category, priority=priority,
        why=both(f"严重度高，出现 {len(rows)} 次", f"severe, and seen {len(rows)} times"),
        score=60.0 - number, factors=_factors(len(rows)), n=len(rows), share=len(rows) / 527,
        levels=_shares([row.level for row in rows]), first=rows[0].time, last=rows[-1].time,
        curve=curve, peak=START + timedelta(seconds=BUCKET_S * peak), peak_n=curve[peak],
        variants=_variants(rows), modules=_shares([row.module for row in rows]), services=(),
        hosts=_shares([HOST for _ in rows]),
        unrelated_modules=("auth_middleware.py",) if number == 1 else (),
        claims=_claims(identity, len(rows)),
        risk=None if own else both("数据可能不一致，需要立即处理", "Data may be inconsistent; act now"),
        causes=() if own else (
            both("下游服务不可达", "A downstream service cannot be reached"),
            both("凭证配置错误", "Credentials are configured wrongly"),
        ),
        actions=() if own else (action, later),
        examples=_examples(rows),
        evidence=Evidence(
            "records", f"select * from records where problem_id = '{identity}' order by timestamp"
        ),
    )  # fmt: skip


def _problems(rows: list[Record]) -> tuple[Problem, ...]:
    return tuple(
        _problem(prefix, [row for row in rows if row.body.startswith(prefix)], number)
        for number, prefix in enumerate(CLASSES, start=1)
    )


_METRICS = (
    ("cpu_usage", both("CPU 使用率", "CPU usage"), "system:cpu_summary:usage", "%", 2, 1.0, 95.0),
    ("memory_usage", both("应用内存使用率", "Memory usage"), "system:mem:pct_used", "%", 2, 1.0, 95.0),
    ("disk_usage", both("磁盘使用率", "Disk usage"), "system:disk:in_use", "%", 2, 1.0, 95.0),
    ("io_utilisation", both("磁盘 IO 使用率", "Disk IO utilisation"), "system:io:util", "%", 1, 100.0, 80.0),
    ("load5", both("5 分钟负载", "5-minute load"), "system:load:load5", "", 2, 1.0, None),
)  # fmt: skip


def _metrics() -> tuple[MetricSummary, ...]:
    folder = resources.files("paicha.testing").joinpath("scenario")
    answers = json.loads(folder.joinpath("metrics.json").read_text("utf-8"))
    truth = json.loads(folder.joinpath("truth.json").read_text("utf-8"))["metrics"]
    found = []
    for concept, title, name, unit, digits, scale, threshold in _METRICS:
        metric = f"bkmonitor:{name}"
        points = answers[metric]["data"]["series"][0]["datapoints"]
        curve = tuple(
            (datetime.fromtimestamp(at / 1000, UTC), None if value is None else value * scale)
            for value, at in points
        )
        figures = truth[metric]
        found.append(
            MetricSummary(
                concept, title, metric, HOST, "", unit, digits, figures["avg"] * scale,
                figures["max"] * scale, figures["min"] * scale, len(points), 16, 0,
                "no_threshold" if threshold is None else "normal", threshold, "above",
                None if threshold is None else both("蓝鲸主机默认策略", "BlueKing's default host strategy"),
                curve, Evidence("series", f"select * from series where concept = '{concept}'"),
            )
        )  # fmt: skip
    return tuple(found)


def _levels(rows: list[Record]) -> tuple[LevelCount, ...]:
    counts = Counter(row.level for row in rows)
    return tuple(
        LevelCount(level, number, counts[level], counts[level] / 1800,
                   counts[level] / 527 if number >= 13 else None, number >= 13)
        for level, number in SEVERITY.items()
    )  # fmt: skip


def _modules(rows: list[Record], abnormal: list[Record]) -> tuple[ModuleCount, ...]:
    found = []
    for name, n in Counter(row.module for row in rows).items():
        bad = [row for row in abnormal if row.module == name]
        ids = [
            CLASSES[prefix][0] for row in bad for prefix in CLASSES if row.body.startswith(prefix)
        ]
        found.append(ModuleCount(name, n, len(bad), len(bad) / 527, _shares(ids)[:3], _curve(bad)))
    return tuple(sorted(found, key=lambda m: (-m.abnormal, -m.n, m.name)))


def _totals(rows: list[Record], abnormal: list[Record]) -> Totals:
    return Totals(
        1800, 527, 0, 0, rows[0].time, rows[-1].time, BUCKET_S, 30, START, _curve(rows),
        _curve(abnormal), 23, 10, 0, 1,
    )  # fmt: skip


def _coverage(rows: list[Record]) -> Coverage:
    file = FileCoverage(
        "app.log", 131_072, 1800, (("level_module", 1800),), 0, 0, rows[0].time, rows[-1].time
    )
    logs = SourceCoverage(
        "app.log", "files", WINDOW, 1800, 1800, 1800, 0, 0, 0, 0, 0,
        queries=("app.log",), files=(file,),
    )  # fmt: skip
    metrics = MetricCoverage(
        "metrics.json", "file", 5, 80, 0, missing=("swap_usage",), hosts=(HOST,),
        queries=("metrics.json",),
    )  # fmt: skip
    return Coverage(logs=(logs,), metrics=(metrics,))


def _timeline(problems: tuple[Problem, ...]) -> tuple[TimelineEntry, ...]:
    entries = []
    for problem in problems:
        single = problem.n == 1
        example = problem.examples[0]
        assert problem.first is not None
        entries.append(
            TimelineEntry(
                problem.first, "single" if single else "first", problem.id,
                both(f"首次出现：{problem.title.zh}", f"first seen: {problem.title.en}"),
                example.module, example.locator,
            )
        )  # fmt: skip
        if not single and problem.peak is not None:
            words = both(
                f"达到峰值：{problem.title.zh}（30 秒 {problem.peak_n} 次）",
                f"peaks: {problem.title.en} ({problem.peak_n} in 30 s)",
            )
            entries.append(TimelineEntry(problem.peak, "peak", problem.id, words, "", ""))
    return tuple(sorted(entries, key=lambda e: (e.timestamp, e.problem_id)))


def _aliases() -> AliasReport:
    tables = ("2_bklog.shop_a", "2_bklog.shop_b")
    pairs = (
        AliasPair("log_level", "level", "keyword", ((tables[0], 900, 900, 900), (tables[1], 900, 0, 0))),
        AliasPair("log_level", "severity", "keyword", ((tables[0], 900, 0, 0), (tables[1], 900, 900, 900))),
    )  # fmt: skip
    findings = (
        AliasFinding(
            "several_aliases", "info", "log_level", ("level", "severity"), tables, 1800,
            both("两个字段同用一个别名，分属不同的表", "two fields share one alias, in different tables"),
        ),
    )  # fmt: skip
    return AliasReport(2545, "多别名设置验证", 1800, pairs, findings)


def _generated() -> Generated:
    return Generated(
        True,
        both("节奏完全均匀，问题与模块无关：这批日志很像生成的", "the pace is even and the problems do not depend on their modules: this log looks generated"),
        (
            Indication("pace", 0.12, 0.5, True, both("每 30 秒条数的离散系数", "dispersion of lines per 30 s")),
            Indication("bursts", None, 2.0, False, both("没有足够的突发可算", "too few bursts to tell")),
        ),
    )  # fmt: skip


def _question() -> Question:
    scope = Scope(2, 2545, "多别名设置验证", (HOST,))
    return Question(WINDOW, True, scope, "Asia/Shanghai", "zh", ("app.log", "metrics.json"))


def reference_findings() -> Findings:
    """Return the findings of the reference scenario, every figure counted from its log."""
    rows = records()
    abnormal = [row for row in rows if SEVERITY[row.level] >= 13]
    problems = _problems(rows)
    actions = sorted(
        (action for problem in problems for action in problem.actions), key=lambda a: a.priority
    )
    return Findings(
        schema_version="1", question=_question(), coverage=_coverage(rows),
        totals=_totals(rows, abnormal),
        statements=(
            Statement("immediate", both("支付系统不可用（103 次，10 个模块）需要立即处理", "Payment system unavailable (103 times, 10 modules) needs attention now")),
            Statement("contradiction", both("内存、磁盘的告警得不到主机指标支持", "Memory and disk alarms are not supported by the host's metrics")),
            Statement("warning", both("这批日志很像生成的测试数据", "This log looks like generated test data")),
        ),
        problems=problems, claims=tuple(claim for p in problems for claim in p.claims),
        metrics=_metrics(), levels=_levels(rows), modules=_modules(rows, abnormal),
        devices=(
            Device(HOST, "96568", 1800, 527, _shares(["disk_space"] * 37 + ["cache_space"] * 43), "normal", True,
                   both("527 条异常，主机指标正常", "527 abnormal records while its metrics are normal"),
                   (both("应用内存限额", "the application's memory limit"), both("日志目录所在分区", "the partition of the log folder"))),
        ),
        actions=tuple(actions), timeline=_timeline(problems),
        summary=(both("主要问题：支付系统与数据库连接。", "Main problems: payment and database connections."),),
        quality=(
            QualityNote("generated", "warning", both("日志很像生成的", "the log looks generated")),
            QualityNote("coverage", "ok", both("1800 条全部读取", "all 1,800 records were read")),
        ),
        generated=_generated(), aliases=_aliases(),
        reproduction=Reproduction("case-5f0c", "0.1.0", "cfg-77aa", ("paicha investigate app.log --metrics metrics.json",), ("app.log",)),
    )  # fmt: skip


def hostile_findings() -> Findings:
    """Return findings in which every piece of log text is `HOSTILE`."""
    findings = reference_findings()
    first = findings.problems[0]
    share = Share(HOSTILE, 1, 1.0)
    example = Example(first.first, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    words = Range(HOSTILE, HOSTILE, 1, None, None, None, None, None, (share,), 1, True)
    problem = replace(
        first, id=HOSTILE, class_id="", title=Text.same(HOSTILE), modules=(share,),
        services=(share,), hosts=(share,), unrelated_modules=(HOSTILE,), examples=(example,),
        variants=(Variant("tpl_1", HOSTILE, 1, HOSTILE, (words,)),),
        evidence=Evidence("records", HOSTILE),
    )  # fmt: skip
    module = ModuleCount(HOSTILE, 1, 1, 1.0, (Share(HOSTILE, 1, 1.0),), findings.modules[0].curve)
    return replace(
        findings,
        question=replace(
            findings.question, scope=replace(findings.question.scope, index_set_name=HOSTILE, where=HOSTILE)
        ),
        statements=(Statement("immediate", Text.same(HOSTILE)),),
        problems=(problem, *findings.problems[1:]),
        levels=(replace(findings.levels[0], level=HOSTILE), *findings.levels[1:]),
        modules=(module, *findings.modules[1:]),
        devices=(replace(findings.devices[0], host=HOSTILE),),
        metrics=(replace(findings.metrics[0], metric=HOSTILE, host=HOSTILE), *findings.metrics[1:]),
        timeline=(replace(findings.timeline[0], problem_id=HOSTILE, text=Text.same(HOSTILE), module=HOSTILE, locator=HOSTILE),),
        reproduction=replace(findings.reproduction, commands=(HOSTILE,), queries=(HOSTILE,)),
    )  # fmt: skip


def empty_findings() -> Findings:
    """Return findings of a window without a single record or point."""
    findings = reference_findings()
    totals = Totals(0, 0, 0, 0, None, None, BUCKET_S, 30, START, (0,) * 30, (0,) * 30, 0, 0, 0, 0)
    source = SourceCoverage("app.log", "files", WINDOW, None, 0, 0, 0, 0, 0, 0, 0)
    return replace(
        findings, coverage=Coverage((source,), ()), totals=totals, statements=(), problems=(),
        claims=(), metrics=(), levels=(), modules=(), devices=(), actions=(), timeline=(),
        summary=(), quality=(), generated=None, aliases=None,
    )  # fmt: skip


def many_findings(n: int) -> Findings:
    """Return findings with *n* problems."""
    findings = reference_findings()
    problems = tuple(
        replace(
            findings.problems[-1],
            id=f"tpl_{i:06d}",
            number=i,
            title=Text.same(f"template {i} <num>"),
        )
        for i in range(1, n + 1)
    )
    return replace(findings, problems=problems, timeline=(), actions=())
