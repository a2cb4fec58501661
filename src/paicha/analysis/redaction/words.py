"""What stands behind a name like ``password``, and whether it is a secret or says something."""

from __future__ import annotations

import re
from itertools import pairwise

from paicha.kernel.words import is_common


def split_words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Each begins with a letter as such, so that Python's engine skips to where one stands.
#: Names whose values are passwords and the like; the end of a longer name will do (``db_password``).
PASSWORDS = (
    r"pass(?:word|wd|phrase|code)|pwd|psw|密码|口令|支付密码|验证码|校验码|动态码"
    r"|pass(?<![a-z]pass)|pin(?<![a-z]pin)|otp(?<![a-z]otp)|cvv(?<![a-z]cvv)2?|cvc(?<![a-z]cvc)2?"
    r"|verify[ _-]?code|verification[ _-]?code|sms[ _-]?code|captcha[ _-]?code|login[ _-]?code|security[ _-]?code"
)
#: Names whose values let somebody in.
TOKENS = (
    r"secret(?:[_-]?(?:key|id))?|token|api[_-]?key|access[_-]?key(?:[_-]?(?:id|secret))?|access[_-]?ticket"
    r"|app[_-]?(?:key|secret|id[_-]secret)|client[_-]?(?:key|secret|id[_-]secret)|private[_-]?key|account[_-]?key"
    r"|master[_-]?key|signing[_-]?key|encryption[_-]?key|encrypt[_-]?key|sign[_-]?key|storage[_-]?key|shared[_-]?key"
    r"|sharedaccess(?:key|signature)|subscription[_-]?key|license[_-]?key|auth[_-]?key|session[_-]?key|sessid"
    r"|credentials?|bk_ticket|login[_-]?ticket|jsapi[_-]?ticket|jsessionid|phpsessid|asp\.net_sessionid|connect\.sid"
    r"|密钥|令牌|私钥|凭证|秘钥"
)
#: Headers that hold several pairs.
COOKIES = r"(?:set-)?cookie"

#: Values that tell something instead of letting anybody in.
_TELLING = split_words(
    """
    yes no true false null none nil undefined empty required optional expired invalid incorrect wrong missing
    unknown ok failed failure error success set unset changed reset string text hidden masked redacted filtered
    omit include same-origin default not-set n/a na refused rejected revoked mismatch valid ready loaded cached
    disabled enabled blank absent present anonymous guest bearer basic jwt uuid plain encrypted plaintext md5
    sha256 bcrypt int varchar object number 错误 无效 正确 过期 已过期 为空 失效 已失效 不正确 不能为空 不匹配
    """
)
_PLACEHOLDER = re.compile(
    r"\?|:[a-z_]\w{0,40}|\$\d{1,2}|[$#]?\{\{?[^}]{0,60}\}{0,2}|%[sdv]|%\(\w{1,40}\)s?|<[^>]{0,60}>?"
    r"|\W{1,3}|[*•●xX#.-]{3,}|\[?(?:redacted|filtered|protected|masked|hidden|secret)\]?",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"[A-Za-z_$][\w.$]{2,}@[0-9a-f]{5,8}")
_PATH = re.compile(
    r"(?:~|\.{1,2})?(?:/[A-Za-z0-9_.-]{1,60}){2,}/?|[A-Za-z]:\\.{1,200}|file:.{1,200}"
)
#: Where somebody stands who runs a command: ``PWD=/root`` is how sudo writes it, and no password.
_FOLDERS = split_words("/root /home /tmp /opt /var /usr /etc /srv /data /mnt /run /app")
#: How Kubernetes writes the name of a secret: words with hyphens, perhaps behind a namespace.
_OBJECT_NAME = re.compile(r"[a-z0-9]+(?:[-./][a-z0-9]+)+")
_SHORT_PART = re.compile(r"[a-z]+|[a-z0-9]{1,5}")


def is_secret(name: str, value: str, *, strong: bool, ends: bool) -> bool:
    """
    Return whether *value* behind *name* is a secret.

    Args:
        name: The name, in lower case.
        value: What stands behind it, without quotes.
        strong: Whether ``=`` or quotes make it a value; behind a mere colon a sentence may go on.
        ends: Whether nothing but a delimiter follows.
    """
    if len(value) < 2 or _PLACEHOLDER.fullmatch(value) or value.lower().strip(".!") in _TELLING:
        return False
    is_path = _PATH.fullmatch(value) is not None and not looks_random(value)
    if is_path or _OBJECT.fullmatch(value) or (name == "pwd" and value in _FOLDERS):
        return False
    if name == "secret" and _OBJECT_NAME.fullmatch(value) and _is_made_of_words(value):
        return False
    if value.isdigit():
        return len(value) >= _least_digits(name, strong=strong)
    if name in ("pass", "pin", "otp") and not any(char.isdigit() for char in value):
        return strong and len(value) >= 6 and not is_common(value)
    return strong or _speaks_for_itself(name, value, ends=ends)


def _least_digits(name: str, *, strong: bool) -> int:
    """Return how many digits by themselves are a secret behind *name*: ``pass=12`` counts tests."""
    if name.startswith(("cvv", "cvc")):
        return 3
    if name.endswith(("code", "码", "otp", "pin")):
        return 4
    return 3 if strong and "token" not in name and name != "pass" else 6


def _is_made_of_words(value: str) -> bool:
    return all(_SHORT_PART.fullmatch(part) for part in re.split(r"[-./]", value))


def _speaks_for_itself(name: str, value: str, *, ends: bool) -> bool:
    """Whether a value behind a colon looks like a secret and not like the begin of a sentence."""
    if any("一" <= char <= "鿿" for char in value):
        return False
    letters = any(char.isalpha() for char in value)
    if letters and any(char.isdigit() for char in value):
        return len(value) >= 6
    if not letters:
        return False
    if looks_random(value):
        return True
    is_password = bool(re.search(r"pass|pwd|psw|密码|口令", name))
    return is_password and ends and len(value) >= 5 and not is_common(value)


def looks_random(value: str) -> bool:
    """
    Return whether a text looks made by a machine: capitals in the middle and long, or very long.

    Example:
        >>> looks_random("AbCdEfGhIjKlMnOp"), looks_random("authentication"), looks_random("Authentication")
        (True, False, False)
    """
    if len(value) < 12:
        return False
    if any(char.isdigit() for char in value) and any(char.isalpha() for char in value):
        return not _PATH.fullmatch(value) or "+" in value or "=" in value
    humps = sum(1 for a, b in pairwise(value) if a.islower() and b.isupper())
    return humps >= 3 and "." not in value and "/" not in value
