"""
What one chunk of a line is: a number with its unit, an address, a time, a path, an identifier.

`take_apart` decides by the chunk alone. No regular expressions: every test is a look at characters.
"""

from __future__ import annotations

from typing import NamedTuple

from paicha.kernel.characters import DIGITS, HEX, is_letter, is_letter_or_digit, is_number
from paicha.kernel.units import UNITS

_TAIL = ".:!?*-_~%#&@$^+\\"
_LEAD = "#$@~*&!?:%^+."
#: Digits beyond these make an identifier, not a quantity; they would not survive a float either.
_NUMBER_DIGITS = 15

#: A chunk with more colons (or dotted lines) in it is an identifier: taking it apart goes as deep as these.
MOST_PARTS = 16
#: The colons of a clock at most, those of its zone with it.
_COLONS_OF_CLOCK = 4

#: Digits in hexadecimal that tell an object from others of its class, at least and at most.
_SHORTEST_HASH, _LONGEST_HASH = 5, 16

#: Words of the trade that hold a digit and name a thing rather than count one.
TERMS = frozenset(
    (
        "ipv4", "ipv6", "ssh1", "ssh2", "sshv2", "http2", "http3", "h2", "tls1", "sslv2", "sslv3", "md5",
        "sha1", "sha2", "sha256", "sha512", "base64", "utf8", "utf16", "utf-8", "utf-16", "gb2312", "x86",
        "x86_64", "amd64", "arm64", "aarch64", "i386", "i686", "ia64", "log4j", "log4j2", "slf4j", "s3",
        "ec2", "k8s", "oauth2", "oauth", "mp3", "mp4", "h264", "ext2", "ext3", "ext4", "python3", "python2",
        "lz4", "bzip2", "zlib1", "win32", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
        "uint64", "float32", "float64", "http/1.0", "http/1.1", "http/2", "http/2.0", "http/3", "l1", "l2",
        "l3", "l4", "l7", "i18n", "l10n", "p50", "p90", "p95", "p99", "2xx", "3xx", "4xx", "5xx", "pm2",
        "neo4j", "db2", "h2db", "e2e", "p2p", "b2b", "i2c", "pop3", "imap4", "vt100", "ps2", "802.11",
        "iso-8859-1", "iso8601", "rfc3339", "web3", "ring0", "oauth2.0", "raid0", "raid1", "raid5", "raid6",
        "raid10", "tlsv1", "tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3", "tls1.0", "tls1.1", "tls1.2",
        "tls1.3", "ssl2", "ssl3", "socks4", "socks4a", "socks5", "nfsv3", "nfsv4", "nfs3", "nfs4", "smb1",
        "smb2", "smb3", "smbv1", "snmpv1", "snmpv2c", "snmpv3", "dhcpv4", "dhcpv6", "icmpv4", "icmpv6",
        "igmpv2", "igmpv3", "ospfv2", "ospfv3", "ntpv4", "ntlmv1", "ntlmv2", "wpa2", "wpa3", "imap4rev1",
        "ikev1", "ikev2", "l2tp", "pkcs7", "pkcs8", "pkcs11", "pkcs12", "x509", "x.509", "3des", "aes128",
        "aes192", "aes256", "aes-128", "aes-256", "sha224", "sha384", "sha-1", "sha-256", "sha-384",
        "sha-512", "sha3", "md4", "blake2", "blake3", "ed25519", "curve25519", "chacha20", "poly1305",
        "hs256", "rs256", "es256", "base32", "base58", "crc32", "crc32c", "utf32", "utf-32", "latin1",
        "iso8859-1", "big5", "gb18030", "windows-1252", "mpeg2", "mpeg4", "h265", "h.264", "h.265", "h.323",
        "vp8", "vp9", "av1", "a2dp", "hl7", "i2s", "rs232", "rs485", "rs-232", "rs-485", "802.1x", "802.1q",
        "rj45", "ss7", "3gpp", "log4net", "sqlite3", "html5", "css3", "json5", "oauth1", "saml2", "saml2.0",
        "r2dbc", "c3p0", "j2ee", "k3s", "v4l2", "win64", "x64", "i586", "armv7", "armv7l", "armv8", "mips64",
        "ppc64", "ppc64le", "riscv64", "s390x", "sparc64", "fat16", "fat32", "lzma2", "zip64", "rfc822",
        "rfc3164", "rfc5424", "iso9660", "2fa", "3ds", "u2f", "fido2", "b2c", "co2", "spo2", "x11", "m3u8",
        "ext2-fs", "ext3-fs", "ext4-fs", "hmac-sha1", "hmac-sha256", "hmac-sha512", "hmac-md5", "rsa-sha1",
        "rsa-sha256", "rsa-sha512", "utf8mb4", "ipv4/ipv6", "tcp/ipv4", "tcp/ipv6", "udp/ipv4", "udp/ipv6",
        "l2/l3",
    )
)  # fmt: skip
#: What paths into the registry of Windows begin with, before a backslash.
_REGISTRY_ROOTS = frozenset(
    ("HKLM", "HKCU", "HKCR", "HKU", "HKCC", "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_USERS",
     "HKEY_CURRENT_CONFIG")
)  # fmt: skip
#: Endings that make two and more labels a host name.
_ENDINGS = frozenset(("com", "org", "edu", "gov", "mil", "cn", "arpa", "local", "internal", "svc"))
#: These need three labels: ``java.net`` and ``java.io`` are no hosts.
_LONG_ENDINGS = frozenset(
    (
        "net", "io", "info", "biz", "dev", "app", "cloud", "jp", "de", "uk", "fr", "it", "ru", "br", "au",
        "kr", "tw", "hk", "in", "eu", "ca", "nl", "es", "pl", "se", "ch", "us", "lan", "localdomain",
    )
)  # fmt: skip


def _lower(text: str) -> str:
    """Return *text* in lower case where it is ASCII; other scripts hold no word looked up here."""
    return text.lower() if text.isascii() else text


class Emitted(NamedTuple):
    """A piece of a chunk: literal text when `kind` is empty, else a variable of that kind."""

    text: str
    kind: str = ""
    unit: str = ""
    number: float | None = None


def literal(text: str) -> str:
    """Return *text* so that it cannot be taken for a placeholder."""
    return text.replace("<", "＜")


def take_apart(chunk: str) -> tuple[Emitted, ...]:
    """
    Return the pieces of a chunk, in order.

    Example:
        >>> [(piece.kind, piece.text) for piece in take_apart("10.0.0.1:8080")]
        [('ip', '10.0.0.1'), ('', ':'), ('number', '8080')]
    """
    if is_number(chunk):
        return (_digits(chunk),)
    start, end = core_of(chunk)
    core = chunk[start:end]
    if not core:
        return (Emitted(literal(chunk)),)
    pieces = _variable(core) if not DIGITS.isdisjoint(core) else _wordlike(core)
    if start:
        pieces = (Emitted(literal(chunk[:start])), *pieces)
    if end < len(chunk):
        pieces = (*pieces, Emitted(literal(chunk[end:])))
    return pieces


def core_of(chunk: str) -> tuple[int, int]:
    """Return where the chunk's content starts and ends, without the marks around it."""
    end = len(chunk.rstrip(_TAIL))
    if end < len(chunk) and chunk[end] == "%" and end and chunk[end - 1] in DIGITS:
        end += 1
    start = len(chunk) - len(chunk.lstrip(_LEAD))
    if start and chunk[start - 1] in "+." and start < end and chunk[start] in DIGITS:
        start -= 1  # +5, .5
    return (start, end) if start < end else (0, 0)


def _digits(text: str) -> Emitted:
    if len(text) > _NUMBER_DIGITS:
        return Emitted(text, "id")
    return Emitted(text, "number", "", float(text))


def _wordlike(core: str) -> tuple[Emitted, ...]:
    """A chunk without digits: the first of its recognisers that knows it, else a word."""
    if core.isascii() and core.isalpha():
        return (Emitted(core, "id") if len(core) >= 8 and not core.strip(HEX) else Emitted(core),)
    for recognise in _WITHOUT_DIGIT:
        if pieces := recognise(core):
            return pieces
    return (Emitted(literal(core)),)


def _variable(core: str) -> tuple[Emitted, ...]:
    """A chunk with a digit: the first of its recognisers that knows it, else an identifier."""
    for recognise in _WITH_DIGIT:
        if pieces := recognise(core):
            return pieces
    return (Emitted(core, "id"),)


def _term(core: str) -> tuple[Emitted, ...]:
    return (Emitted(literal(core)),) if _lower(core) in TERMS else ()


def _address(core: str) -> tuple[Emitted, ...]:
    """Keep the scheme, take the rest."""
    if "://" not in core:
        return ()
    scheme, mark, rest = core.partition("://")
    lead = Emitted(literal(scheme + mark))
    return (lead, Emitted(rest, "url")) if rest else (lead,)


def with_colon(core: str) -> tuple[Emitted, ...]:
    """A time, an address of colons, and else two chunks parted by the colon."""
    if ":" not in core:
        return ()
    colons = core.count(":")
    if colons > MOST_PARTS:
        return (Emitted(core, "id"),)
    # An address of digits alone looks like a clock.
    many = colons > _COLONS_OF_CLOCK and _is_hex_groups(core)
    if not many and (_is_clock(core) or _is_date_and_clock(core)):
        return (Emitted(core, "time"),)
    if many or _is_hex_groups(core):
        return (Emitted(core, "ip" if colons != 5 else "id"),)
    if _is_windows_path(core):
        return (Emitted(core, "path"),)
    head, _, tail = core.partition(":")
    left = take_apart(head) if head else ()
    right = take_apart(tail) if tail else ()
    return (*left, Emitted(":"), *right)


def _with_dots(core: str) -> tuple[Emitted, ...]:
    """Dots that lead to a value: ``enabled......1``."""
    if "..." not in core:
        return ()
    if core.count("...") > MOST_PARTS:
        return (Emitted(core, "id"),)
    head, dots, tail = core.partition("...")
    left = take_apart(head) if head else ()
    more = len(tail) - len(tail.lstrip("."))
    right = take_apart(tail[more:]) if tail[more:] else ()
    return (*left, Emitted(dots + "." * more), *right)


def _address_of_numbers(core: str) -> tuple[Emitted, ...]:
    """``10.0.0.1``, and ``/10.0.0.1`` as Java writes an address without a name."""
    bare = core[1:] if core[0] == "/" else core
    return (Emitted(bare, "ip"),) if is_ip(bare) else ()


def _date(core: str) -> tuple[Emitted, ...]:
    return (Emitted(core, "time"),) if 8 <= len(core) <= 11 and _is_date(core) else ()


def _list(core: str) -> tuple[Emitted, ...]:
    return (Emitted(core, "list"),) if "," in core else ()


def _with_slash(core: str) -> tuple[Emitted, ...]:
    """``50/50`` is two numbers, ``web1/10.0.0.1`` a name and its address, anything else with a slash a path."""
    if "/" not in core and "\\" not in core:
        return ()
    if core[0] != "/":
        head, _, tail = core.partition("/")
        left = number_of(head) if head else ()
        right = number_of(tail) if tail else ()
        if left and right and not left[0].unit:
            return (*left, Emitted("/"), *right)
        if head and is_ip(tail):
            return (*take_apart(head), Emitted("/"), Emitted(tail, "ip"))
    return (Emitted(core, "path"),)


def counted(core: str) -> tuple[Emitted, ...]:
    """``CPU#3``, ``10.0.0.1#53``: of what it is the number, and the number."""
    head, mark, tail = core.rpartition("#")
    fits = head and is_number(tail) and core.count(mark) <= MOST_PARTS
    return (*take_apart(head), Emitted(mark), _digits(tail)) if fits else ()


def is_object(core: str) -> bool:
    """Whether it is written as an object of a class: ``Page@3f2a1b7``."""
    head, _, tail = core.partition("@")
    return bool(tail) and not tail.strip(HEX) and DIGITS.isdisjoint(head)


def _object(core: str) -> tuple[Emitted, ...]:
    """The class of an object is text, what tells it from others a variable."""
    head, mark, tail = core.partition("@")
    if not is_object(core) or not _SHORTEST_HASH <= len(tail) <= _LONGEST_HASH:
        return ()
    return (Emitted(literal(head + mark)), Emitted(tail, "id"))


def prefixed(core: str) -> tuple[Emitted, ...]:
    """``core.2275``: a word, a dot, a number."""
    head, dot, tail = core.rpartition(".")
    fits = dot and head and all(is_letter(char) for char in head) and is_number(tail)
    return (Emitted(head + "."), _digits(tail)) if fits else ()


def _path(core: str) -> tuple[Emitted, ...]:
    """A path without digits; behind ``word:`` too."""
    if core[0] == "/" or _is_windows_path(core):
        return (Emitted(core, "path"),) if len(core) > 1 else ()
    head, mark, tail = core.partition(":/")
    return (Emitted(literal(head + ":")), Emitted("/" + tail, "path")) if mark else ()


def _mail(core: str) -> tuple[Emitted, ...]:
    return (Emitted(core, "id"),) if "@" in core[1:-1] and "." in core else ()


def _host(core: str) -> tuple[Emitted, ...]:
    return (Emitted(core, "host"),) if "." in core and is_host(core) else ()


def number_of(core: str) -> tuple[Emitted, ...]:
    """Return the number with its unit; nothing when it is none."""
    at, size = (1, len(core)) if core[0] in "+-" else (0, len(core))
    digits = at
    while at < size and (core[at] in DIGITS or core[at] == ","):
        at += 1
    if at < size and core[at] == "." and at + 1 < size and core[at + 1] in DIGITS:
        at += 1
        while at < size and core[at] in DIGITS:
            at += 1
    if at == digits:
        return ()
    at = _exponent(core, at)
    text, unit = core[:at], core[at:]
    if unit and unit not in UNITS:
        return ()
    plain = text
    if "," in text:
        if not _is_grouped(text.lstrip("+-")):
            return ()
        plain = text.replace(",", "")
    if len(plain.lstrip("+-").partition(".")[0]) > _NUMBER_DIGITS:
        return (Emitted(core, "id"),)
    value = float(plain) + 0.0  # no negative zero
    if not -1e15 < value < 1e15:
        return (Emitted(core, "id"),)
    return (Emitted(text, "number", unit, value),)


def _exponent(core: str, at: int) -> int:
    """Go on over ``e-05``. Without a sign ``12e45`` is more often half an identifier."""
    if core[at : at + 1] not in ("e", "E") or core[at + 1 : at + 2] not in ("+", "-"):
        return at
    end = at + 2
    while end < len(core) and core[end] in DIGITS:
        end += 1
    return end if at + 2 < end <= at + 5 else at


def _is_grouped(text: str) -> bool:
    """Whether the commas part thousands: ``1,234,567.8``."""
    first, *rest = text.partition(".")[0].split(",")
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in rest)


def is_ip(text: str) -> bool:
    """Return whether *text* is four numbers of a byte each, parted by points."""
    parts = text.split(".")
    return len(parts) == 4 and all(
        is_number(part) and len(part) <= 3 and int(part) <= 255 for part in parts
    )


def _is_clock(text: str) -> bool:
    """``10:37:32``, ``10:37:32,279``, ``10:37:32.279Z``, ``10:37:32+08:00``; ``7:05`` is a ratio."""
    hour, _, rest = text.partition(":")
    if not (len(hour) <= 2 and is_number(hour) and len(rest) >= 5 and rest[2] == ":"):
        return False
    if not (is_number(rest[:2]) and is_number(rest[3:5])):
        return False
    return not rest[5:].strip("0123456789.,Z+-:")


def _is_date(text: str) -> bool:
    """``2025-12-19``, ``2025/12/19``, ``19/Dec/2025``, ``20251219``-less: those are numbers."""
    for mark in "-/.":
        parts = text.split(mark)
        if len(parts) == 3:
            year, month, day = parts if len(parts[0]) == 4 else (parts[2], parts[1], parts[0])
            return (
                len(year) == 4
                and is_number(year)
                and is_number(day)
                and len(day) <= 2
                and (month in _MONTH_NAMES or (is_number(month) and len(month) <= 2))
            )
    return False


_MONTH_NAMES = frozenset(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
)


def _is_date_and_clock(text: str) -> bool:
    """``2025-12-19T10:37:32Z``, ``19/Dec/2025:10:37:32``."""
    for size in (10, 11):
        if text[size : size + 1] in ("T", ":", "_", "-") and _is_date(text[:size]):
            return _is_clock(text[size + 1 :])
    return False


def _is_hex_groups(text: str) -> bool:
    """An IPv6 or MAC address: at least two colons between groups of up to four hexadecimal digits."""
    groups = text.partition("%")[0].split(":")
    if len(groups) < 3 or (len(groups) < 6 and "::" not in text):
        return False
    return all(len(group) <= 4 and not group.strip(HEX) for group in groups)


def _is_windows_path(text: str) -> bool:
    return (
        (text[1:3] == ":\\" and is_letter(text[0]))
        or text[:2] == "\\\\"
        or ("\\" in text and text.partition("\\")[0] in _REGISTRY_ROOTS)
    )


def is_host(text: str) -> bool:
    """Return whether *text* is labels parted by points, of which the last is one that hosts end with."""
    labels = text.split(".")
    if len(labels) < 2 or not all(labels):
        return False
    if not all(char in ".-" or is_letter_or_digit(char) for char in text):
        return False
    last = _lower(labels[-1])
    return last in _ENDINGS or (len(labels) > 2 and last in _LONG_ENDINGS)


#: In the order they are asked; empty: not mine.
_WITH_DIGIT = (
    number_of, _term, _with_dots, _address, with_colon, _address_of_numbers, _date, _list, _with_slash,
    counted, _object, prefixed, _host,
)  # fmt: skip
_WITHOUT_DIGIT = (_address, _path, _mail, _host)
