"""
Which texts of a column may hold something to cover, decided by a linear-time engine (RE2) at its speed.

It lets through more than there is and never less than `credentials` and `people` find; those then look
closely. Of ordinary log lines one in hundreds is looked at closely (docs/redaction.md has the cost).
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

_NAMES = (
    r"pass(?:word|wd|phrase|code)|pwd|psw|secret|token|(?:api|access|app|client|private|account|master|signing|encryption|encrypt|sign"
    r"|storage|shared|subscription|license|auth|session)[_-]?(?:key|secret)(?:[_-]?(?:id|secret))?|secret[_-]?id|credentials?"
    r"|(?:bk_|access[_-]?|login[_-]?|jsapi[_-]?)ticket|[jp]h?p?sess(?:ion)?id|net_sessionid|sessid|\.sid|sharedaccess|(?:verify|verification|sms|captcha|login|security)[ _-]?code"
    r"|密码|口令|密钥|令牌|私钥|凭证|秘钥|验证码|校验码|动态码"
)
_SHORT = r"pass|pin|cvv2?|cvc2?|otp"
_SEPARATOR = r"\\{0,3}[\"'\]]?(?:\s{0,3}[=:：＝>]|\s{1,2}is|\s?[是为]|\s{1,2}[\"'])"
#: By the finder that looks closely: what a text holds where that finds something.
FINDERS: dict[str, str] = {
    "named": rf"(?i:(?:{_NAMES}){_SEPARATOR}|(?:^|[^a-z])(?:{_SHORT}){_SEPARATOR}|--?[a-z-]{{0,30}}(?:password|passwd|secret|token|key)\s|(?:pass(?:word|wd|code)|pwd)\s{{1,2}}\S*[0-9]"
    rf"|cookie\\{{0,3}}[\"']?\s{{0,3}}[:=]|(?:{_NAMES})\\?\"\s{{0,2}},)",
    "passwords": r"(?i:authorization\\{0,3}[\"'\]]?\s{0,3}[=:：]|(?:bearer|basic)(?:\s|%20|\+)[a-z0-9+/_.~=-]{8}"
    r"|mysql[^\n]*\s-p\S|sshpass|redis-cli|curl\b[^\n]*\s(?:-u|--user)\s|docker\s+login|ldap(?:search|modify|add)|identified\s+by|requirepass|masterauth"
    r"|sqlplus|(?:^|\W)(?:exp|imp|expdp|impdp)\s[^\n]*/|jdbc:oracle)|AUTH\s|://[^\s/]*:[^\s/]+@|@(?:tcp|unix|udp)\(",
    "keys": r"eyJ[A-Za-z0-9_-]{8}|PRIVATE KEY|MI[A-Za-z0-9+/]{3,4}IBA"
    r"|AKIA|ASIA|AKID|LTAI|AKLT|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]-|xapp-|AIza|ya29\.|[srp]k_(?:live|test)_|whsec_|sk-[A-Za-z0-9_-]{20}|npm_|pypi-|hf_"
    r"|dckr_pat|SG\.|do[opr]_v1|hv[sbr]\.|dapi|glsa_|AGE-SECRET|:AA[A-Za-z0-9_-]{8}"
    r"|(?i:[?&](?:x-[a-z]+-(?:signature|credential|security-token)|q-signature|signature|sig|ossaccesskeyid|code)=)"
    r"|hooks\.slack\.com|feishu\.cn|larksuite\.com|qyapi\.weixin",
    "mail": r"[A-Za-z0-9._+-](?:@|%40)[A-Za-z0-9.-]+\.[A-Za-z]{2}",
    # where a number of a mobile, an identity card or a bank card may begin, and how it goes on
    "numbers": r"(?:^|[^0-9A-Za-z_-]|[A-Za-z]-|86-?)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?:$|[^0-9A-Za-z_])"
    r"|(?:^|[^0-9A-Za-z_-]|[A-Za-z]-)[1-9]\d{5}[ -]?(?:18|19|20)\d\d[01]\d[0-3]\d[ -]?\d{3}[0-9Xx]|身份证|证件|(?i:id_?card)"
    r"|(?:^|[^0-9A-Za-z_-]|[A-Za-z]-)(?:[46]\d{3}|5[1-5]\d\d|2[2-7]\d\d|3[457]\d\d|9558)"
    r"(?:[ -]\d{4}[ -]\d{4}[ -]\d|[ -]\d{6}[ -]\d{5}|\d{9,15}(?:$|[^0-9A-Za-z_]))",
}
#: Words of a shape that can make the value of a variable a secret.
TELLING = (
    rf"(?i:(?:{_NAMES}){_SEPARATOR}|(?:^|[^a-z])(?:{_SHORT}){_SEPARATOR}|--?[a-z-]{{0,30}}(?:password|passwd|secret|token|key)\s"
    r"|authorization|cookie|bearer|basic|mysql|sshpass|redis-cli|curl|docker\s+login|ldap|identified\s+by|requirepass|masterauth|sqlplus"
    r"|(?:pass(?:word|wd|code)|pwd)\s{1,2}<|(?:^|\W)(?:exp|imp|expdp|impdp)\s|jdbc|id_?card|身份证|证件|private key)|AUTH\s|://<|@(?:tcp|unix|udp)\(|hook|[?&][a-z_-]+=<|<id>\(<"
)
#: A line of a private key that was cut into lines; in every text it would cost the engine too many states.
_KEY_LINE, _KEY_LENGTHS = r"^\s*[A-Za-z0-9+/]{64}(?:[A-Za-z0-9+/]{12})?\s*$", (64, 90)
#: All finders at once and coarser: with the bounds of `FINDERS` the engine would begin each column with many
#: times the states (17 ms instead of 9), and looks again, exactly, at what this lets through.
_PATTERN = (
    rf"(?i:(?:{_NAMES})\\*[\"'\]]?(?:\s*[=:：＝>]|\s+is|\s?[是为]|\s+[\"'])|(?:^|[^a-z])(?:{_SHORT})\\*[\"'\]]?(?:\s*[=:：＝>]|\s+is|\s?[是为]|\s+[\"'])"
    rf"|(?:password|passwd|secret|token|key)\s|cookie|(?:{_NAMES})\\?\"\s*,"
    r"|authorization|(?:bearer|basic)(?:\s|%20|\+)[a-z0-9+/_.~=-]{4}"
    r"|mysql[^\n]*\s-p\S|sshpass|redis-cli|curl\b[^\n]*-|docker\s+login|ldap|identified\s+by|requirepass|masterauth"
    r"|sqlplus|(?:^|\W)(?:exp|imp|expdp|impdp)\s|jdbc:oracle"
    r"|[?&](?:x-[a-z]+-(?:signature|credential|security-token)|q-signature|signature|sig|ossaccesskeyid|code)=)"
    r"|AUTH\s|://[^\s/]*:[^\s/]+@|@(?:tcp|unix|udp)\("
    r"|eyJ[A-Za-z0-9_-]{4}|PRIVATE KEY|MI[A-Za-z0-9+/]{3,4}IBA"
    r"|AKIA|ASIA|AKID|LTAI|AKLT|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[a-z]-|xapp-|AIza|ya29\.|[srp]k_(?:live|test)_|whsec_|sk-[A-Za-z0-9_-]{8}|npm_|pypi-|hf_"
    r"|dckr_pat|SG\.|do[opr]_v1|hv[sbr]\.|dapi|glsa_|AGE-SECRET|:AA"
    r"|hooks\.slack\.com|feishu\.cn|larksuite\.com|qyapi\.weixin"
    r"|[A-Za-z0-9._+-](?:@|%40)[A-Za-z0-9.-]+\.[A-Za-z]{2}"
    r"|(?:^|[^0-9A-Za-z_-]|[A-Za-z]-|86-?)[1-9]\d{2,5}[ -]?\d{3,4}[ -]?\d{3,4}|身份证|证件|(?i:id_?card)"
)


def either(patterns: Sequence[str]) -> str:
    """Return one pattern that matches where one of *patterns* (RE2) does."""
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def candidates(
    texts: pa.Array, further: Sequence[str] = ()
) -> tuple[pa.Array, list[frozenset[str]]]:
    """
    Return the rows of a column of text that are worth a close look, rising, and which finders each is for.

    Args:
        texts: The column, without nulls.
        further: More patterns (RE2) that make a row worth it.
    """
    rows = pc.indices_nonzero(_near(texts, further))
    if not len(rows):
        return rows, []
    found, worth = _finders(texts.take(rows), further)
    chosen = worth.to_pylist()
    return rows.filter(worth), [
        frozenset(names) for names, one in zip(found, chosen, strict=True) if one
    ]


def worth_a_look(texts: pa.Array, further: Sequence[str] = ()) -> pa.Array:
    """Return of each row of a column whether it is one of the `candidates`."""
    near = _near(texts, further)
    close = texts.filter(near)
    return pc.replace_with_mask(near, near, _finders(close, further)[1]) if len(close) else near


def _near(texts: pa.Array, further: Sequence[str]) -> pa.Array:
    """Return of each row whether a coarse look lets it through."""
    # The engine takes a millisecond and more to take a pattern in, however few texts there are for it.
    lengths = pc.binary_length(texts)
    if not pc.max(lengths).as_py():
        return pc.not_equal(lengths, lengths)
    hit = pc.match_substring_regex(texts, either((_PATTERN, *further)) if further else _PATTERN)
    lines = _of_key_length(lengths)
    if pc.any(lines).as_py():
        keys = pc.match_substring_regex(texts.filter(lines), _KEY_LINE)
        hit = pc.or_(hit, pc.replace_with_mask(lines, lines, keys))
    return hit


def _of_key_length(lengths: pa.Array) -> pa.Array:
    return pc.and_(
        pc.greater_equal(lengths, _KEY_LENGTHS[0]), pc.less_equal(lengths, _KEY_LENGTHS[1])
    )


def _finders(close: pa.Array, further: Sequence[str]) -> tuple[list[set[str]], pa.Array]:
    """Return the finders that each of the texts let through is for, and which are worth a close look."""
    found: list[set[str]] = [set() for _ in range(len(close))]
    for name, pattern in FINDERS.items():
        for row in pc.indices_nonzero(pc.match_substring_regex(close, pattern)).to_pylist():
            found[row].add(name)
    lines = _of_key_length(pc.binary_length(close))
    if pc.any(lines).as_py():
        lines = pc.and_(lines, pc.match_substring_regex(close, _KEY_LINE))
        for row in pc.indices_nonzero(lines).to_pylist():
            found[row].add("keys")
    worth = pa.array([bool(names) for names in found], pa.bool_())
    if further:
        worth = pc.or_(worth, pc.match_substring_regex(close, either(further)))
    return found, worth
