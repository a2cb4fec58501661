"""
What the lines below a message say was thrown.

Records with one message and different exceptions are different problems: `Servlet.service() threw exception` says
nothing, its cause everything. The native twin reads the same (`native/src/thrown.rs`).
"""

from __future__ import annotations

#: Stands between a message and what was thrown below it.
BELOW = " ⏎ "
_CAUSED_BY = "Caused by: "
_ENDINGS = ("Exception", "Error", "Failure", "Throwable", "Timeout", "Interrupt", "Exit")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$")
_NAME = _LETTERS | frozenset("0123456789.")
#: Longer names are none, and of what is thrown beyond an example's end so much is shown. [characters]
_LONGEST = 300


def thrown_below(body: str) -> str:
    r"""
    Return the name, without its package, of what was thrown last below the first line of *body*; empty: nothing was.

    The last is the cause of the others in Java, and what a traceback of Python ends with. A name with a digit counts
    as none: digits are variables.

    Cost:
        Linear in *body*.

    Example:
        >>> thrown_below("order failed\nshop.LeaseException: late\n\tat shop.Lease.renew(Lease.java:7)")
        'LeaseException'
        >>> thrown_below("shop.LeaseException: late")
        ''
    """
    name = ""
    for line in body.lstrip("\r\n").split("\n")[1:]:
        name = _name_of(line) or name
    return "" if any(letter not in _LETTERS for letter in name) else name


def example_of(body: str, cap: int) -> str:
    r"""
    Return the first *cap* characters of *body*, and where what was thrown last stands beyond them, the line that tells it.

    The traceback of a Python web framework has 6,000 characters above the only line that says what went wrong.

    Cost:
        Linear in *body*.

    Example:
        >>> example_of("failed\nTraceback (most recent call last):\n  File 1\n    a()\nshop.StockError: none left", 40)
        'failed\nTraceback (most recent call last) …\nshop.StockError: none left'
        >>> example_of("failed, but nothing was thrown", 6)
        'failed'
    """
    if len(body) <= cap:
        return body
    start = len(body) - len(body.lstrip("\r\n"))
    first, *below = body[start:].split("\n")
    start += len(first) + 1
    told = ""
    for line in below:
        if _name_of(line):
            told = line if start >= cap else ""
        start += len(line) + 1
    return f"{body[:cap]} …\n{told[:_LONGEST]}" if told else body[:cap]


def _name_of(line: str) -> str:
    """Return the name that a line of a stack trace begins with, without its package; empty: none."""
    head = line.removeprefix(_CAUSED_BY)[: _LONGEST + 1]
    end = next((at for at, letter in enumerate(head) if letter not in _NAME), len(head))
    if end > _LONGEST or head[end : end + 1] not in ("", ":", "\r"):
        return ""
    name = head[:end].rpartition(".")[2]
    ending = next((each for each in _ENDINGS if name.endswith(each)), "")
    return name if ending and name != ending else ""
