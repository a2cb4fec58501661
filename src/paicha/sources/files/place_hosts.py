"""
The host that a file's place names: logs fetched from many hosts lie in a folder of each one's address.

Lines themselves seldom say where they were written. An address is taken where it is a whole part of the
path (``10.3.7.24/app.log``), or a private one set apart inside a part (``app_10.3.7.24.log``): a version
of four numbers looks like a public address.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address

#: Between letters, digits and dots it would be a part of something else.
_ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_PARTS = re.compile(r"[/\\!]+")


def host_of_place(shown: str) -> str:
    """
    Return the address that the place of a file names, the innermost one; empty: none, or several.

    Example:
        >>> host_of_place("logs/10.3.7.24/gamesvr.log"), host_of_place("gamesvr_10.3.7.24.log")
        ('10.3.7.24', '10.3.7.24')
        >>> host_of_place("nginx-1.24.0.1/error.log"), host_of_place("10.3.7.24-10.3.7.30.log")
        ('', '')
    """
    for part in reversed(_PARTS.split(shown)):
        found = {text for text in _ADDRESS.findall(part.replace("_", " ")) if _is_host(text, part)}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _is_host(text: str, part: str) -> bool:
    try:
        address = IPv4Address(text)
    except AddressValueError:
        return False
    if address.is_unspecified or address.is_multicast or text == "255.255.255.255":
        return False
    return text == part or (address.is_private and not address.is_loopback)
