"""What the shape of a line is, and what its variables are."""

from __future__ import annotations

import pytest

from paicha.kernel.shape import LINE_CAP, shape

LINES = {
    "shards [3]/[5], at /[b]": "shards [<number>]/[<number>], at /[b]",
    "Disk space low: usage=85%": "Disk space low: usage=<number>%",
    "API call frequency too high: 248/min": "API call frequency too high: <number>/min",
    "slow: service=billing, cost=3120ms": "slow: service=billing, cost=<number>ms",
    "Order ORD123 created, amount=12.5": "Order <id> created, amount=<number>",
    "pool 50/50 in use": "pool <number>/<number> in use",
    "peer 10.0.0.7:8080 gone": "peer <ip>:<number> gone",
    "peer /10.0.0.7 gone": "peer <ip> gone",
    "peer fe80::1 gone": "peer <ip> gone",
    "mac 00:1a:2b:3c:4d:5e seen": "mac <id> seen",
    "GET http://shop.example.com/a?b=1 failed": "GET http://<url> failed",
    "read /var/lib/data failed": "read <path> failed",
    "in /var/www/a.php(12) : lost": "in <path>(<number>) : lost",
    "/srv/a.c(12,5): lost": "<path>(<list>): lost",
    "at /srv/lease(old) lost": "at <path>) lost",
    r"read C:\data\x.txt failed": "read <path> failed",
    "trace 0x7f3a in 550e8400-e29b-41d4-a716-446655440000": "trace <id> in <id>",
    "session deadbeef closed": "session <id> closed",
    "at 2025-12-19 10:37:32,279 done": "at <time> done",
    "at 2025-12-19T10:37:32Z done": "at <time> done",
    "at Fri Dec 19 10:37:32 CST 2025 done": "at <time> done",
    "at Dec  9 10:37:32 done": "at <time> done",
    "rows 1,234,567 of 1,2,3": "rows <number> of <list>",
    "fan enabled........1": "fan enabled........<number>",
    "worker.3 idle": "worker.<number> idle",
    "CPU#3 got 10.0.0.1#53, not a#b": "CPU#<number> got <ip>#<number>, not a#b",
    "show Page@3f2a1b7 of root@db01": "show Page@<id> of <id>",
    "web1/10.0.0.1:80 left web/10.0.0.7": "<id>/<ip>:<number> left web/<ip>",
    "init_v2() called over ssh2": "init_v2() called over ssh2",
    "tlsv1.2 alert through SOCKS5, HL7 over RS-485": "tlsv1.2 alert through SOCKS5, HL7 over RS-485",
    "board 00:11:22:33:44:55 seen at 10:20:30:400": "board <id> seen at <time>",
    "from 10:20:30:40:50:60:70:80": "from <ip>",
    r"no value HKLM\Software\Vendor\Thing, HKLM": "no value <path>, HKLM",
    "eth0=up r12=0x1f order4711=paid": "eth0=up r12=<id> <id>=paid",
    "at v2==v3": "at <id>==<id>",
    '"Pod 12 ready." name="web"': '"Pod <number> ready." name="<text>"',
    '"ready" name="web"': '"<text>" name="<text>"',
    """"say 'so" and' then""": """"say '<text>' then""",
    "cannot open 'a b.txt'": "cannot open '<text>'",
    "can't stop, won't stop": "can't stop, won't stop",
    '10.0.0.1 "GET /a/7 HTTP/1.1" 200': '<ip> "GET <path> HTTP/1.1" <number>',
    '{"level":"info","n":12}': '{"level":"<text>","n":<number>}',
    'pull of "shop/web:v2": denied': 'pull of "<text>": denied',
    "delete b1 b2 b3 b4 b5 b6 b7": "delete <list>",
    "mail to jane@example.org bounced": "mail to <id> bounced",
    "lookup db.example.com failed": "lookup <host> failed",
    "java.net.SocketException: reset": "java.net.SocketException: reset",
    "delta -5 +7 .5 1e-05": "delta <number> <number> <number> <number>",
    "big 12345678901234567890": "big <id>",
    "  two   blanks\t": "two blanks",
    "": "",
}
CHINESE = {
    "获取数据库连接超时, 等待 30012ms, 活跃连接=50/50": "获取数据库连接超时, 等待 <number>ms, 活跃连接=<number>/<number>",
    "用户12345登录成功，耗时3120ms，余额：12.5元": "用户<number>登录成功，耗时<number>ms，余额：<number>元",
    "磁盘/data使用率达到85%": "磁盘<path>使用率达到<number>%",
    "第3次重试失败，30秒后重试": "第<number>次重试失败，<number>秒后重试",
    "无法打开“订单 配置”": "无法打开“<text>”",
}
HOSTILE = {
    "a <number> <b>": "a ＜number> ＜b>",
    '"<number>" x=<id>': '"<text>" x=＜id>',
    "(<id>1)": "(＜id><number>)",
    "null \x00 7 byte": "null \x00 <number> byte",
    "%s {} {0} %d": "%s {} {<number>} %d",
    "\x1b[31mred\x1b[0m": "\x1b[<id>[<number>m",
}


@pytest.mark.parametrize(("line", "expected"), (LINES | CHINESE).items())
def test_a_line_has_its_shape(line: str, expected: str) -> None:
    """Words stay, variables become placeholders of their kind."""
    assert expected == shape(line).shape


@pytest.mark.parametrize("line", HOSTILE)
def test_a_hostile_line_forges_no_placeholder(line: str) -> None:
    """Every placeholder in the shape has a value, whatever stands in the line."""
    shaped = shape(line)

    assert HOSTILE[line] == shaped.shape
    assert HOSTILE[line].count("<") == len(shaped.values)


def test_slots_carry_name_unit_text_and_number() -> None:
    """A key names its value, a unit stays with its number, attached or one blank away."""
    values = shape("done: cost=3,120ms, total = 5.2 KB, user: bob7 (node: 12)").values

    assert [
        ("cost", "ms", "3,120", 3120.0),
        ("total", "KB", "5.2", 5.2),
        ("user", "", "bob7", None),
        ("node", "", "12", 12.0),
    ] == [tuple(value) for value in values]


def test_chinese_slots_are_named_by_their_key_or_the_word_before() -> None:
    """等待 and 活跃连接 name their numbers; Chinese measures are units."""
    values = shape("等待 30012ms, 活跃连接=50/60，余额：12.5元，休眠 30 秒").values

    assert [("等待", "ms"), ("活跃连接", ""), ("活跃连接", ""), ("余额", "元"), ("休眠", "秒")] == [
        (value.name, value.unit) for value in values
    ]


def test_a_phrase_before_a_colon_is_no_name() -> None:
    """Only a word that stands alone before a colon is a key."""
    assert "" == shape("API frequency too high: 248").values[0].name


def test_only_the_first_line_of_a_stack_trace_counts() -> None:
    """The frames below it do not make another shape."""
    line = "Unhandled exception in order 17"

    assert shape(line) == shape(f"{line}\n  at Order.pay(Order.java:12)\n  at Main.run")


def test_a_line_of_100_megabytes_is_cut() -> None:
    """Only the start of a line is looked at, so its length costs nothing."""
    body = "order 17 " * (100 * 1024 * 1024 // 9)

    shaped = shape(body)

    assert len(shaped.values) <= LINE_CAP
    assert shaped.shape.endswith("…")


def test_a_chunk_of_very_many_colons_is_one_identifier() -> None:
    """A chunk is taken apart at a few colons, never as deep as a hostile line would like."""
    assert shape("a1:" * 1000 + "z").shape == "<id>"
    assert shape("1..." * 1000 + "z").shape == "<id>"
