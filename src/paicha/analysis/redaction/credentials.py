"""Where passwords, tokens and keys stand in a text: by their names, their headers, or their own form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from paicha.analysis.redaction.words import COOKIES, PASSWORDS, TOKENS, is_secret
from paicha.kernel.late import late
from paicha.model.redaction import Kind


class Found(NamedTuple):
    """One place of a text, and what stands there."""

    start: int
    end: int
    kind: Kind


# Patterns have no nested repetition over the same characters, and their repetitions are bounded, so that
# their cost grows linearly with the text.
_KEY_BEGIN = late(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = late(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = late(r"(?:[A-Za-z0-9+/=:,\s-]|\\[nr])*")
#: PKCS#1 and PKCS#8 begin with a sequence whose first number is 0; certificates do not.
_KEY_DER = late(
    r"(?<![A-Za-z0-9+/])MI[A-Za-z0-9+/]{3,4}IBA[A-Za-z0-9+/]{40,}(?:(?:\\n|\s)[A-Za-z0-9+/=]{16,})*={0,2}"
)
_KEY_LINE = late(r"\s*[A-Za-z0-9+/]{64}(?:[A-Za-z0-9+/]{12})?\s*")

_JWT = late(r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{2,}){1,4}\.?")
#: The forms of keys that vendors gave a beginning of their own.
_OWN_FORM = late(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA)[A-Z0-9]{16}|AKID[A-Za-z0-9]{28,36}|LTAI[A-Za-z0-9]{12,26}|AKLT[A-Za-z0-9_-]{20,60}"
    r"|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}"
    r"|gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt)-[A-Za-z0-9_-]{20,64}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,200}|xapp-\d-[A-Za-z0-9-]{10,200}"
    r"|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,300}|[srp]k_(?:live|test)_[A-Za-z0-9]{16,100}|whsec_[A-Za-z0-9+/=]{20,80}"
    r"|sk-(?:ant-|proj-)?(?=[A-Za-z0-9_-]{0,200}\d)[A-Za-z0-9_-]{20,200}"
    r"|npm_[A-Za-z0-9]{36}|pypi-AgEI[A-Za-z0-9_-]{20,300}|hf_[A-Za-z0-9]{30,40}|dckr_pat_[A-Za-z0-9_-]{20,60}"
    r"|SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{16,80}|do[opr]_v1_[a-f0-9]{64}|hv[sbr]\.[A-Za-z0-9_-]{20,200}"
    r"|dapi[a-f0-9]{32}|glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|AGE-SECRET-KEY-1[A-Z0-9]{50,60}|\d{8,10}:AA[A-Za-z0-9_-]{33}"
    r")(?![A-Za-z0-9])"
)
#: Addresses whose last part lets one write into a chat.
_HOOK = late(
    r"(?:hooks\.slack\.com/services/|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=)"
    r"([A-Za-z0-9/_-]{16,100})"
)
#: Signatures of addresses that let in for a while.
_SIGNED = late(
    r"(?i)[?&](?:x-amz-(?:signature|credential|security-token)|x-(?:cos|oss)-security-token|q-signature|signature|sig|ossaccesskeyid|code)=([A-Za-z0-9%+/_.~=-]{16,2000})"
)
_URL_PASSWORD = late(
    r"(?<=://)[^\s:/@'\"<>?#]{0,64}:([^\s/'\"<>]{1,128})@(?=[A-Za-z0-9_.\[-]{1,253}(?:[:/,?#\s'\")\];&]|$))"
)
_DSN_PASSWORD = late(r"(?<![\w.-])[\w.-]{1,64}:([^\s:@/'\"<>]{1,128})@(?=(?:tcp|unix|udp)\()")
_SLASH_PASSWORD = late(
    r"(?i)(?:jdbc:oracle:\w{2,5}:|\b(?:sqlplus|expdp|impdp|exp|imp)\s{1,3}(?:-\w\s{1,2})?)[\w$#]{1,64}/([^\s/@'\"<>]{1,128})(?=@|\s|$)"
)
_COMMAND = late(
    r"(?i)\b(?:mysql(?:dump|admin|show|import)?\b[^\n|;]{0,120}?\s-p(?=\S)|sshpass\s{1,3}-p\s{0,3}|redis-cli\b[^\n|;]{0,120}?\s-a\s{1,3}"
    r"|curl\b[^\n|;]{0,200}?\s(?:-u|--user)\s{1,3}['\"]?[^\s:'\"]{1,64}:|docker\s{1,3}login\b[^\n|;]{0,120}?\s-p\s{1,3}"
    r"|(?:ldapsearch|ldapmodify|ldapadd)\b[^\n|;]{0,200}?\s-w\s{1,3}|identified\s{1,3}by\s{1,3}(?:password\s{1,3})?|\b(?:requirepass|masterauth)\s{1,3}"
    r"|(?<![\w-])AUTH\s{1,3}(?=\S{8}))['\"]?([^\s'\"<>]{2,128})"
)
_HEADER = late(
    r"(?i)(?<![a-z])(?:proxy-)?authorization\\{0,3}[\"'\]]?\s{0,3}(?:=>|[:=：])\s{0,3}[\[\"'\\]{0,4}(?:([A-Za-z][A-Za-z0-9-]{1,24})\s{1,2})?([A-Za-z0-9+/_.~=:%-]{6,4096})"
)
_SCHEME = late(r"(?i)(?<![a-z])(bearer|basic)(?:\s{1,2}|%20|\+)([A-Za-z0-9+/_.~=-]{8,4096})")
_ENTRY = late(
    rf"(?i)\"(?:name|key)\\?\"\s{{0,2}}:\s{{0,2}}\\?\"[\w.-]{{0,60}}?({PASSWORDS}|{TOKENS})\\?\"\s{{0,2}},\s{{0,2}}\\?\"value\\?\"\s{{0,2}}:\s{{0,2}}\\?\"([^\"\\]{{2,512}})"
)
_SEPARATOR = r"(?P<close>\\{0,3}[\"'\]]?)(?P<sep>\s{0,3}(?:=>|:=|={1,2}|:|：|＝)\s{0,3}|>|\s{1,2}is:?\s{1,2}|\s?[是为]\s?[:：]?\s?|\s{1,2}(?=[\"'])|\s(?=\S))"
#: In lower case, which the engine reads several times as fast as in any.
_NAMED = late(rf"(?P<name>{PASSWORDS}|{TOKENS}){_SEPARATOR}")
_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_COOKIE = late(
    rf"(?i)(?<![a-z]){COOKIES}\\{{0,3}}[\"']?\s{{0,3}}[:=]\s{{0,3}}\\{{0,3}}[\"'\[]?((?:[\w.%-]{{1,64}}=[^\s;,'\"\\\]]{{0,4000}};?\s?)+)"
)
_PAIR = late(r"([\w.%-]{1,64})=([^\s;,'\"\\\]]{2,4000})")
#: What an attribute of a cookie says; the rest lets somebody in.
_COOKIE_WORDS = late(
    r"(?i)path|domain|expires|max-age|samesite|version|theme|lang|locale|language|tz|timezone"
)
#: How an element ends, and how it does in a shape, where the rest of its end is a variable.
_CLOSING = ("</", "<<")
_UNQUOTED = re.compile(r"[^\s'\",;&<>()\[\]{}|，；。、）】＜＞]{1,1024}")


def keys(text: str) -> Iterator[Found]:
    """Yield private keys, JWTs and keys that have a form of their own."""
    if "PRIVATE KEY" in text:
        yield from _private_keys(text)
    if "MI" in text:
        for found in _KEY_DER().finditer(text):
            yield Found(*found.span(), "private-key")
    if 64 <= len(text) <= 90 and _KEY_LINE().fullmatch(text) and _is_mixed(text):
        yield Found(0, len(text), "private-key")
    if "eyJ" in text:
        for found in _JWT().finditer(text):
            yield Found(*found.span(), "jwt")
    for found in _OWN_FORM().finditer(text):
        yield Found(*found.span(), "key")
    if "://" in text or "/" in text:
        for pattern in (_HOOK(), _SIGNED()):
            for found in pattern.finditer(text):
                yield Found(*found.span(1), "key")


def _private_keys(text: str) -> Iterator[Found]:
    at = 0
    while begin := _KEY_BEGIN().search(text, at):
        end = _KEY_END().search(text, begin.end())
        # Cut off, or one line of several records: as far as it looks like a key.
        body = _KEY_BODY().match(text, begin.end())
        at = end.end() if end else (body.end() if body else begin.end())
        if any(char.isalnum() for char in text[begin.end() : at]):
            yield Found(begin.start(), at, "private-key")


def _is_mixed(text: str) -> bool:
    kinds = (str.isupper, str.islower, str.isdigit)
    return all(any(kind(char) for char in text) for kind in kinds)


def passwords(text: str) -> Iterator[Found]:
    """Yield what stands in addresses, connection strings, commands and headers to let somebody in."""
    for pattern in (_URL_PASSWORD(), _DSN_PASSWORD()) if "@" in text else ():
        for found in pattern.finditer(text):
            if is_secret("password", found[1], strong=True, ends=True):
                yield Found(*found.span(1), "password")
    for pattern in (_SLASH_PASSWORD(), _COMMAND()):
        for found in pattern.finditer(text):
            if is_secret("password", found[1], strong=True, ends=True):
                yield Found(*found.span(1), "password")
    for found in _HEADER().finditer(text):
        if _is_credential(found[2]):
            yield Found(
                *found.span(2), "password" if (found[1] or "").lower() == "basic" else "token"
            )
    for found in _SCHEME().finditer(text):
        if _is_credential(found[2]):
            yield Found(*found.span(2), "password" if found[1].lower() == "basic" else "token")


def _is_credential(value: str) -> bool:
    plain = value.strip("=.:-")
    if any(char.isdigit() for char in plain) or "=" in value:
        return len(plain) >= 6 and any(char.isalpha() for char in plain)
    mixed = any(char.isupper() for char in plain[1:]) and any(char.islower() for char in plain)
    return mixed or (len(plain) >= 16 and not plain.isalpha()) or len(plain) >= 20


def named(text: str) -> Iterator[Found]:
    """Yield the values behind names such as ``password``."""
    if "value" in text:
        for found in _ENTRY().finditer(text):
            yield Found(*found.span(2), _kind_of(found[1].lower()))
    if "ookie" in text or "COOKIE" in text:
        for header in _COOKIE().finditer(text):
            for pair in _PAIR().finditer(text, *header.span(1)):
                if not _COOKIE_WORDS().fullmatch(pair[1]):
                    yield Found(*pair.span(2), "token")
    lower = text.lower()
    if len(lower) != len(text):  # a few letters are two in lower case
        lower = text.translate(_LOWER)
    for found in _NAMED().finditer(lower):
        value = _value(text, found)
        if value is not None:
            yield Found(*value, _kind_of(found["name"].lower()))


def behind(text: str, names: re.Pattern[str]) -> Iterator[Found]:
    """Yield whatever stands behind *names*, which `separated` made."""
    for found in names.finditer(text):
        start, end, _ = _extent(text, found.end())
        if end > start:
            yield Found(start, end, "custom")


def separated(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what matches one of *names* and what separates it from its value; None without names."""
    if not names:
        return None
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(
        rf"(?i)(?:{either})\\{{0,3}}[\"'\]]?\s{{0,3}}(?:=>|:=|={{1,2}}|:|：|＝)\s{{0,3}}"
    )


def _kind_of(name: str) -> Kind:
    if re.fullmatch(PASSWORDS, name, re.IGNORECASE) or name in ("pass", "pin", "otp"):
        return "password"
    return (
        "key"
        if name.endswith(("key", "id", "密钥", "秘钥", "私钥")) and "sess" not in name
        else "token"
    )


def _extent(text: str, at: int) -> tuple[int, int, str]:
    """Return where the value at *at* begins and ends, without its quotes, and its quote."""
    start = at
    while text[start : start + 1] == "\\":
        start += 1
    quote = text[start : start + 1]
    if quote and quote in "\"'`“":
        close = text.find("”" if quote == "“" else quote, start + 1, start + 1026)
        while close > 0 and quote == '"' and start == at and text[close - 1] == "\\":
            close = text.find(quote, close + 1, start + 1026)
        if close > 0:
            return start + 1, close - (start > at), quote
        start += 1
    found = _UNQUOTED.match(text, start)
    return (start, found.end(), "") if found else (start, start, "")


def _is_made(name: str, value: str) -> bool:
    """Whether a word behind a password's name, with nothing between, is no word of a language."""
    kinds = (str.isupper, str.islower, str.isdigit)
    made = len(value) >= 8 and all(any(map(kind, value)) for kind in kinds)
    return made and _kind_of(name) == "password"


def _value(text: str, found: re.Match[str]) -> tuple[int, int] | None:
    """Return where the value of a name stands; None when what stands there is no secret."""
    separator = found["sep"].strip()
    start, end, quote = _extent(text, found.end())
    if quote == "" and separator not in ("=", "==", "=>", ":="):
        while end > start and text[end - 1] in ".:!?":  # a sentence ends
            end -= 1
    if end <= start or text[end : end + 1] == "(":
        return None
    name, value = found["name"].lower(), text[start:end]
    before = text[max(0, found.start() - 60) : found.start()]
    if separator == ">":
        if (
            not re.search(r"<(?:\w{1,20}:)?[\w.-]{0,40}$", before)
            or text[end : end + 2] not in _CLOSING
        ):
            return None
        strong = True
    elif separator == "":
        option = re.search(r"(?<![\w-])--?[\w-]{0,30}$", before)
        # `password 'x'` is a value; `password rejected` is a sentence.
        if not option and (" " in value or not (quote or _is_made(name, value))):
            return None
        strong = bool(option)
    else:
        strong = separator in ("=", "==", "=>", ":=", "＝") or (
            bool(found["close"]) and bool(quote)
        )
    after = text[end + len(quote) :].lstrip(" \\")
    # `Password:x` is how structures are printed, `password: x` how sentences go on.
    ends = not after or after[0] in ",;})]\n&|，；。" or found["sep"] == ":"
    return (start, end) if is_secret(name, value, strong=strong, ends=ends) else None
