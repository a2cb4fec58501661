"""Logs of applications: Java, Python, Go, .NET, Node.js, Ruby, PHP, Rust."""

from __future__ import annotations

import json

from tests.cases.formats.words import (
    FILES,
    HARD,
    dotnet_trace,
    go_trace,
    java_trace,
    node_trace,
    python_trace,
)
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, expected, one

UPPER = ("INFO", "WARN", "ERROR", "DEBUG")
PYTHON = ("INFO", "WARNING", "ERROR", "DEBUG", "CRITICAL")
ISO = "%Y-%m-%d %H:%M:%S"


def _line(said: Say) -> int:
    return 10 + said.n * 3


def jul(said: Say) -> Written:
    moment = said.local.strftime("%b %d, %Y {}:%M:%S %p").format(int(said.local.strftime("%I")))
    trace = java_trace(said.rng) if said.n % 9 == 4 else None
    lines = [f"{moment} {said.module} renew", f"{said.level}: {said.message}"]
    words = said.message
    if trace is not None:
        lines += trace.lines
        words = "\n".join([words, *trace.lines])
    return one(
        lines, cut(said.at, 0), said.level, said.module, words, trace.attributes if trace else None
    )


def dotnet_console(said: Say) -> Written:
    head = f"{said.level}: {said.module}[{said.n}]"
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%fZ", utc=True)
    lines = [f"{stamp} {head}", f"      {said.message}"]
    words, attributes = said.message, None
    if said.n % 9 == 4:
        trace = dotnet_trace(said.rng)
        more = tuple(f"      {line}" for line in trace.lines)
        lines += more
        words = "\n".join([words, *more])
        attributes = trace.attributes
    return one(lines, cut(said.at, 3), said.level.upper(), said.module, words, attributes)


def go_crash(said: Say) -> Written:
    """Klog lines, and the process falls over."""
    letter = said.level[0]
    stamp = said.stamp("%m%d %H:%M:%S.%f", 6)
    line = f"{letter}{stamp} {said.n + 7:7} keeper.go:{_line(said)}] {said.message}"
    record = expected(said.at, letter, "keeper.go", said.message)
    if said.n % 25 != 24:
        return Written((line,), ((0, record),))
    trace = go_trace(said.rng)
    fall = expected(None, "FATAL", "", "\n".join(trace.lines), trace.attributes)
    return Written((line, *trace.lines), ((0, record), (1, fall)))


def kafka(said: Say) -> Written:
    line = f"[{said.stamp(ISO + ',%f')}] {said.level} {said.message} ({said.module})"
    trace = java_trace(said.rng) if said.n % 9 == 4 else None
    words = "\n".join([said.message, *trace.lines]) if trace else said.message
    lines = [line, *(trace.lines if trace else ())]
    return one(
        lines, cut(said.at, 3), said.level, said.module, words, trace.attributes if trace else None
    )


def rails(said: Say) -> Written:
    stamp = said.stamp("%Y-%m-%dT%H:%M:%S.%f", 6)
    line = f"{said.level[0]}, [{stamp} #812] {said.level:>5} -- {said.module}: {said.message}"
    return one([line], said.at, said.level, said.module, said.message)


def python_wrapped_json(said: Say) -> Written:
    words = said.message or "-"
    body = {
        "asctime": said.stamp("%Y-%m-%d %H:%M:%S,%f"),
        "levelname": said.level,
        "name": said.module,
        "message": words,
        "process": said.n,
    }
    return one(
        [json.dumps(body, ensure_ascii=False)],
        cut(said.at, 3),
        said.level,
        said.module,
        words,
    )


SPECIES = (
    Species("log4j_thread_line", Plain(lambda s: f"{s.stamp(ISO + ',%f')} - {s.level:<5} [worker-{s.n % 4}:{s.module}@{_line(s)}] - ", trace=java_trace), UPPER),
    Species("zookeeper", Plain(lambda s: f"{s.stamp(ISO + ',%f')} [myid:{s.n % 3}] - {s.level:<5} [QuorumPeer[myid={s.n % 3}]/0:0:0:0:0:0:0:0:2181:{s.module}@{_line(s)}] - "), UPPER),
    Species("log4j_packed", Plain(lambda s: f"{s.stamp('%y%m%d %H%M%S')} {s.n + 3} {s.level} {s.module}: ", 0), ("INFO", "WARN", "ERROR")),
    Species("spark", Plain(lambda s: f"{s.stamp('%y/%m/%d %H:%M:%S')} {s.level} {s.module}: ", 0, trace=java_trace), ("INFO", "WARN", "ERROR")),
    Species("hadoop_hdfs", Plain(lambda s: f"{s.stamp(ISO + ',%f')} {s.level} {s.module}: ", trace=java_trace), UPPER),
    Species("log4j_thread_logger", Plain(lambda s: f"{s.stamp(ISO + '.%f')} [pool-{s.n % 5}-thread-1] {s.level:<5} {s.module} - ", trace=java_trace), UPPER),
    Species("logback_bracketed_level", Plain(lambda s: f"{s.stamp(ISO + ',%f')} {s.level:<5} [http-nio-8080-exec-{s.n % 9}] {s.module} - ", trace=java_trace), UPPER),
    Species("logback_clock", Plain(lambda s: f"{s.stamp('%H:%M:%S.%f')} [main] {s.level:<5} {s.module} - ", timeless=False), UPPER, records=50),
    Species("spring_boot", Plain(lambda s: f"{s.stamp(ISO + '.%f')} {s.level:>5} 812 --- [nio-8080-exec-{s.n % 9}] {s.module:<40} : ", trace=java_trace), UPPER),
    Species("spring_boot_3", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%S.%f+08:00')} {s.level:>5} 1 --- [shop] [nio-8080-exec-{s.n % 9}] {s.module:<40} : "), UPPER),
    Species("spring_cloud", Plain(lambda s: f"{s.stamp(ISO + '.%f')} {s.level:>5} [shop,4bf92f3577b34da6,00f067aa0ba902b7,true] 812 --- [main] {s.module:<40} : "), UPPER),
    Species("jul", jul, ("SEVERE", "WARNING", "INFO", "FINE", "CONFIG")),
    Species("tomcat", Plain(lambda s: f"{s.stamp('%d-%b-%Y %H:%M:%S.%f')} {s.level} [main] {s.module} ", trace=java_trace), ("SEVERE", "WARNING", "INFO", "FINE")),
    Species("kafka", kafka, UPPER),
    Species("elasticsearch", Plain(lambda s: f"[{s.stamp('%Y-%m-%dT%H:%M:%S,%f')}][{s.level:<5}][{s.module:<25}] [node-{s.n % 3}] ", trace=java_trace), UPPER),
    Species("cassandra", Plain(lambda s: f"{s.level:<5} [Lease:{s.n}] {s.stamp(ISO + ',%f')} Keeper.java:{_line(s)} - ", module=lambda s: "Keeper.java", trace=java_trace), UPPER),
    Species("jvm_gc", Plain(lambda s: f"[{s.stamp('%Y-%m-%dT%H:%M:%S.%f+0800')}][{s.level:<7}][gc,heap     ] ", module=lambda s: "gc,heap"), ("info", "debug", "warning", "error")),
    Species("python_file_line", Plain(lambda s: f"{s.stamp(ISO + ',%f')} {s.level} [{s.module}:{_line(s)}] ", trace=python_trace), PYTHON, FILES),
    Species("python_chinese", Plain(lambda s: f"{s.stamp(ISO + ',%f')} {s.level} [{s.module}:{_line(s)}] "), ("警告", "错误", "信息", "调试", "严重"), FILES, encoding="gb18030"),
    Species("python_line_level", Plain(lambda s: f"{s.stamp(ISO + ',%f')} - {s.module}[line:{_line(s)}] - {s.level}: "), PYTHON, FILES),
    Species("python_dashes", Plain(lambda s: f"{s.stamp(ISO + ',%f')} - {s.module} - {s.level} - ", trace=python_trace), PYTHON),
    Species("python_basic", Plain(lambda s: f"{s.level}:{s.module}:", timeless=True, trace=python_trace), PYTHON),
    Species("python_json", python_wrapped_json, PYTHON),
    Species("loguru", Plain(lambda s: f"{s.stamp(ISO + '.%f')} | {s.level:<8} | {s.module}:send:{_line(s)} - ", trace=python_trace), ("INFO", "SUCCESS", "WARNING", "ERROR", "TRACE")),
    Species("oslo", Plain(lambda s: f"{s.stamp(ISO + '.%f')} {s.n + 7} {s.level} {s.module} [req-{s.n} - - - - -] "), ("INFO", "WARNING", "ERROR", "DEBUG")),
    Species("gunicorn", Plain(lambda s: f"[{s.stamp(ISO + ' +0800')}] [{s.n + 7}] [{s.level}] ", 0, module=lambda s: "", trace=python_trace), PYTHON),
    Species("celery", Plain(lambda s: f"[{s.stamp(ISO + ',%f')}: {s.level}/ForkPoolWorker-{s.n % 4}] ", module=lambda s: "", trace=python_trace), PYTHON),
    Species("klog", Plain(lambda s: f"{s.level[0]}{s.stamp('%m%d %H:%M:%S.%f', 6)} {s.n + 7:7} {s.module}:{_line(s)}] ", 6, level=lambda s: s.level[0]), ("INFO", "WARN", "ERROR", "FATAL"), FILES),
    Species("chromium", Plain(lambda s: f"[812:{s.n + 7}:{s.stamp('%m%d/%H%M%S.%f', 6)}:{s.level}:{s.module}:{_line(s)}] ", 6), ("INFO", "WARNING", "ERROR", "FATAL"), FILES),
    Species("go_crash", go_crash, ("INFO", "WARN", "ERROR")),
    Species("glog_year", Plain(lambda s: f"{s.level[0]}{s.stamp('%Y%m%d %H:%M:%S.%f', 6)} {s.n + 7:5} {s.module}:{_line(s)}] ", 6, level=lambda s: s.level[0]), ("INFO", "WARN", "ERROR"), FILES),
    Species("zap_console", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%S.%f+0800')}\t{s.level}\tstore/keeper.go:{_line(s)}\t", module=lambda s: "store/keeper.go"), UPPER),
    Species("logrus_text", Plain(lambda s: f"{s.level}[{s.stamp('%Y-%m-%dT%H:%M:%SZ', utc=True)}] ", 0, module=lambda s: ""), ("INFO", "WARN", "ERRO", "DEBU")),
    Species("go_standard", Plain(lambda s: f"{s.stamp('%Y/%m/%d %H:%M:%S')} ", 0, level=lambda s: "", module=lambda s: ""), hard=tuple(m for m in HARD if m.partition(" ")[0].strip(":[]") not in {"ERROR", "WARN", "INFO", "main"} and not m.startswith("- "))),
    Species("hashicorp", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%S.%fZ', utc=True)} [{s.level}]{' ' * (6 - len(s.level))}{s.module}: "), UPPER),
    Species("erlang", Plain(lambda s: f"{s.stamp(ISO + '.%f+08:00', 6)} [{s.level}] <0.{s.n}.0> ", 6, module=lambda s: ""), ("info", "warning", "error", "debug", "notice")),
    Species("dotnet_console", dotnet_console, ("info", "warn", "fail", "dbug", "crit"), ("Shop.Keeper", "Shop.Orders.OrderService", "Microsoft.Hosting.Lifetime"), tuple(m for m in HARD if m)),
    Species("serilog", Plain(lambda s: f"{s.stamp(ISO + '.%f +08:00')} [{s.level}] ", module=lambda s: "", trace=dotnet_trace), ("INF", "WRN", "ERR", "DBG", "FTL", "VRB")),
    Species("nlog", Plain(lambda s: f"{s.stamp(ISO + '.%f', 4)}|{s.level}|{s.module}|", 4, trace=dotnet_trace), UPPER),
    Species("winston", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%S.%fZ', utc=True)} [{s.module}] {s.level}: ", trace=node_trace), ("info", "warn", "error", "debug", "verbose")),
    Species("nest", Plain(lambda s: f"[Nest] {s.n + 7}  - {s.stamp('%m/%d/%Y, ')}{int(s.local.strftime('%I'))}{s.stamp(':%M:%S %p')} {s.level:>7} [{s.module}] ", 0, trace=node_trace), ("LOG", "WARN", "ERROR", "DEBUG")),
    Species("ruby_logger", rails, UPPER),
    Species("php_error", Plain(lambda s: f"[{s.stamp('%d-%b-%Y %H:%M:%S')} Asia/Shanghai] PHP {s.level}:  ", 0, module=lambda s: ""), ("Warning", "Notice", "Fatal error", "Deprecated")),
    Species("php_fpm", Plain(lambda s: f"[{s.stamp('%d-%b-%Y %H:%M:%S')}] {s.level}: [pool www] ", 0, module=lambda s: "www"), ("NOTICE", "WARNING", "ERROR", "ALERT")),
    Species("monolog", Plain(lambda s: f"[{s.stamp(ISO)}] production.{s.level}: ", 0, module=lambda s: "production"), ("INFO", "WARNING", "ERROR", "CRITICAL", "EMERGENCY")),
    Species("rust_env_logger", Plain(lambda s: f"[{s.stamp('%Y-%m-%dT%H:%M:%SZ', utc=True)} {s.level:<5} store::keeper] ", 0, module=lambda s: "store::keeper"), UPPER),
    Species("rust_tracing", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%S.%fZ', 6, utc=True)} {s.level:>5} store::keeper: ", 6, module=lambda s: "store::keeper"), UPPER),
    Species("generic_time_level", Plain(lambda s: f"{s.stamp(ISO + ',%f')} {s.level} ", module=lambda s: "", trace=java_trace), UPPER, hard=HARD[:2] + HARD[3:4] + HARD[12:], line_end="\r\n"),
    Species("chinese_stamp", Plain(lambda s: f"{s.stamp('%Y年%m月%d日 %H:%M:%S')} [{s.level}] ", 0, module=lambda s: ""), ("警告", "错误", "信息", "致命"), hard=HARD[:2] + HARD[12:], encoding="utf-16"),
)  # fmt: skip
