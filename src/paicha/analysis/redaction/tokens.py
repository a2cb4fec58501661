"""
What stands where a secret stood: its kind, and letters that are the same for the same value.

``mobile*bcdfghjklmnp`` holds no delimiter and no digit, so a line with it falls into the same shape as any
other word would. The letters are a keyed digest: who does not have the case's key cannot try all mobile
numbers. Without a key it is ``mobile***``.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from paicha.model.redaction import KINDS

_LETTERS = "bcdfghjklmnpqrstvwxz"
#: 20^12 letters are 51 bits: of a million values two are the same word with a chance of 1 in 4,000.
_LENGTH = 12
#: Cost of one key [scrypt]: some 50 ms and 16 MB, for us once a case, for who guesses once a guess.
_COST = {"n": 1 << 14, "r": 8, "p": 1}

#: A token as it stands in text; what looks like one is never covered again.
TOKEN = re.compile(rf"(?<![a-z-])({'|'.join(KINDS)})\*(?:[{_LETTERS}]{{{_LENGTH}}}|\*\*)")

#: The same for a column of text, as RE2 has it.
TOKENS = rf"(?:{'|'.join(KINDS)})\*[{_LETTERS}]{{{_LENGTH}}}"


@lru_cache(8)
def _key_of(seed: bytes) -> bytes:
    return hashlib.scrypt(seed, salt=b"paicha redaction", dklen=32, **_COST)


def token(kind: str, value: str, seed: bytes | None) -> str:
    """
    Return the token of a value in the case of *seed*; None: one that tells the kind alone.

    Args:
        kind: What was found.
        value: What stands there.
        seed: A digest of records, from which the key is derived, slowly: whoever sees a report only does
            not know them, and whoever guesses them pays for every guess.

    Example:
        >>> token("email", "a@example.com", None)
        'email***'
        >>> token("email", "a@example.com", b"k") == token("email", "A@EXAMPLE.com", b"k")
        True
    """
    if seed is None:
        return f"{kind}***"
    text = normal(kind, value).encode("utf-8", "surrogatepass")
    digest = int.from_bytes(
        hashlib.blake2b(text, key=_key_of(seed), digest_size=16).digest(), "big"
    )
    letters = []
    for _ in range(_LENGTH):
        digest, letter = divmod(digest, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return f"{kind}*{''.join(letters)}"


def normal(kind: str, value: str) -> str:
    """
    Return what makes two spellings one value.

    Example:
        >>> normal("mobile", "+86 138-0013-8000"), normal("email", "A.B%40Example.com")
        ('13800138000', 'a.b@example.com')
    """
    if kind == "mobile":
        return "".join(filter(str.isdigit, value))[-11:]
    if kind in ("card", "identity"):
        return "".join(filter(str.isalnum, value)).upper()
    if kind == "email":
        return value.replace("%40", "@").lower()
    return value
