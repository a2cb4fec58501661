"""Where numbers and addresses of people stand in a text: mail, mobile, identity card, bank card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from paicha.analysis.redaction.credentials import Found
from paicha.analysis.redaction.words import split_words
from paicha.kernel.late import late

_EMAIL = late(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,63})(?:@|%40)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9-]|\.[A-Za-z0-9])"
)
#: What ends like a domain and is a file or a unit.
_NO_DOMAIN = split_words(
    "png jpg jpeg gif svg webp ico css js json html log jar service socket timer target slice scope mount device conf xml yaml yml"
)
#: Accounts of machines: who logs in there is nobody in particular.
_MACHINES = split_words(
    "git root ubuntu centos ec2-user admin postgres mysql hadoop hdfs yarn spark kafka nobody daemon jenkins deploy www-data nginx"
)
_LOGIN = late(
    r"(?:\b(?:ssh|scp|sftp|rsync|mosh|clone|fetch|push|pull)\b[^\n@|;]{0,80}|ssh://|linux version [^\n(]{0,60}[(]|message-id\s?[=:：]\s?<[^\s>]{0,80})$",
    re.IGNORECASE,
)
_REMOTE = late(r":(?:[/~]|[\w.-]{1,64}/)|'s password|\$ ")

_MOBILE = late(
    r"(?<![\dA-Za-z_])(?<![\d.]\.)(?<!\d[:/])(?<!-)(?:(?:\+|00)86[ -]?|86[ -]?)?"
    r"1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])(?:\d{8}|([ -])\d{4}\1\d{4})(?![\dA-Za-z_%]|[.:]\d|-\d)"
)
_IDENTITY = late(
    r"(?<![\dA-Za-z_])(?<!\d\.)(?<![^A-Za-z]-)(?<!^-)[1-9]\d{5}([ -]?)(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\1\d{3}[\dXx](?![\dA-Za-z]|[.-]\d)"
)
#: Without a check digit only its name tells it: the card of before 1999.
_OLD_IDENTITY = late(
    r"(?i)(?:身份证|证件)[号码]{0,2}[^\d\n]{0,6}([1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?!\d)|id_?card(?:_?no)?[\"']?\s?[:=]\s?[\"']?([1-9]\d{14})(?!\d)"
)
_CARD = late(
    r"(?<![\dA-Za-z_])(?<!\d[.:])(?<![^A-Za-z]-)(?<!^-)(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|3[47]\d{2}([ -])\d{6}\2\d{5})(?![\dA-Za-z_]|[.:]\d|-\d)"
)
#: First digits and lengths of the schemes in use: Visa, Mastercard, American Express, UnionPay, JCB, Discover.
_ISSUERS = late(
    r"4\d{15}|4\d{12}|4\d{18}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|62\d{14,17}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}|9558\d{15}|60[13]\d{16}"
)
#: Provinces of the first two digits of an identity number (GB/T 2260).
_PROVINCES = split_words(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
)
#: The word right before a number that says what it is.
_WORD = late(
    r"([A-Za-z][A-Za-z0-9_.-]{0,40}|[一-鿿]{1,12})[\"'\]]{0,2}\s{0,2}(?:[=:：#(\[]|是|为|=>)?\s{0,2}[\"'\[(]{0,2}$"
)
#: What is numbered or measured, as the last word of a name, or before a word such as ``id``.
_COUNTED = split_words(
    """
    order trade transaction txn serial seq sequence msg message trace span request req batch flow bill invoice
    waybill tracking uid imei imsi iccid offset size byte bytes count total pos position lsn zxid txid xid cost
    time elapsed duration ts timestamp len length capacity free used memory heap block blk snowflake nonce epoch
    version build rev job task session event biz pid tid thread inode hash checksum checkpoint crc sum nanos micros
    millis expire expires sku barcode ean isbn sn device mac qq group end start begin lag
    """
)
_NUMBERED = split_words("id no num number code sn ns us ms bytes")
_NAME_PARTS = late(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_COUNTED_WIDE = late(
    r"(?:订单|流水|交易|单|运单|编|批次|序列|消息|请求|设备|工单|会话|任务|物流|快递|商品|合同|发票)[号]?(?:码|ID)?$|(?:编号|序号|大小|字节|长度|偏移|偏移量|耗时|时间戳|版本|总数|数量|容量|内存)$"
)
_PERSONAL = late(
    r"(?i)card|bank|pan$|account|acct|mobile|phone|tel|msisdn|手机|电话|银行|卡|账号|帐号|身份"
)
_UNIT = late(
    r"\s?(?:ns|us|µs|ms|s|bytes?|[KMGT]i?B|B|rows?|records?|ops|次|字节|毫秒|微秒|纳秒|条)\b"
)


def mail(text: str) -> Iterator[Found]:
    """Yield mail addresses."""
    for found in _EMAIL().finditer(text):
        if _is_mail(text, found):
            yield Found(*found.span(), "email")


def numbers(text: str) -> Iterator[Found]:
    """Yield identity numbers, numbers of bank cards and of mobiles."""
    for found in _IDENTITY().finditer(text):
        if is_identity(found[0]):
            yield Found(*found.span(), "identity")
    for found in _OLD_IDENTITY().finditer(text):
        yield Found(*found.span(found.lastindex or 0), "identity")
    for found in _CARD().finditer(text):
        if is_card(found[0]) and not _is_counted(text, found):
            yield Found(*found.span(), "card")
    for found in _MOBILE().finditer(text):
        if not _is_counted(text, found):
            yield Found(*found.span(), "mobile")


def _is_mail(text: str, found: re.Match[str]) -> bool:
    local, _, domain = found[0].replace("%40", "@").partition("@")
    top = domain.rpartition(".")[2]
    if top.lower() in _NO_DOMAIN or local.lower() in _MACHINES:
        return False
    if domain.isupper() and not local.isupper():  # a Kerberos realm
        return False
    before = text[max(0, found.start() - 120) : found.start()]
    return not _LOGIN().search(before) and not _REMOTE().match(text, found.end())


def _is_counted(text: str, found: re.Match[str]) -> bool:
    """Whether the words around a number say that it numbers or measures something."""
    if _UNIT().match(text, found.end()):
        return True
    word = _WORD().search(text[max(0, found.start() - 56) : found.start()])
    if word is None:
        return False
    name = word[1]
    if _PERSONAL().search(name):
        return False
    return _is_count(name) if name[0].isascii() else bool(_COUNTED_WIDE().search(name))


def _is_count(name: str) -> bool:
    """
    Return whether what a name names is counted or numbered by machines.

    Example:
        >>> _is_count("orderNo"), _is_count("contacts"), _is_count("heap_used"), _is_count("number")
        (True, False, True, False)
    """
    parts = [part.lower() for part in _NAME_PARTS().findall(name)]
    if parts and parts[-1] in _NUMBERED:
        return parts[-1] in ("id", "no", "sn") or bool(set(parts[-2:-1]) & _COUNTED)
    return bool(set(parts[-1:]) & _COUNTED)


def is_identity(text: str) -> bool:
    """
    Return whether a text is a mainland identity number: province, day of birth and check digit (GB 11643).

    Example:
        >>> is_identity("11010519491231002X"), is_identity("110105194912310021")
        (True, False)
    """
    digits = "".join(filter(str.isalnum, text)).upper()
    if digits[:2] not in _PROVINCES:
        return False
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    # Weights 2^(17-i) mod 11; the check digit X stands for 10.
    total = sum((1 << (17 - i)) % 11 * (10 if c == "X" else int(c)) for i, c in enumerate(digits))
    return total % 11 == 1


def is_card(text: str) -> bool:
    """
    Return whether a text is the number of a payment card: issuer, length and check digit (ISO/IEC 7812).

    Example:
        >>> is_card("4111 1111 1111 1111"), is_card("4111111111111112"), is_card("1234567812345670")
        (True, False, False)
    """
    plain = "".join(filter(str.isdigit, text))
    if not _ISSUERS().fullmatch(plain) or len(set(plain)) < 3 - (plain[0] == "4"):
        return False
    digits = [int(char) for char in reversed(plain)]
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)]
    return sum(doubled) % 10 == 0
