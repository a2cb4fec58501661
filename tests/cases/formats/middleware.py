"""Logs of queues, schedulers, build servers, devices, and of what clouds write of their services."""

from __future__ import annotations

import json

from tests.cases.formats.servers import COMMON, ISO
from tests.cases.formats.words import HARD, java_trace
from tests.cases.formats.writing import Plain, Say, Species, Written, cut, one

#: Where a message may begin with what looks like a part of the header.
CALM = tuple(m for m in HARD if m and m[0].isalpha() and "INFO" not in m)
#: The same for records that must say something and hold no line of another program.
WHOLE = tuple(m for m in HARD if m and m[0] not in "[{|-2E")
CEPH = {"ERR": "ERR", "WRN": "WRN", "INF": "INF", "DBG": "DBG"}
ZERO = ("TRC", "DBG", "INF", "WRN", "ERR")
CHINESE = ("信息", "警告", "严重", "详细")
MONTH = "三月"


def _bsd(said: Say) -> str:
    return said.local.strftime(f"%b {said.local.day:2} %H:%M:%S")


def erlang_report(said: Say) -> Written:
    words = [said.message or "late", "node: shop@mq-1"]
    stamp = said.local.strftime(f"{said.local.day}-%b-%Y::%H:%M:%S")
    lines = [f"={said.level} REPORT==== {stamp} ===", *words]
    return one(lines, cut(said.at, 0), said.level, "", "\n".join(words))


def minio_error(said: Say) -> Written:
    words = [f"{said.message or 'late'} (*errors.errorString)", "       3: internal/keeper.go:77:keeper.renew()"]  # fmt: skip
    lines = [
        f"API: PutObject(bucket=shop, object={said.n}.txt)",
        f"Time: {said.stamp('%H:%M:%S UTC %m/%d/%Y', utc=True)}",
        "DeploymentID: 1b2c",
        f"RequestID: 16F{said.n}",
        "RemoteHost: 10.1.2.3",
        f"Error: {words[0]}",
        *words[1:],
    ]
    return one(lines, cut(said.at, 0), "ERROR", "PutObject", "\n".join(words))


def thinkphp(said: Say) -> Written:
    words = [f"10.1.2.3 GET shop.test/cart/{said.n}", f"[ info ] lease {said.n}"]
    if said.n % 3 == 0:
        words.append(f"[ error ] [10501]{said.message}")
    lines = [f"[ {said.stamp('%Y-%m-%dT%H:%M:%S+08:00')} ] {words[0]}", *words[1:]]
    return one(lines, cut(said.at, 0), "ERROR" if said.n % 3 == 0 else "", "", "\n".join(words))


def vpc_flow(said: Say) -> Written:
    seconds = int(said.at.timestamp())
    action = ("ACCEPT", "REJECT")[said.n % 2]
    words = f"2 123456789012 eni-0a1b2c3d 10.1.2.{said.n} 10.1.2.4 49152 443 6 20 4249 {seconds} {seconds + 60} {action} OK"
    return one([words], cut(said.at, 0), "", "", words)


def bucket(said: Say) -> Written:
    status = (200, 503, 404)[said.n % 3]
    words = f'REST.GET.OBJECT {said.n}.txt "GET /{said.n}.txt HTTP/1.1" {status} - 113 - 7 - "-" "probe/2" -'
    line = f"79a59df900b949e5 shop-bucket [{said.stamp(COMMON + ' +0000', utc=True)}] 10.1.2.3 - 3E57427F3EXAMPLE {words}"
    return one([line], cut(said.at, 0), "ERROR" if status == 503 else "", "shop-bucket", words)


def balancer_classic(said: Say) -> Written:
    status = (200, 503, 404)[said.n % 3]
    words = f'10.1.2.4:80 0.000073 0.001048 0.000057 {status} {status} 0 29 "GET http://shop.test:80/cart/{said.n} HTTP/1.1" "probe/2" - -'
    line = f"{said.stamp('%Y-%m-%dT%H:%M:%S.%fZ', 6, utc=True)} shop-lb 10.1.2.3:2817 {words}"
    return one([line], said.at, "ERROR" if status == 503 else "", "shop-lb", words)


def cloudtrail(said: Say) -> Written:
    row: dict[str, object] = {
        "eventVersion": "1.08",
        "eventTime": said.stamp("%Y-%m-%dT%H:%M:%SZ", utc=True),
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "sourceIPAddress": "10.1.2.3",
    }
    if said.n % 2 == 0:
        return one([json.dumps(row)], cut(said.at, 0), "", "", "RunInstances")
    words = said.message or "late"
    row |= {"errorCode": "Client.Unauthorized", "errorMessage": words}
    line = json.dumps(row, ensure_ascii=False)
    return one([line], cut(said.at, 0), "WARNING", "RunInstances", words)


SPECIES = (
    Species("spring_boot_clock", Plain(lambda s: f"{s.stamp('%H:%M:%S.%f')} {s.level:>5} --- [{'Keeper_1_1':>20}] {s.module:<40} : "), hard=HARD),
    Species("xxl_job", Plain(lambda s: f"{s.stamp(ISO + ',%f')} logback [job, Thread-{s.n}] {s.level:<5} {s.module} - ", trace=java_trace)),
    Species("xxl_job_task", Plain(lambda s: f"{s.stamp(ISO)} [{s.module}#execute]-[{s.n + 7}]-[job, JobThread-{s.n}-1741] ", 0, level=lambda s: "", module=lambda s: f"{s.module}#execute")),
    Species("tomcat_local", Plain(lambda s: f"{s.stamp('%d-')}{MONTH}{s.stamp('-%Y %H:%M:%S.%f')} {s.level} [main] {s.module} ", level=lambda s: s.level), CHINESE),
    Species("jboss", Plain(lambda s: f"{s.stamp(ISO + ',%f')} {s.level:<5} [{s.module}] (executor-thread-{s.n}) ", trace=java_trace)),
    Species("level_thread_name", Plain(lambda s: f"{s.stamp(ISO + '.%f')} {s.level} [main] [{s.module}] ")),
    Species("nexus_repository", Plain(lambda s: f"{s.stamp(ISO + ',%f+0800')} {s.level:<5} [qtp12-{s.n}]  *SYSTEM {s.module} - ")),
    Species("sonarqube", Plain(lambda s: f"{s.stamp('%Y.%m.%d %H:%M:%S')} {s.level:<5} ce[AX{s.n}][{s.module}] ", 0)),
    Species("airflow", Plain(lambda s: f"[{s.stamp('%Y-%m-%dT%H:%M:%S.%f+0800')}] {{keeper.py:{s.n + 7}}} {s.level} - ", module=lambda s: "keeper.py")),
    Species("airflow_task", Plain(lambda s: f"[{s.stamp('%Y-%m-%d, %H:%M:%S UTC', utc=True)}] {{keeper.py:{s.n + 7}}} {s.level} - ", 0, module=lambda s: "keeper.py")),
    Species("zerolog_stamped", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%SZ', utc=True)} {s.level} pkg/keeper.go:{s.n + 7} > ", 0, module=lambda s: "pkg/keeper.go"), ZERO),
    Species("erlang_report", erlang_report, ("ERROR", "WARNING", "INFO"), hard=CALM),
    Species("minio_error", minio_error, hard=CALM),
    Species("thinkphp", thinkphp, hard=CALM),
    Species("fail2ban", Plain(lambda s: f"{s.stamp(ISO + ',%f')} fail2ban.actions        [{s.n + 7}]: {s.level:<7} ", module=lambda s: "fail2ban.actions"), hard=[m for m in HARD if m]),
    Species("ceph_cluster_file", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%S.%f+0800', 6)} mon.a (mon.0) {s.n + 7} : cluster [{s.level}] ", 6, module=lambda s: "cluster"), tuple(CEPH)),
    Species("juniper", Plain(lambda s: f"{_bsd(s)} edge-2 rpd[{s.n + 7}]: %DAEMON-{s.level}-KEEPER_LATE: ", 0, level=lambda s: {"3": "ERROR", "4": "WARN", "6": "INFO"}[s.level], module=lambda s: "KEEPER_LATE"), ("3", "4", "6")),
    Species("syslog_no_host", Plain(lambda s: f"{_bsd(s)} dnsmasq-dhcp[{s.n + 7}]: ", 0, level=lambda s: "", module=lambda s: ""), hard=()),
    Species("intrusion_alert", Plain(lambda s: f"{s.stamp('%m/%d/%Y-%H:%M:%S.%f', 6)}  [**] ", 6, level=lambda s: "WARNING", module=lambda s: "")),
    Species("telegraf", Plain(lambda s: f"{s.stamp('%Y-%m-%dT%H:%M:%SZ', utc=True)} {s.level}! [outputs.keeper] ", 0, module=lambda s: "outputs.keeper"), ("I", "W", "E", "D")),
    Species("beego", Plain(lambda s: f"{s.stamp('%Y/%m/%d %H:%M:%S.%f')} [{s.level}] [keeper.go:{s.n + 7}]  ", module=lambda s: "keeper.go"), ("I", "W", "E", "D")),
    Species("trace_first", Plain(lambda s: f"[TID: N/A] {s.stamp(ISO + '.%f')} {s.level:<5} [main] {s.module} - ", trace=java_trace)),
    Species("brackets_level_logger", Plain(lambda s: f"{s.stamp(ISO + '.%f')} [1b2c{s.n:04x}] [exec-{s.n}] {s.level} {s.module}:{s.n + 7} - ", trace=java_trace)),
    Species("level_time_logger", Plain(lambda s: f"[{s.level}][{s.stamp(ISO + '.%f')}][{s.module}:{s.n + 7}] ")),
    Species("vpc_flow", vpc_flow, hard=(), head=("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",)),
    Species("bucket_access", bucket, hard=()),
    Species("balancer_classic", balancer_classic, hard=()),
    Species("cloudtrail", cloudtrail, hard=WHOLE),
)  # fmt: skip
