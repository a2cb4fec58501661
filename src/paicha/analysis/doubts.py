"""What of the files that were read makes figures doubtful, as the first screen says it."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.copies import Alike, copies_of
from paicha.analysis.wording import counted, lasting, listed
from paicha.analysis.zones import Shifted, files_apart, files_shifted
from paicha.locales import Text, text
from paicha.model.coverage import Coverage, SourceCoverage
from paicha.model.findings import Statement
from paicha.model.question import Scope

#: Doubts of a kind that are said, and files that are named of each.
_SAID, _NAMED = 3, 3


def doubts(
    coverage: Coverage, alike: Sequence[Alike] = (), *, least: bool = False
) -> list[Statement]:
    """
    Return that files look like copies or share records (counts would be too high, and nothing else would show it), and
    that the clock or zone of hosts' files looks like another (times of the report mix both).

    Args:
        coverage: What the sources gave.
        alike: Files that share records.
        least: Whether only some records were there to be asked, so that files share more.
    """
    copies = [
        text(
            "statements.copies",
            n=len(files),
            paths=listed([file.path for file in files], _NAMED),
        )
        for files in copies_of(coverage.logs)
    ]
    shared = [
        text(
            f"statements.in_two_{'ends' if pair.ends else 'files'}{'_least' if least else ''}",
            n=f"{pair.n:,}",
            one=pair.one,
            other=pair.other,
        )
        for pair in alike
    ]
    shifted = list(files_shifted(coverage.logs))
    zones = [shifted_said(one) for one in shifted]
    zones += [
        text("quality.files_apart", one=apart.one, other=apart.other, gap=lasting(apart.gap_s))
        for apart in files_apart(coverage.logs)
        if apart.are_alike and not shifted
    ]
    return [
        Statement("warning", words) for words in (*copies[:_SAID], *shared[:_SAID], *zones[:_SAID])
    ]


def shifted_said(one: Shifted) -> Text:
    """Return that a file lies whole half hours beside those of its name."""
    key = "later" if one.gap_s > 0 else "earlier"
    return text(f"quality.shifted_{key}", path=one.path, gap=lasting(abs(one.gap_s)))


def taken_on_trust(coverage: Coverage, scope: Scope) -> tuple[Text, ...]:
    """Return what was asked for that records do not say of themselves: whose host, whose service they are of."""
    found = (_host_taken_for(coverage, scope), _service_taken_for(coverage, scope))
    return tuple(words for words in found if words is not None)


def _host_taken_for(coverage: Coverage, scope: Scope) -> Text | None:
    """Return that records count as the host's that was asked for though they name none; None where each names it."""
    given = sum(one.given_host for one in coverage.logs)
    if not given:
        return None
    kept = sum(one.kept for one in coverage.logs)
    others = sum(one.elsewhere for one in coverage.logs)
    facts = {"given": counted("record", given), "kept": f"{kept:,}", "host": scope.hosts[0]}
    if not others:
        return text(f"statements.{'given_host_all' if given == kept else 'given_host'}", **facts)
    key = "given_host_no_other" if given == kept else "given_host_among_others"
    return text(f"statements.{key}", others=counted("record", others), **facts)


def _service_taken_for(coverage: Coverage, scope: Scope) -> Text | None:
    """Return that records are kept that name no service though one was asked for; None where each names one."""
    silent = sum(one.without_service for one in coverage.logs)
    if not silent:
        return None
    kept = sum(one.kept for one in coverage.logs)
    facts = {"silent": counted("record", silent), "kept": f"{kept:,}"}
    key = "silent_service_all" if silent == kept else "silent_service"
    return text(f"statements.{key}", services=listed(scope.services, _NAMED), **facts)


def notes_of(source: SourceCoverage, scope: Scope) -> tuple[Text, ...]:
    """Return the notes of a source with those that figures say, which are added where it was read several times."""
    said = [
        text(f"files.{name}", n=f"{n:,}", host=", ".join(scope.hosts))
        for name, n in (
            ("given_host", source.given_host),
            ("without_host", source.without_host),
            ("without_service", source.without_service),
        )
        if n
    ]
    return (*source.notes, *said)
