"""
What the labelled lines are made of: invented values, and how templates become a file.

The same bytes on every run; no value ever was a real secret, number or name.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Iterable, Iterator

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
PROVINCES = [
    "11",
    "12",
    "13",
    "21",
    "23",
    "31",
    "32",
    "33",
    "34",
    "35",
    "36",
    "37",
    "41",
    "42",
    "43",
    "44",
    "45",
    "50",
    "51",
    "52",
    "53",
    "61",
    "62",
]


class Values:
    """Invented values of every kind."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def some(self, letters: str, n: int) -> str:
        """Return *n* of *letters*."""
        return "".join(self.random.choice(letters) for _ in range(n))

    def mobile(self) -> str:
        """Return a mobile number."""
        return self.random.choice(
            [
                "135",
                "136",
                "138",
                "139",
                "150",
                "151",
                "158",
                "166",
                "177",
                "180",
                "186",
                "188",
                "189",
                "198",
                "199",
            ]
        ) + self.some(string.digits, 8)

    def identity(self) -> str:
        """Return an identity number with its check digit."""
        day = f"{self.random.randint(1960, 2004)}{self.random.randint(1, 12):02}{self.random.randint(1, 28):02}"
        body = (
            self.random.choice(PROVINCES)
            + self.some(string.digits, 4)
            + day
            + self.some(string.digits, 3)
        )
        total = sum((1 << (17 - i)) % 11 * int(c) for i, c in enumerate(body))
        return body + "10X98765432"[total % 11]

    def luhn(self, body: str) -> str:
        """Return a number with its check digit."""
        digits = [int(c) for c in reversed(body)]
        total = sum(d if i % 2 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits))
        return body + str(-total % 10)

    def card(self) -> str:
        """Return the number of a bank card."""
        start, length = self.random.choice(
            (
                ("622202", 19),
                ("621700", 19),
                ("625912", 16),
                ("4392", 16),
                ("5241", 16),
                ("3528", 16),
                ("3742", 15),
            )
        )
        return self.luhn(start + self.some(string.digits, length - 1 - len(start)))

    def email(self) -> str:
        """Return a mail address."""
        name = self.random.choice(
            [
                "li.ming",
                "wangwei",
                "zhang_san",
                "alice",
                "bob.chen",
                "c.meyer",
                "ops+alerts",
                "noreply",
                "x1990",
            ]
        )
        host = self.random.choice(
            [
                "example.com",
                "mail.example.cn",
                "corp.example.org",
                "qq.example.net",
                "shop-a.example.io",
            ]
        )
        return f"{name}{self.random.randint(0, 99) or ''}@{host}"

    def password(self) -> str:
        """Return a password."""
        return self.random.choice(
            (
                lambda: (
                    self.random.choice(
                        ["Summer", "Winter", "Qwert", "Admin", "Passw0rd", "Root", "Tiger"]
                    )
                    + self.random.choice("!@#$_")
                    + self.some(string.digits, 4)
                ),
                lambda: self.some(ALNUM, self.random.randint(8, 16)),
                lambda: self.some(string.ascii_lowercase, 6) + self.some(string.digits, 3),
                lambda: self.some(ALNUM + "!#%^*-_+", 14),
            )
        )()

    def opaque(self, n: int = 32) -> str:
        """Return *n* letters and digits."""
        return self.some(ALNUM, n - 2) + "7a"

    def jwt(self) -> str:
        """Return a JSON Web Token."""

        def part(value: object) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

        return ".".join(
            (
                part({"alg": "HS256", "typ": "JWT"}),
                part({"sub": self.some(string.digits, 8), "exp": 1766111852}),
                self.some(ALNUM + "-_", 43),
            )
        )

    def base64(self, n: int) -> str:
        """Return *n* letters in base64."""
        return base64.b64encode(self.some(ALNUM, n).encode()).decode()

    def key(self) -> str:
        """Return a key in the form of a vendor."""
        return self.random.choice(
            (
                lambda: "AKIA" + self.some(string.ascii_uppercase + "234567", 16),
                lambda: "AKID" + self.opaque(32),
                lambda: "LTAI5t" + self.opaque(18),
                lambda: "ghp_" + self.opaque(36),
                lambda: "glpat-" + self.opaque(20),
                lambda: f"xoxb-{self.some(string.digits, 12)}-{self.opaque(24)}",
                lambda: "sk_live_" + self.opaque(24),
                lambda: "AIza" + self.opaque(35),
            )
        )()

    def uuid(self) -> str:
        """Return a UUID."""
        return "-".join(self.some(HEX, n) for n in (8, 4, 4, 4, 12))

    def ip(self) -> str:
        """Return an address."""
        return ".".join(str(self.random.randint(1, 254)) for _ in range(4))

    def number(self, low: int, high: int) -> str:
        """Return a number between two."""
        return str(self.random.randint(low, high))


def repeated(templates: Iterable[Callable[[], str]], times: int) -> Iterator[str]:
    """Yield a line of every template in turn, that many *times*."""
    lines = tuple(templates)
    for _ in range(times):
        for line in lines:
            yield line()


def shuffled(
    seed: int,
    secrets: Callable[[Values], Iterator[str]],
    look_alikes: Callable[[Values], Iterator[str]],
) -> str:
    """Return a whole file: lines that hold secrets among lines that only look as if."""
    v = Values(seed)
    lines = [*secrets(v), *look_alikes(v)]
    v.random.shuffle(lines)
    return "\n".join(lines) + "\n"
