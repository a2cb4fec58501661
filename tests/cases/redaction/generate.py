"""
Writes `corpus.txt`: log lines of many systems with invented secrets, and lines that only look as if.

Every secret stands in marks: ``⟦kind:value⟧``. The same bytes on every run; nothing in it ever was a real secret,
number or name. ``python -m tests.cases.redaction.generate`` writes it anew.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.cases.redaction.invented import ALNUM, HEX, Values, repeated, shuffled

PLACE = Path(__file__).parent


def secrets(v: Values) -> Iterator[str]:
    """Return lines that hold secrets."""
    p, t = v.password, v.opaque
    templates: tuple[Callable[[], str], ...] = (
        lambda: (
            f"login failed for user=app{v.number(1, 99)} password=⟦password:{p()}⟧ from {v.ip()}"
        ),
        lambda: (
            f'{{"level":"error","msg":"bind failed","user":"svc","password":"⟦password:{p()}⟧","code":49}}'
        ),
        lambda: (
            f"2025-12-19 10:00:{v.number(10, 59)} WARN c.s.AuthFilter - userPwd={'⟦password:' + p() + '⟧'}, retry=1"
        ),
        lambda: (
            f"登录失败，用户名：zhangsan，密码：⟦password:{v.some(string.ascii_lowercase, 5) + v.some(string.digits, 4)}⟧，剩余次数 2"
        ),
        lambda: f"初始化数据库连接 口令=⟦password:{p()}⟧ 库=shop",
        lambda: f"spring.datasource.password: ⟦password:{v.some(ALNUM, 9)}1⟧",
        lambda: f"export MYSQL_ROOT_PASSWORD=⟦password:{v.some(ALNUM, 12)}⟧",
        lambda: (
            f"jdbc url jdbc:mysql://{v.ip()}:3306/shop?user=root&password=⟦password:{v.some(ALNUM, 10)}⟧&useSSL=false"
        ),
        lambda: (
            f"connect postgresql://report:⟦password:{v.some(ALNUM, 11)}⟧@db-{v.number(1, 9)}.internal:5432/shop failed"
        ),
        lambda: (
            f"broker amqp://guest:⟦password:{v.some(ALNUM, 9)}⟧@{v.ip()}:5672//vhost closed the connection"
        ),
        lambda: f"redis://:⟦password:{v.some(ALNUM, 16)}⟧@{v.ip()}:6379/0 READONLY",
        lambda: (
            f"mongodb+srv://app:⟦password:{v.some(ALNUM, 12)}⟧@cluster0.example.net/test?retryWrites=true"
        ),
        lambda: (
            f"gorm open root:⟦password:{v.some(ALNUM, 10)}⟧@tcp({v.ip()}:3306)/pay?charset=utf8mb4"
        ),
        lambda: (
            f"+ mysql -h {v.ip()} -uroot -p⟦password:{v.some(ALNUM, 9)}⟧ -e 'show slave status'"
        ),
        lambda: (
            f"Server=tcp:db.example.net,1433;User Id=sa;Password=⟦password:{v.some(ALNUM, 12)}⟧;Encrypt=True"
        ),
        lambda: (
            f"cmd: curl -u deploy:⟦password:{v.some(ALNUM, 10)}⟧ https://repo.example.com/artifact.tar.gz"
        ),
        lambda: f"Authorization: Basic ⟦password:{v.base64(15)}⟧",
        lambda: f"<wsse:Password>⟦password:{v.some(ALNUM, 10)}⟧</wsse:Password>",
        lambda: f"发送短信成功，验证码：⟦password:{v.number(100000, 999999)}⟧，5 分钟内有效",
        lambda: (
            f'POST /api/login body={{\\"user\\":\\"bob\\",\\"password\\":\\"⟦password:{v.some(ALNUM, 9)}⟧\\"}} 401'
        ),
        lambda: f"Authorization: Bearer ⟦token:{t(40)}⟧",
        lambda: f"GET /v1/orders HTTP/1.1 401 x-auth-token: ⟦token:{t(32)}⟧ cost=12ms",
        lambda: f"refresh failed access_token=⟦token:{t(48)}⟧&expires_in=7200",
        lambda: f'upstream said {{"refresh_token": "⟦token:{t(36)}⟧", "scope": "read"}}',
        lambda: (
            f"Set-Cookie: JSESSIONID=⟦token:{v.some('0123456789ABCDEF', 32)}⟧; Path=/; HttpOnly"
        ),
        lambda: f"调用网关失败 bk_token=⟦token:{t(43)}⟧ code=1302403",
        lambda: (
            f"wx api https://api.example.com/cgi-bin/menu?access_token=⟦token:{t(64)}⟧ errcode=40001"
        ),
        lambda: f"client_secret=⟦token:{t(32)}⟧ rejected by identity provider",
        lambda: f"jwt verify failed: ⟦jwt:{v.jwt()}⟧ expired at 2025-12-19T10:00:00Z",
        lambda: f"Authorization: Bearer ⟦jwt:{v.jwt()}⟧",
        lambda: f'{{"event":"sso","id_token":"⟦jwt:{v.jwt()}⟧","uid":{v.number(1000, 9999)}}}',
        lambda: f"using credential ⟦key:{v.key()}⟧ for bucket logs-prod",
        lambda: f"SecretId=⟦key:{'AKID' + v.opaque(32)}⟧ signature mismatch",
        lambda: f"aws_secret_access_key = ⟦key:{v.some(ALNUM + '+/', 40)}⟧",
        lambda: (
            f"git clone https://oauth2:⟦key:{'glpat-' + v.opaque(20)}⟧@gitlab.example.com/a/b.git failed"
        ),
        lambda: (
            f"push to https://hooks.slack.com/services/⟦key:T{v.some(string.ascii_uppercase, 8)}/B{v.some(string.ascii_uppercase, 8)}/{v.opaque(24)}⟧ 500"
        ),
        lambda: f"X-Api-Key: ⟦key:{t(32)}⟧",
        lambda: (
            f"loaded ⟦private-key:-----BEGIN RSA PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA{v.some(ALNUM, 44)}\\n{v.some(ALNUM, 64)}\\n-----END RSA PRIVATE KEY-----⟧ from env"
        ),
        lambda: (
            f"bad key material ⟦private-key:MIIEvQIBADANBgkqhkiG9w0BAQEFAASC{v.some(ALNUM, 60)}⟧"
        ),
        lambda: f"实名认证失败 身份证号 ⟦identity:{v.identity()}⟧ 与姓名不符",
        lambda: f"idCard=⟦identity:{v.identity()}⟧ face compare score=0.41",
        lambda: f'{{"name":"王*","certNo":"⟦identity:{v.identity()}⟧","result":"MISMATCH"}}',
        lambda: f"短信下发失败 手机号:⟦mobile:{v.mobile()}⟧ 错误码 isv.BUSINESS_LIMIT_CONTROL",
        lambda: f"user ⟦mobile:{v.mobile()}⟧ login from {v.ip()} rejected",
        lambda: f"call ⟦mobile:+86 {v.mobile()}⟧ duration=35s busy",
        lambda: f'{{"phone":⟦mobile:{v.mobile()}⟧,"channel":"ios"}}',
        lambda: f"callback mobile=⟦mobile:{v.mobile()}⟧&orderNo={v.number(10**17, 10**18 - 1)}",
        lambda: f"联系人电话⟦mobile:{v.mobile()}⟧，地址已更新",
        lambda: f"bind card ⟦card:{v.card()}⟧ refused by issuer 05",
        lambda: f"银行卡 ⟦card:{v.card()}⟧ 余额不足",
        lambda: f"cardNo=⟦card:{v.card()}⟧, amount=199.00, currency=CNY",
        lambda: f"bounce from ⟦email:{v.email()}⟧ 550 5.1.1 mailbox unavailable",
        lambda: f"GET /unsubscribe?mail=⟦email:{v.email().replace('@', '%40')}⟧&src=letter 404",
        lambda: f"用户邮箱⟦email:{v.email()}⟧未验证",
        lambda: f"to=<⟦email:{v.email()}⟧>, relay=mx.example.com[{v.ip()}]:25, status=deferred",
    )
    return repeated(templates, 8)


def look_alikes(v: Values) -> Iterator[str]:
    """Return lines of which nothing is to be covered."""
    n = v.number
    templates: tuple[Callable[[], str], ...] = (
        lambda: (
            f"token: {v.random.choice(['expired', 'invalid', 'missing', 'refreshed', 'revoked'])}"
        ),
        lambda: (
            f"invalid password: {v.random.choice(['rejected by policy', 'too short', 'must contain a digit'])}"
        ),
        lambda: "Access denied for user 'root'@'10.0.0.8' (using password: YES)",
        lambda: (
            f"password={v.random.choice(['null', '******', '${DB_PASSWORD}', '<redacted>', '[FILTERED]', '%s', '?'])}"
        ),
        lambda: f"order_no={n(10**15, 10**16 - 1)} paid, cost={n(1, 900)}ms",
        lambda: f"订单号：{n(10**17, 10**18 - 1)} 已发货",
        lambda: f"交易流水号 62{n(10**13, 10**14 - 1)} 入账成功",
        lambda: f"trace_id={v.some(HEX, 32)} span_id={v.some(HEX, 16)}",
        lambda: f"request {v.uuid()} done in {n(1, 999)} ms",
        lambda: f"sha256:{v.some(HEX, 64)} pulled",
        lambda: f"commit {v.some(HEX, 40)} deployed to prod",
        lambda: f"md5sum {v.some(HEX, 32)} ok",
        lambda: (
            f"ts={n(1735689600000, 1767225599999)} offset={n(10**10, 10**11 - 1)} partition={n(0, 63)}"
        ),
        lambda: f"event at {n(1735689600, 1767225599)}.{n(100000, 999999)}",
        lambda: f"elapsed {n(13 * 10**9, 19 * 10**9)} ns",
        lambda: f"heap used={n(13 * 10**9, 19 * 10**9)} bytes, max={n(2, 64)}G",
        lambda: f"blk_{n(10**18, 9 * 10**18)} replicated to {v.ip()}:50010",
        lambda: f"block blk_-{n(10**18, 9 * 10**18)} lost",
        lambda: f"version 5.{n(0, 20)}.{n(0, 99)}-{n(100, 999)}.el7.x86_64",
        lambda: (
            f"from {v.ip()}:{n(1024, 65535)} to [fe80::{v.some(HEX, 4)}:{v.some(HEX, 4)}%eth0]:443"
        ),
        lambda: f"mac 52:54:00:{v.some(HEX, 2)}:{v.some(HEX, 2)}:{v.some(HEX, 2)} joined",
        lambda: f"snowflake id {n(10**18, 2 * 10**18)} generated by worker {n(0, 31)}",
        lambda: f"ssh deploy@web{n(1, 99):0>2}.example.com: Connection refused",
        lambda: f"scp build.tgz root@{v.ip()}:/opt/app/ failed",
        lambda: f"git@github.example.com:team/repo-{n(1, 99)}.git not found",
        lambda: f"systemd: Started user@{n(1000, 2000)}.service",
        lambda: f"java.lang.Object@{v.some(HEX, 8)} leaked",
        lambda: f"token=com.example.auth.Token@{v.some(HEX, 8)}",
        lambda: (
            f"max_tokens={n(256, 8192)} prompt_tokens={n(10, 900)} completion_tokens={n(10, 900)}"
        ),
        lambda: f"token bucket empty: rate={n(10, 999)}/s burst={n(10, 999)}",
        lambda: (
            f"lexer: unexpected token {v.random.choice(['}', 'EOF', 'IDENT', ','])} at line {n(1, 900)}"
        ),
        lambda: 'secret "registry-credentials" not found in namespace prod',
        lambda: f"secret=kube-system/coredns-token-{v.some(string.ascii_lowercase, 5)} mounted",
        lambda: (
            f'MountVolume.SetUp failed for volume "kube-api-access-{v.some(string.ascii_lowercase, 5)}"'
        ),
        lambda: f"imei={n(10**14, 10**15 - 1)} online",
        lambda: f"session 0x{v.some(HEX, 15)} expired after {n(1000, 40000)} ms",
        lambda: f"zxid: 0x{v.some(HEX, 10)} cxid {n(1, 999)}",
        lambda: f"uid={n(10**10, 2 * 10**10)} quota exceeded",
        lambda: f"运单编号 {n(10**12, 10**13 - 1)} 揽收",
        lambda: f"批次号：2025121{n(0, 9)}{n(10**6, 10**7 - 1)} 处理完成",
        lambda: f"GET /api/v2/items/{n(10**10, 10**11 - 1)}?page={n(1, 99)} 200",
        lambda: f"image icon@2x.png not found, size={n(1, 9999)}",
        lambda: f"docker.example.com/app@sha256:{v.some(HEX, 64)}",
        lambda: f"principal hdfs/nn1.example.com@EXAMPLE.COM renewed, kvno={n(1, 9)}",
        lambda: f"message-id=<{n(10**13, 10**14 - 1)}.{v.some(HEX, 6)}@mx.example.com>",
        lambda: f"serial 4{n(10**14, 10**15 - 1)} not in inventory",
        lambda: f"basic authentication is disabled on realm {n(1, 99)}",
        lambda: f"bearer token is missing, request {n(1, 99999)}",
        lambda: f"credentials: provider chain tried {n(2, 7)} providers",
        lambda: f"password changed for user app{n(1, 999)}",
        lambda: f"private key mismatch for certificate {v.some(HEX, 40)}",
        lambda: f"-----BEGIN CERTIFICATE----- MIID{v.some(ALNUM, 60)}",
        lambda: f"pwd=/data/app/releases/{n(10**13, 10**14 - 1)}",
        lambda: f"cookie consent shown to {n(10, 9999)} visitors",
        lambda: f"gc pause {n(1, 999)}.{n(1, 999)} ms, young={n(10**9, 2 * 10**9)}",
        lambda: f"sku 69{n(10**10, 10**11 - 1)} out of stock",
        lambda: f"pid {n(2, 99999)} exited with code {n(1, 255)}, ppid={n(2, 999)}",
        lambda: f"lsn {n(10**10, 10**11 - 1)} checkpoint {n(10**10, 10**11 - 1)}",
        lambda: f"连接超时 耗时 {n(13 * 10**9, 19 * 10**9)} 纳秒",
        lambda: f"会话令牌已过期，请重新登录（{n(400, 499)}）",
    )
    return repeated(templates, 52)


def corpus() -> str:
    """Return the whole file."""
    return shuffled(20251219, secrets, look_alikes)


if __name__ == "__main__":
    (PLACE / "corpus.txt").write_text(corpus(), "utf-8")
