"""`paicha aliases`: do the field aliases (多别名) of an index set hold?"""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from paicha.app.check_aliases import check_aliases
from paicha.interfaces.cli import options
from paicha.interfaces.cli.console import put, say
from paicha.interfaces.cli.session import open_session
from paicha.interfaces.cli.times import shown_window
from paicha.kernel.moments import resolve_window
from paicha.kernel.times import find_zone
from paicha.locales import Language, Text, message
from paicha.model.aliases import AliasReport
from paicha.model.question import LogQuery, Scope
from paicha.renderers.visible import visible

#: Long enough to see every table of a set that is written to at all.
_USUAL_LENGTH = "15m"

Source = Annotated[str | None, typer.Option("--source", metavar="NAME")]
Answer = Annotated[options.TextFormat, typer.Option("--format")]
MaxRecords = Annotated[
    int | None, typer.Option("--max-records", min=1, max=options.LARGEST, metavar="N")
]


def aliases(
    *,
    source: Source = None,
    index_set: options.IndexSet = None,
    biz: options.Business = None,
    start: options.Start = None,
    end: options.End = None,
    last: options.Last = None,
    tz: options.Zone = None,
    kind: Answer = options.TextFormat.TEXT,
    max_records: MaxRecords = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> int:
    """Verify the field aliases of an index set; exit 4 when one is wrong, 3 when rows are missing."""
    session = open_session(config, lang)
    assembly = session.assembly
    zone = find_zone(tz or session.zone).key
    if start is None and last is None:
        last = _USUAL_LENGTH
    window = resolve_window(start, end, last, zone, datetime.now(UTC))
    (name, *_) = assembly.choices.chosen_logs((), (source,) if source else ())
    scope = assembly.choices.scope(Scope(biz, index_set), (name,))
    if window is not None:
        say("window", session.language, window=shown_window(window, zone))
    query = LogQuery(window, scope, zone, max_records or session.settings.general.max_records)
    found = check_aliases(assembly.log_source(name, zone), query)
    for reason in found.coverage.incomplete:
        say("incomplete", session.language, source=name, reason=_shown(reason, session.language))
    for note in found.coverage.notes:
        say("note", session.language, source=name, note=_shown(note, session.language))
    if kind is options.TextFormat.JSON:
        put(json.dumps(dataclasses.asdict(found.report), ensure_ascii=False, indent=2))
    else:
        put(_text(found.report, found.coverage.kept, session.language))
    if found.report.failed:
        return 4
    return 3 if found.incomplete else 0


def _shown(words: Text, language: Language) -> str:
    return visible(words.in_language(language))


def _text(found: AliasReport, rows: int, language: Language) -> str:
    def say_line(key: str, **values: object) -> str:
        return visible(message(f"cli.aliases.{key}", language, **values))

    lines = [
        say_line("head", index_set=found.index_set_id, name=found.index_set_name, rows=f"{rows:,}")
    ]
    for pair in found.pairs:
        lines.append(
            "  "
            + say_line("pair", alias=pair.alias, field=pair.field, path_type=pair.path_type or "-")
        )
        lines.extend(
            "    "
            + say_line("table", table=table, rows=rows, with_field=with_field, resolved=resolved)
            for table, rows, with_field, resolved in pair.tables
        )
    lines.extend(
        say_line(finding.severity) + visible(finding.text.in_language(language))
        for finding in found.findings
    )
    if not found.findings:
        lines.append(say_line("none"))
    return "\n".join(lines)
