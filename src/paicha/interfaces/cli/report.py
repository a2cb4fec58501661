"""`paicha report`: a kept case told again."""

from __future__ import annotations

from pathlib import Path

from paicha.errors import UsageError
from paicha.facade import open_case
from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import put_bytes, say, write_file
from paicha.interfaces.cli.session import chosen, columns, wants_colour
from paicha.locales import Language


def report(
    case: options.CasePath,
    kind: options.Format = None,
    lang: options.Lang = None,
    tz: options.Zone = None,
    output: options.Output = None,
) -> int:
    """Write the report of a case again, in another language or format."""
    found = open_case(case)
    language = chosen(lang) or found.findings.question.language
    data = found.render(
        kind.value if kind else "terminal",
        language,
        tz,
        width=columns(),
        colour=wants_colour() and output is None,
    )
    deliver(data, output, language)
    return 0


def deliver(data: bytes, output: Path | None, language: Language) -> None:
    """
    Write *data* to the file that was named, or to stdout.

    Raises:
        UsageError: If the file cannot be written.
    """
    if output is None or str(output) == "-":
        put_bytes(data)
        return
    try:
        write_file(output, data)
    except OSError as err:
        raise UsageError("cli.unwritable", path=output, reason=err.strerror or "") from err
    say("written", language, path=output)
