"""
Secrets and personal data in log text are covered before anybody reads it.

The case file keeps what was read; every report, card and answer shows the masked text. Addresses,
ids and paths stay: without them nobody can act.

Patterns have no nested repetition, and no two neighbouring parts that match the same characters, so
their cost grows linearly with the text.
"""

from __future__ import annotations

import re
from dataclasses import replace

from paicha.model.coverage import Coverage, FileCoverage, SourceCoverage
from paicha.model.findings import Example, Findings, Problem, Range, StoreCount, Variant

#: What stands where a secret stood.
COVER = "***"

_NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|secret|client[_-]?secret|app[_-]?secret|bk_app_secret|bk_token|"
    r"bk_ticket|(?:access|refresh|auth|id|session)[_-]?token|token|api[_-]?key|access[_-]?key|"
    r"secret[_-]?key|private[_-]?key|credentials?|cookie|set-cookie|密码|口令|密钥|令牌"
)
#: ``password=x`` and ``"password": "x"``: whatever stands there is the secret.
_ASSIGNED = re.compile(
    rf"(?i)(?<![A-Za-z])({_NAMES})(=|['\"]\s?:\s?['\"]|=['\"])([^\s'\",;&<>)\]}}]{{2,}})"
)
#: ``token: x`` is a secret only where x does not look like a word: "token: expired" tells something.
_SAID = re.compile(rf"(?i)(?<![A-Za-z])({_NAMES})(\s?[:：]\s?)([^\s'\",;&<>)\]}}]{{6,}})")
_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic)\s([A-Za-z0-9+/_.~=-]{8,})")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]+)?")
_CLOUD_KEY = re.compile(r"\b(?:AKIA|ASIA|AKID|LTAI)[A-Za-z0-9]{12,32}\b")
_URL_PASSWORD = re.compile(r"(://[^\s:/@]{1,64}:)([^\s:/@]{1,128})(?=@)")
_EMAIL = re.compile(
    r"\b([A-Za-z0-9])[A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9-]{1,63}\.[A-Za-z0-9.-]{2,63})\b"
)
_CARD = re.compile(r"(?<![\d.-])(?:\d[ -]?){13,19}(?![\d.])")
_MOBILE = re.compile(r"(?<![\d.:_-])(?<![A-Za-z0-9])(1[3-9]\d)\d{4}(\d{4})(?![\d.A-Za-z_-])")
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5})(?:19|20)\d{9}([0-9Xx])(?![0-9A-Za-z])")
#: First digits of the card schemes in use (Visa, Mastercard, UnionPay, American Express, JCB).
_ISSUERS = re.compile(r"(?:4|5[1-5]|2[2-7]|62|3[47]|35)")


def mask(text: str) -> str:
    """
    Return *text* with secrets and personal data covered.

    Covers values of names like ``password``, bearer tokens, JWTs, cloud keys, passwords in URLs,
    mail addresses, payment cards (issuer and check digit), Chinese mobile and identity numbers.

    Example:
        >>> mask("login failed user=bob password=hunter2 from 10.0.0.8")
        'login failed user=bob password=*** from 10.0.0.8'
        >>> mask("token: expired")
        'token: expired'
    """
    text = _URL_PASSWORD.sub(rf"\g<1>{COVER}", text)
    text = _JWT.sub(COVER, text)
    text = _AUTHORIZATION.sub(rf"\g<1> {COVER}", text)
    text = _ASSIGNED.sub(rf"\g<1>\g<2>{COVER}", text)
    text = _SAID.sub(_cover_unless_word, text)
    text = _CLOUD_KEY.sub(COVER, text)
    text = _EMAIL.sub(rf"\g<1>{COVER}@\g<2>", text)
    text = _IDENTITY.sub(_cover_identity, text)
    text = _CARD.sub(_cover_card, text)
    return _MOBILE.sub(r"\g<1>****\g<2>", text)


def masked(findings: Findings) -> Findings:
    """Return the findings with every piece of log text in them masked."""
    return replace(
        findings,
        problems=tuple(_problem(problem) for problem in findings.problems),
        coverage=_coverage(findings.coverage),
        store_counts=tuple(_store_count(row) for row in findings.store_counts),
    )


def _store_count(row: StoreCount) -> StoreCount:
    # A clustering pattern is log text with some of its values taken out.
    return replace(row, value=mask(row.value)) if row.dimension == "pattern" else row


def _coverage(coverage: Coverage) -> Coverage:
    logs, baseline = (
        tuple(_source(source) for source in sources)
        for sources in (coverage.logs, coverage.baseline)
    )
    return replace(coverage, logs=logs, baseline=baseline)


def _source(source: SourceCoverage) -> SourceCoverage:
    return replace(source, files=tuple(_file(file) for file in source.files))


def _file(file: FileCoverage) -> FileCoverage:
    return replace(file, unparsed_examples=tuple(map(mask, file.unparsed_examples)))


def _problem(problem: Problem) -> Problem:
    return replace(
        problem,
        title=replace(problem.title, zh=mask(problem.title.zh), en=mask(problem.title.en)),
        variants=tuple(_variant(variant) for variant in problem.variants),
        examples=tuple(_example(example) for example in problem.examples),
    )


def _variant(variant: Variant) -> Variant:
    return replace(
        variant, text=mask(variant.text), ranges=tuple(_range(item) for item in variant.ranges)
    )


def _range(item: Range) -> Range:
    if re.fullmatch(_NAMES, item.name, re.IGNORECASE):
        return replace(item, values=tuple(replace(v, name=COVER) for v in item.values))
    return replace(item, values=tuple(replace(v, name=mask(v.name)) for v in item.values))


def _example(example: Example) -> Example:
    return replace(example, body=mask(example.body))


def _cover_unless_word(found: re.Match[str]) -> str:
    value = found.group(3)
    looks_secret = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return f"{found.group(1)}{found.group(2)}{COVER}" if looks_secret else found.group(0)


def _cover_identity(found: re.Match[str]) -> str:
    # GB 11643: weights 2^(17-i) mod 11, the check digit X stands for 10.
    digits = found.group(0)
    total = sum((1 << (17 - i)) % 11 * (10 if c in "Xx" else int(c)) for i, c in enumerate(digits))
    return f"{found.group(1)}********{digits[-4:]}" if total % 11 == 1 else digits


def _cover_card(found: re.Match[str]) -> str:
    digits = [int(c) for c in found.group(0) if c.isdigit()]
    tail = found.group(0)[len(found.group(0).rstrip(" -")) :]
    if len(digits) < 13 or not _ISSUERS.match("".join(map(str, digits))) or not _luhn(digits):
        return found.group(0)
    return f"{''.join(map(str, digits[:4]))}{COVER}{''.join(map(str, digits[-4:]))}{tail}"


def _luhn(digits: list[int]) -> bool:
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
