"""What the zoo's programs say: messages, modules and stack traces of an invented shop."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

MODULES = ("shop.order.OrderService", "shop.stock.StockClient", "shop.mail.Queue", "shop.Keeper")
FILES = ("mail_queue.py", "store/keeper.py", "order_service.py", "stock.py")
HOSTS = ("web-3", "db-01", "10.1.2.3", "node7.shop.test")
PROGRAMS = ("shop-agent", "keeper", "cron", "mailer")
MESSAGES = (
    "lease of shard {n} renewed in {n} ms",
    "order {n} was placed by user u{n}",
    "cannot reach 10.2.3.{small}:8080, giving up after 3 tries",
    "queue is {small}% full",
    "charge refused: card expired",
    "rebuilt index orders_{n} with {n} rows",
    "GET /cart/{n} took {n}ms",
    "wrote /var/lib/shop/part-{n}.dat ({n} bytes)",
    "磁盘空间不足，剩余 {small}%",
    "用户 u{n} 登录失败：密码错误",
    "cache hit ratio 0.{small}",
    "worker {small} finished",
    "retry {small} of 5 for id=7f3a9c{n}",
    "heartbeat",
)
#: Messages made to be mistaken for something else.
HARD = (
    "",
    "2025-01-02 03:04:05 ERROR this is what the message says",
    "ERROR: the word is part of the text",
    "[main] [WARN] brackets first",
    "[ERROR] [x.py:12] looks like a header",
    "- starts with a dash",
    "a - b - INFO - c",
    'level=error msg="looks like logfmt"',
    '{"level":"error","msg":"looks like JSON"}',
    "tab\tin the middle",
    'says "quoted words" and a \\ backslash',
    "ends with a colon:",
    "| a | b | c |",
    "Jan  2 03:04:05 web-9 sshd[7]: looks like syslog",
    "emoji ✓ and ünïcödé",
    "100% of <b>12</b> & more; {n} {} %s",
    "E0102 03:04:05.123456       1 x.go:7] looks like klog",
    "path C:\\shop\\x.txt: gone",
    "12",
    "WARN",
)  # fmt: skip


def message(rng: Random) -> str:
    """Return an ordinary message."""
    words = rng.choice(MESSAGES)
    return words.replace("{n}", str(rng.randrange(1, 100_000))).replace(
        "{small}", str(rng.randrange(1, 99))
    )


@dataclass(frozen=True)
class Trace:
    """A stack trace and what it says."""

    lines: tuple[str, ...]
    type: str
    function: str
    file: str
    line: int

    @property
    def attributes(self) -> dict[str, object]:
        """What the reader must find in it."""
        return {
            "exception.type": self.type,
            "code.function.name": self.function,
            "code.file.path": self.file,
            "code.line.number": self.line,
        }


def java_trace(rng: Random) -> Trace:
    """Return a Java trace: an exception, its cause, frames of libraries and one of the shop's."""
    line = rng.randrange(10, 900)
    said = rng.choice((": lease lost", ": could not read 2025-01-02 03:04:05", ""))
    lines = [
        f"java.lang.IllegalStateException{said}",
        "\tat org.springframework.aop.Invoker.call(Invoker.java:12)",
        f"\tat shop.web.CartController.show(CartController.java:{line + 3})",
        "\tat java.base/java.lang.Thread.run(Thread.java:833)",
    ]
    if rng.random() < 0.5:
        lines += [
            "Caused by: java.net.SocketTimeoutException: Read timed out",
            "\tat java.base/sun.nio.ch.NioSocketImpl.read(NioSocketImpl.java:283)",
            f"\tat shop.stock.StockClient.ask(StockClient.java:{line})",
            "\t... 12 more",
        ]
        function, file = "shop.stock.StockClient.ask", "StockClient.java"
    else:
        function, file, line = "shop.web.CartController.show", "CartController.java", line + 3
    return Trace(tuple(lines), "java.lang.IllegalStateException", function, file, line)


def python_trace(rng: Random) -> Trace:
    """Return a Python traceback that ends in a library."""
    line = rng.randrange(10, 900)
    lines = (
        "Traceback (most recent call last):",
        '  File "/srv/shop/main.py", line 12, in main',
        "    run()",
        f'  File "/srv/shop/mail_queue.py", line {line}, in send',
        "    client.send(mail)",
        '  File "/usr/lib/python3.11/smtplib.py", line 341, in connect',
        "    self.sock = self._get_socket(host, port)",
        "ConnectionRefusedError: [Errno 111] Connection refused",
    )
    return Trace(lines, "ConnectionRefusedError", "send", "/srv/shop/mail_queue.py", line)


def go_trace(rng: Random) -> Trace:
    """Return a Go panic with its goroutine."""
    line = rng.randrange(10, 900)
    lines = (
        "panic: runtime error: index out of range [5] with length 3",
        "goroutine 7 [running]:",
        "runtime.gopanic(0xc000010000)",
        "\t/usr/local/go/src/runtime/panic.go:884 +0x1f",
        "main.(*Keeper).renew(0xc000010000, 0x1)",
        f"\t/srv/shop/keeper.go:{line} +0x1d",
    )
    return Trace(lines, "panic", "main.(*Keeper).renew", "/srv/shop/keeper.go", line)


def dotnet_trace(rng: Random) -> Trace:
    """Return a .NET trace."""
    line = rng.randrange(10, 900)
    lines = (
        "System.InvalidOperationException: lease lost",
        "   at System.Linq.ThrowHelper.ThrowNoElementsException()",
        f"   at Shop.Orders.OrderService.Place(Order order) in /srv/shop/OrderService.cs:line {line}",
        "   at Shop.Program.Main(String[] args) in /srv/shop/Program.cs:line 12",
    )
    function = "Shop.Orders.OrderService.Place(Order order)"
    return Trace(
        lines, "System.InvalidOperationException", function, "/srv/shop/OrderService.cs", line
    )


def node_trace(rng: Random) -> Trace:
    """Return a Node.js trace."""
    line = rng.randrange(10, 900)
    lines = (
        "TypeError: Cannot read properties of undefined (reading 'id')",
        "    at Layer.handle (/srv/shop/node_modules/express/lib/router/layer.js:95:5)",
        f"    at placeOrder (/srv/shop/src/orders.js:{line}:17)",
        "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    )
    return Trace(lines, "TypeError", "placeOrder", "/srv/shop/src/orders.js", line)
