"""
Writes `held_back.txt`: written after `corpus.txt` was done with, in other styles, and fitted to nothing.

Dumps of structures, SQL with its parameters, consoles of builds, access logs, prose. Marks and rules as in
`generate.py`. ``python -m tests.cases.redaction.generate_held_back`` writes it anew.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.cases.redaction.invented import ALNUM, HEX, Values, repeated, shuffled

PLACE = Path(__file__).parent


def secrets(v: Values) -> Iterator[str]:
    """Return lines that hold secrets."""
    n = v.number
    templates: tuple[Callable[[], str], ...] = (
        lambda: (
            f"==> Parameters: ⟦mobile:{v.mobile()}⟧(String), {n(1, 9)}(Integer), ACTIVE(String)"
        ),
        lambda: (
            f"UserDTO(id={n(1, 9999)}, name=Li, password=⟦password:{v.some(ALNUM, 10)}⟧, phone=⟦mobile:{v.mobile()}⟧, vip=false)"
        ),
        lambda: (
            f"config &{{Host:{v.ip()} User:app Password:⟦password:{v.some(ALNUM, 11)}⟧ Timeout:30s}}"
        ),
        lambda: (
            f"kwargs={{'username': 'svc', 'password': '⟦password:{v.password()}⟧', 'timeout': 3}}"
        ),
        lambda: (
            f"POST /oauth/token grant_type=password&username=bob&password=⟦password:{v.some(ALNUM, 9)}⟧&scope=all"
        ),
        lambda: (
            f'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="c1" password="⟦password:{v.some(ALNUM, 13)}⟧";'
        ),
        lambda: (
            f"ERROR:  syntax error near: CREATE ROLE report LOGIN PASSWORD '⟦password:{v.some(ALNUM, 10)}⟧'"
        ),
        lambda: f"ALTER USER 'app'@'%' IDENTIFIED BY '⟦password:{v.password()}⟧'",
        lambda: f"+ docker login -u ci -p ⟦password:{v.some(ALNUM, 14)}⟧ registry.example.com",
        lambda: f"env: HOME=/root LANG=C DB_PASS=⟦password:{v.some(ALNUM, 12)}⟧ PORT=80{n(10, 99)}",
        lambda: (
            f"fatal: https://ci-bot:⟦password:{v.some(ALNUM, 20)}⟧@git.example.com/x.git/ returned 403"
        ),
        lambda: f"sshpass -p ⟦password:{v.some(ALNUM, 9)}⟧ ssh admin@{v.ip()} uptime",
        lambda: f'  password: "⟦password:{v.password()}⟧"',
        lambda: f"新密码为⟦password:{v.some(string.ascii_letters, 4)}{n(1000, 9999)}⟧，请尽快修改",
        lambda: f"your login code is ⟦password:{n(100000, 999999)}⟧, do not share it",
        lambda: f"[sms] content=【商城】您的验证码是⟦password:{n(1000, 9999)}⟧，请勿泄露",
        lambda: f"user entered password ⟦password:{v.some(ALNUM, 9)}1⟧ three times",
        lambda: (
            f"ldapsearch -x -D cn=admin,dc=example,dc=com -w ⟦password:{v.some(ALNUM, 10)}⟧ -b dc=example"
        ),
        lambda: (
            f'10.1.2.{n(1, 99)} - - "GET /cb?code=ok&token=⟦token:{v.opaque(40)}⟧ HTTP/1.1" 302 0'
        ),
        lambda: f"curl: (22) -H 'PRIVATE-TOKEN: ⟦token:{v.opaque(26)}⟧' returned 404",
        lambda: f"headers={{Authorization=[Bearer ⟦token:{v.opaque(36)}⟧], Accept=[*/*]}}",
        lambda: (
            f"cookie: sid=⟦token:{v.opaque(26)}⟧; _ga=⟦token:GA1.2.{n(10**8, 10**9)}.{n(10**9, 2 * 10**9)}⟧"
        ),
        lambda: f"csrf_token mismatch: expected ⟦token:{v.opaque(32)}⟧",
        lambda: f"session opened with SESSION_TOKEN=⟦token:{v.opaque(64)}⟧",
        lambda: (
            f"dingtalk https://oapi.dingtalk.com/robot/send?access_token=⟦token:{v.some(HEX, 64)}⟧ 310000"
        ),
        lambda: f"微信小程序 appsecret=⟦token:{v.some(HEX, 32)}⟧ 无效",
        lambda: f"Signature expired: token ⟦jwt:{v.jwt()}⟧ kid=a{n(1, 9)}",
        lambda: f"ws connect /socket?jwt=⟦jwt:{v.jwt()}⟧ closed 4401",
        lambda: f"AccessKeyId: ⟦key:LTAI5t{v.opaque(18)}⟧, AccessKeySecret: ⟦key:{v.opaque(30)}⟧",
        lambda: f"cos client init secretId ⟦key:AKID{v.opaque(32)}⟧ region ap-guangzhou",
        lambda: f'terraform: aws_access_key_id = "⟦key:AKIA{v.some(string.ascii_uppercase, 16)}⟧"',
        lambda: f"remote: ⟦key:ghp_{v.opaque(36)}⟧ has no access to the repository",
        lambda: (
            f"GET https://b.s3.example.com/o?X-Amz-Credential=⟦key:AKIA{v.some(string.ascii_uppercase, 16)}%2F20251219⟧&X-Amz-Signature=⟦key:{v.some(HEX, 64)}⟧"
        ),
        lambda: (
            f"DefaultEndpointsProtocol=https;AccountName=logs;AccountKey=⟦key:{v.base64(48)}⟧;EndpointSuffix=core.example.net"
        ),
        lambda: f"sk: 's⟦key:k-proj-{v.opaque(40)}⟧'".replace("s⟦key:k-", "⟦key:sk-"),
        lambda: (
            f"tls.key: ⟦private-key:-----BEGIN PRIVATE KEY----- {v.some(ALNUM, 64)} {v.some(ALNUM, 64)} -----END PRIVATE KEY-----⟧"
        ),
        lambda: f"客户证件⟦identity:{v.identity()}⟧已过期",
        lambda: f"==> Parameters: 张三(String), ⟦identity:{v.identity()}⟧(String)",
        lambda: f"ocr result [⟦identity:{v.identity()}⟧] confidence 0.9{n(1, 9)}",
        lambda: f"{{'id_no': '⟦identity:{v.identity()}⟧', 'mobile': '⟦mobile:{v.mobile()}⟧'}}",
        lambda: f"outbound call to ⟦mobile:{v.mobile()}⟧: no answer",
        lambda: f"收货人 王五 ⟦mobile:{v.mobile()}⟧ 浙江省杭州市",
        lambda: f"[⟦mobile:{v.mobile()}⟧] 登录次数超限",
        lambda: f"/api/users/⟦mobile:{v.mobile()}⟧/orders 500 {n(1, 900)}ms",
        lambda: f"sip:⟦mobile:{v.mobile()}⟧@ims.example.net 486 Busy Here",
        lambda: f"PAN ⟦card:{v.card()}⟧ exp 12/29 declined",
        lambda: (
            f"tokenize({{number: '⟦card:{v.card()}⟧', cvc: '⟦password:{n(100, 999)}⟧'}}) failed"
        ),
        lambda: f"代扣失败，卡号⟦card:{v.card()}⟧，原因：账户冻结",
        lambda: (
            f"postfix/smtpd: reject: RCPT from unknown: <⟦email:{v.email()}⟧>: Relay access denied"
        ),
        lambda: f"User ⟦email:{v.email()}⟧ not found in directory",
        lambda: f"Signed-off-by: Dev <⟦email:{v.email()}⟧>",
        lambda: f"mailto:⟦email:{v.email()}⟧?subject=Re",
        lambda: f"subject=CN=app,emailAddress=⟦email:{v.email()}⟧,O=Example",
    )
    return repeated(templates, 6)


def look_alikes(v: Values) -> Iterator[str]:
    """Return lines of which nothing is to be covered."""
    n = v.number
    templates: tuple[Callable[[], str], ...] = (
        lambda: f"==> Parameters: {n(10**17, 9 * 10**17)}(Long), {n(1, 99)}(Integer)",
        lambda: f"Preparing: select id, password, phone from t_user where id = ? limit {n(1, 99)}",
        lambda: f"[req {v.uuid()}] <== Total: {n(0, 999)}",
        lambda: f"WARN token validation skipped for path /public/{n(1, 99)}",
        lambda: f"passwordEncoder=org.example.crypto.BCrypt@{v.some(HEX, 7)}",
        lambda: f"password.min.length={n(8, 16)} password.expire.days={n(30, 365)}",
        lambda: f"Your password will expire in {n(1, 30)} days",
        lambda: f"reset password mail queued as {v.some(ALNUM.upper(), 10)}",
        lambda: f"api_key_count={n(1, 99)} token_ttl={n(60, 7200)} secret_version={n(1, 9)}",
        lambda: f"tokenizer vocab={n(10000, 99999)} tokens/s={n(10, 999)}",
        lambda: f"Bearer capability negotiated on port {n(1, 48)}",
        lambda: (
            f'{v.ip()} - - [19/Dec/2025:10:00:{n(10, 59)} +0800] "GET /static/app.{v.some(HEX, 20)}.js HTTP/1.1" 200 {n(10**5, 10**7)}'
        ),
        lambda: f'etag "{v.some(HEX, 32)}" last-modified {n(1735689600, 1767225599)}',
        lambda: (
            f"[{n(10**6, 10**7)}.{n(100000, 999999)}] nvme0n1: I/O {n(1, 999)} QID {n(1, 8)} timeout"
        ),
        lambda: f"XID {n(10**8, 10**9)} rolled back at LSN 0/{v.some(HEX.upper(), 8)}",
        lambda: f"binlog pos {n(10**10, 10**11 - 1)} file mysql-bin.{n(100000, 999999)}",
        lambda: f"consumer lag topic=orders p={n(0, 63)} end={n(10**10, 10**11 - 1)}",
        lambda: f"msgId {v.some(HEX.upper(), 32)} queueOffset {n(10**6, 10**9)}",
        lambda: (
            f"bk_biz_id={n(2, 999)} bk_host_id={n(10**6, 10**7)} bk_inst_id={n(10**10, 10**11 - 1)}"
        ),
        lambda: f"uuid {v.uuid()} generation {n(10**12, 10**13 - 1)}",
        lambda: f"快递单号 YT{n(10**12, 10**13 - 1)} 已签收",
        lambda: f"退款单 {n(10**18, 9 * 10**18)} 处理中",
        lambda: f"合同编号HT-2025{n(10**6, 10**7)} 审批通过",
        lambda: f"统计周期 20251219{n(100000, 235959)} 至 20251220{n(100000, 235959)}",
        lambda: f"磁盘剩余 {n(13 * 10**9, 19 * 10**9)} 字节",
        lambda: f"密码错误次数达到 {n(3, 9)} 次，账号锁定 {n(10, 60)} 分钟",
        lambda: f"令牌桶剩余 {n(0, 999)}，限流 {n(1, 99)} 次",
        lambda: f"验证码发送失败，渠道 {n(1, 9)} 返回超时",
        lambda: f"ISBN 978{n(10**9, 10**10 - 1)} indexed",
        lambda: f"EAN 69{n(10**10, 10**11 - 1)} scanned at gate {n(1, 9)}",
        lambda: f"order {n(10**18, 2 * 10**18)} payment {v.some(HEX, 24)}",
        lambda: f"invoice 2025{n(10**11, 10**12 - 1)} posted",
        lambda: f"pod web-{v.some(HEX, 9)}-{v.some(string.ascii_lowercase, 5)} evicted",
        lambda: f"kube-root-ca.crt mounted; resourceVersion {n(10**8, 10**9)}",
        lambda: f'Secret "tls-{v.some(string.ascii_lowercase, 6)}" updated by cert-manager',
        lambda: f"x509: certificate serial {v.some(HEX, 36)} revoked",
        lambda: f"ssh-ed25519 SHA256:{v.some(ALNUM, 43)} accepted",
        lambda: f"Accepted publickey for ops from {v.ip()} port {n(1024, 65535)} ssh2",
        lambda: f"rsync ops@backup{n(1, 9)}.example.com:/data failed (code {n(1, 30)})",
        lambda: f"svn+ssh://ops@code.example.com/trunk r{n(1, 99999)}",
        lambda: f"@angular/core@1{n(0, 9)}.{n(0, 9)}.{n(0, 9)} deprecated",
        lambda: f"logo@3x.webp {n(1, 999)} KB",
        lambda: f"gpu {n(0, 7)}: {n(13 * 10**9, 19 * 10**9)} B allocated",
        lambda: f"fd00:{v.some(HEX, 4)}:{v.some(HEX, 4)}::{n(1, 99)} unreachable",
        lambda: f"longitude=116.{n(100000, 999999)} latitude=39.{n(100000, 999999)}",
        lambda: f"price={n(10, 9999)}.{n(10, 99)} qty={n(1, 999)} total={n(10**4, 10**6)}",
        lambda: f"thread-{n(10**10, 10**11 - 1)} parked {n(1, 999)} ms",
        lambda: f"tcp seq {n(10**9, 4 * 10**9)} ack {n(10**9, 4 * 10**9)} win {n(1, 65535)}",
        lambda: f"boot id {v.some(HEX, 32)} machine {v.some(HEX, 32)}",
        lambda: f"nonce={n(10**15, 10**16 - 1)} ts={n(1735689600000, 1767225599999)}",
    )
    return repeated(templates, 40)


def held_back() -> str:
    """Return the whole file."""
    return shuffled(20261126, secrets, look_alikes)


if __name__ == "__main__":
    (PLACE / "held_back.txt").write_text(held_back(), "utf-8")
